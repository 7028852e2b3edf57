// swift-tools-version: 6.2
import PackageDescription

let swift: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A room that owns C handles: every unsafe expression in it is marked.
let overlay = swift + [.strictMemorySafety()]

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

func nio(_ product: String) -> Target.Dependency { .product(name: product, package: "swift-nio") }

func room(_ name: String, _ dependencies: [Target.Dependency] = [], _ settings: [SwiftSetting] = swift) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tool(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies + ["ToolSupport", arguments], swiftSettings: swift)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["TestSupport"], resources: resources, swiftSettings: swift)
}

let package = Package(
    name: "tf",
    products: ["tf-catalog", "tf-sign", "tf-fetch", "tf-tally", "tf-queue", "tf-files", "tf-web", "tf-origin"].map {
        .executable(name: $0, targets: [$0])
    },
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
    ],
    targets: [
        // C libraries behind typed doors.
        .target(name: "CSimdjson", cxxSettings: [.define("NDEBUG")], linkerSettings: [.linkedLibrary("simdjson")]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CLinux"),
        room("Curl", ["CCurl", "POSIX"], overlay),
        room("OpenSSL", ["COpenSSL"], overlay),
        room("SQLite", ["CSQLite"], overlay),
        room("Zlib", ["CZlib"], overlay),

        room("POSIX", ["CLinux"], overlay),

        // The contract, and what every tool shares.
        room("Records"),
        room("NDJSON", ["Records", "POSIX", "CSimdjson"]),
        room("PathTables", ["POSIX"]),
        room("HumanText"),
        room("TerminalDisplay", ["HumanText"]),
        room("ToolSupport", ["Records", "POSIX", "HumanText", arguments]),

        // The work.
        room("Catalog", ["Records", "NDJSON", "POSIX", "PathTables", "SQLite", "Curl"]),
        room("AWSCredentials", ["Records", "NDJSON", "POSIX"]),
        room("Signing", ["Records", "NDJSON", "POSIX", "OpenSSL", "AWSCredentials"]),
        room("Video"),
        room("Transfer", ["Records", "NDJSON", "POSIX", "Curl", "OpenSSL", "Zlib", "Video"]),
        room("Journal", ["Records", "NDJSON", "POSIX", "PathTables"]),
        room("Tally", ["Records", "NDJSON", "Journal"]),
        room("Queue", ["Records", "NDJSON", "POSIX", "PathTables", "Journal"]),
        room("Analysis", ["Records", "NDJSON", "POSIX", "PathTables"]),
        room("Inventory", ["Records", "NDJSON", "POSIX", "PathTables", "Journal", "Transfer"]),
        room(
            "Rendering",
            ["Records", "NDJSON", "Journal", "Tally", "Queue", "Analysis", "HumanText", "TerminalDisplay"]),
        room("ProgressDisplay", ["Records", "NDJSON", "Transfer", "HumanText", "TerminalDisplay"]),
        room(
            "Origin",
            [
                "Records", "POSIX", "CLinux", "OpenSSL", "Signing",
                nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"), nio("NIOConcurrencyHelpers"),
            ]),

        room(
            "Web",
            ["Records", "NDJSON", "POSIX", "HumanText", "Journal", "Tally", "Rendering"]),

        tool("tf-catalog", ["Catalog", "Curl", "Records", "NDJSON", "POSIX"]),
        tool("tf-sign", ["Signing", "AWSCredentials", "OpenSSL", "Records", "POSIX"]),
        tool("tf-fetch", ["ProgressDisplay", "Transfer", "Curl", "Records", "NDJSON", "POSIX"]),
        tool(
            "tf-tally",
            [
                "TerminalDisplay", "Records", "Tally", "Analysis", "Rendering", "Journal", "PathTables", "NDJSON",
                "POSIX",
            ]),
        tool("tf-queue", ["Queue", "Rendering", "Journal", "Records", "NDJSON", "POSIX"]),
        tool("tf-files", ["Inventory", "Transfer", "Journal", "Records", "NDJSON", "POSIX"]),
        tool("tf-web", ["Web", "NDJSON", "POSIX"]),
        tool("tf-origin", ["Origin", "OpenSSL", "Records", "POSIX"]),

        // What scripts/bench measures beside the tools.
        .executableTarget(
            name: "bench-passthrough", dependencies: ["Signing", "POSIX", "ToolSupport"],
            path: "Benchmarks/bench-passthrough", swiftSettings: swift),

        // What the tests share, a folder of tests for each room, and one for whole commands.
        .target(name: "TestSupport", path: "Tests/Support", swiftSettings: swift),
        tests("NDJSONTests", ["Records", "NDJSON", "POSIX", "ToolSupport"]),
        tests("CatalogTests", ["Catalog", "NDJSON", "SQLite", "POSIX"]),
        tests("AWSCredentialsTests", ["AWSCredentials"]),
        tests("SigningTests", ["Signing", "AWSCredentials", "Records", "NDJSON", "OpenSSL", "POSIX"]),
        tests("VideoTests", ["Video"]),
        tests("TransferTests", ["Transfer", "Records", "NDJSON", "Origin", "Curl", "POSIX", "OpenSSL", "Zlib"]),
        tests(
            "JournalTests",
            [
                "Journal", "PathTables", "Tally", "Queue", "Analysis", "Rendering", "TerminalDisplay", "Records",
                "NDJSON",
                "POSIX",
            ]),
        tests("HumanTextTests", ["HumanText"]),
        tests("ProgressDisplayTests", ["ProgressDisplay", "Transfer"]),
        tests("WebTests", ["Web", "Journal", "Records", "NDJSON", "POSIX", "tf-web"]),
        tests("OriginTests", ["Origin", "Signing", "OpenSSL", "POSIX", "tf-origin"]),
        tests(
            "CommandTests",
            [
                "Origin", "Catalog", "Curl", "tf-catalog", "tf-sign", "tf-fetch", "tf-tally", "tf-queue", "tf-files",
                "tf-web", "tf-origin",
                nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"), nio("NIOConcurrencyHelpers"),
            ]),
    ],
    cxxLanguageStandard: .cxx17
)
