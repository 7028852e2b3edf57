// swift-tools-version: 6.2
import PackageDescription

let swift: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // Tests, which are debug builds, check at run time that no two accesses to a variable overlap. Among what a small
    // file costs a release, those checks were 7,000 of 208,000 instructions.
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

/// A room that owns C handles: every unsafe expression in it is marked.
let overlay = swift + [.strictMemorySafety()]

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

func nio(_ product: String) -> Target.Dependency { .product(name: product, package: "swift-nio") }

/// A room, in the folder of its floor: one idea, and what it may import, which is always further down.
func room(
    _ name: String, on floor: String, _ dependencies: [Target.Dependency] = [], _ settings: [SwiftSetting] = swift
) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(floor)/\(name)", swiftSettings: settings)
}

func library(_ name: String, _ pkgConfig: String, _ package: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/overlays/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

func tool(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies + ["ToolSupport", arguments], path: "Sources/tools/\(name)",
        swiftSettings: swift)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["TestSupport"], resources: resources, swiftSettings: swift)
}

let package = Package(
    name: "tf",
    products: [
        "tf-catalog", "tf-sign", "tf-fetch", "tf-tally", "tf-queue", "tf-files", "tf-store", "tf-web", "tf-origin",
    ].map { .executable(name: $0, targets: [$0]) },
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
    ],
    targets: [
        // The tools: name, options, streams, and which room works.
        tool("tf-catalog", ["Catalog", "Signing", "AWS", "Curl", "Records", "NDJSON", "POSIX"]),
        tool("tf-sign", ["Signing", "AWS", "OpenSSL", "Records", "NDJSON", "POSIX"]),
        tool("tf-fetch", ["Progress", "Transfer", "Store", "Curl", "Records", "NDJSON", "POSIX"]),
        tool("tf-tally", ["Rendering", "Journal", "Terminal", "Records", "NDJSON", "POSIX"]),
        tool("tf-queue", ["Rendering", "Journal", "Records", "NDJSON", "POSIX"]),
        tool("tf-files", ["Inventory", "Store", "Journal", "Terminal", "Records", "NDJSON", "POSIX"]),
        tool("tf-store", ["Remote", "Inventory", "Records", "POSIX"]),
        tool("tf-web", ["Web", "NDJSON", "POSIX"]),
        tool("tf-origin", ["Origin", "OpenSSL", "Records", "POSIX"]),

        // The work: a room for each thing that the project exists for.
        room("Catalog", on: "work", ["Signing", "AWS", "SQLite", "Expat", "Curl", "Records", "NDJSON", "POSIX"]),
        room("Signing", on: "work", ["AWS", "OpenSSL", "Records", "NDJSON", "POSIX"]),
        room("AWS", on: "work", ["Curl", "OpenSSL", "Expat", "Records", "NDJSON", "POSIX"]),
        room("Progress", on: "work", ["Transfer", "Terminal", "Records", "NDJSON"]),
        room("Transfer", on: "work", ["Store", "Curl", "Records", "NDJSON", "POSIX"]),
        room("Web", on: "work", ["Rendering", "Journal", "Terminal", "Records", "NDJSON", "POSIX"]),
        room("Rendering", on: "work", ["Journal", "Terminal", "Records", "NDJSON"]),
        room("Remote", on: "work", ["Inventory", "Store", "Curl", "Records", "NDJSON", "POSIX"]),
        room("Inventory", on: "work", ["Store", "Journal", "Records", "NDJSON", "POSIX"]),
        room("Store", on: "work", ["OpenSSL", "CZlib", "Records", "NDJSON", "POSIX"]),
        room("Journal", on: "work", ["Records", "NDJSON", "POSIX"]),
        room(
            "Origin", on: "work",
            [
                "Signing", "OpenSSL", "Records", "POSIX", "CLinux",
                nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"), nio("NIOConcurrencyHelpers"),
            ]),

        // What every room may lean on.
        room("ToolSupport", on: "shared", ["Terminal", "Records", "POSIX", arguments]),
        room("Terminal", on: "shared"),
        room("NDJSON", on: "shared", ["Records", "POSIX", "CSimdjson"]),
        room("Records", on: "shared", ["POSIX"]),
        room("POSIX", on: "shared", ["CLinux"], overlay),

        // C libraries behind typed doors.
        room("Curl", on: "overlays", ["POSIX", "CCurl"], overlay),
        room("OpenSSL", on: "overlays", ["COpenSSL"], overlay),
        room("SQLite", on: "overlays", ["CSQLite"], overlay),
        room("Expat", on: "overlays", ["CExpat"], overlay),
        library("COpenSSL", "libcrypto", "libssl-dev"),
        library("CSQLite", "sqlite3", "libsqlite3-dev"),
        library("CZlib", "zlib", "zlib1g-dev"),
        library("CExpat", "expat", "libexpat1-dev"),
        .target(
            name: "CSimdjson", path: "Sources/overlays/CSimdjson", cxxSettings: [.define("NDEBUG")],
            linkerSettings: [.linkedLibrary("simdjson")]),
        .target(
            name: "CCurl", path: "Sources/overlays/CCurl", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "CLinux", path: "Sources/overlays/CLinux"),

        // What scripts/bench measures beside the tools.
        .executableTarget(
            name: "bench-passthrough", dependencies: ["Signing", "POSIX", "ToolSupport"],
            path: "Benchmarks/bench-passthrough", swiftSettings: swift),

        // What the tests share, a folder of tests for each room, and one for whole commands.
        .target(
            name: "TestSupport", dependencies: ["Store", "Journal", "NDJSON", "POSIX", "Records", "Transfer", "Curl"],
            path: "Tests/Support",
            swiftSettings: swift),
        // Invented worlds in which jobs run, for the tests and for `scripts/simulate`.
        .target(
            name: "Simulation",
            dependencies: ["Transfer", "Store", "Journal", "Curl", "Records", "NDJSON", "POSIX", "TestSupport"],
            path: "Tests/Simulation", exclude: ["mutants"], swiftSettings: swift),
        .executableTarget(
            name: "simulate", dependencies: ["Simulation", "POSIX"], path: "Tests/simulate", swiftSettings: swift),
        tests("SimulationTests", ["Simulation"]),
        tests("CatalogTests", ["Catalog", "NDJSON", "SQLite", "POSIX"]),
        tests("AWSTests", ["AWS", "Curl", "POSIX"]),
        tests("SigningTests", ["Signing", "AWS", "Records", "NDJSON", "OpenSSL", "POSIX"]),
        tests("ProgressTests", ["Progress", "Transfer"]),
        tests("TransferTests", ["Transfer", "Store", "Origin", "Curl", "OpenSSL", "Records", "NDJSON", "POSIX"]),
        tests("WebTests", ["Web", "Journal", "Records", "NDJSON", "POSIX", "tf-web"]),
        tests("RenderingTests", ["Rendering", "Journal", "Terminal", "Records", "NDJSON", "POSIX"]),
        tests("InventoryTests", ["Inventory", "Store", "Journal", "OpenSSL", "Records", "NDJSON", "POSIX"]),
        tests("RemoteTests", ["Remote", "Inventory", "Store", "Records", "NDJSON", "POSIX", "tf-store", "tf-files"]),
        tests("StoreTests", ["Store", "OpenSSL", "Records", "NDJSON", "POSIX"]),
        tests("JournalTests", ["Journal", "Rendering", "Records", "NDJSON", "POSIX"]),
        tests("OriginTests", ["Origin", "Signing", "OpenSSL", "POSIX", "tf-origin"]),
        tests("ToolSupportTests", ["ToolSupport"]),
        tests("TerminalTests", ["Terminal"]),
        tests("POSIXTests", ["POSIX"]),
        tests("CurlTests", ["Curl", "CCurl"]),
        tests("NDJSONTests", ["Records", "NDJSON", "POSIX"]),
        tests("RecordsTests", ["Records", "Journal", "POSIX"]),
        tests(
            "CommandTests",
            [
                "Origin", "Catalog", "Curl", "POSIX", "tf-catalog", "tf-sign", "tf-fetch", "tf-tally", "tf-queue",
                "tf-files",
                "tf-store", "tf-web", "tf-origin",
                nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"), nio("NIOConcurrencyHelpers"),
            ]),
    ],
    cxxLanguageStandard: .cxx17
)
