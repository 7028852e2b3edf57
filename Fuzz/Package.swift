// swift-tools-version: 6.2
import PackageDescription

// What libFuzzer feeds: a package of its own, since all of it is compiled with instruments. The rooms are the ones of the
// package above, by links; scripts/fuzz builds and runs it.

let swift: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "fuzz",
    targets: [
        .target(name: "CSimdjson", cxxSettings: [.define("NDEBUG")], linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CLinux"),
        .target(name: "POSIX", dependencies: ["CLinux"], swiftSettings: swift),
        .target(name: "Records", dependencies: ["POSIX"], swiftSettings: swift),
        .target(name: "NDJSON", dependencies: ["Records", "POSIX", "CSimdjson"], swiftSettings: swift),
        .target(name: "Video", swiftSettings: swift),
        .executableTarget(name: "FuzzVideo", dependencies: ["Video"], swiftSettings: swift),
        .executableTarget(name: "FuzzLines", dependencies: ["NDJSON", "POSIX", "Records"], swiftSettings: swift),
    ],
    cxxLanguageStandard: .cxx17
)
