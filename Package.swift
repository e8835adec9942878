// swift-tools-version: 6.2
// DreamNet: an incident-response system as small services on Kafka.
// No outside package: C libraries come from Debian through the system library targets below,
// each imported by exactly one Swift module (docs/ARCHITECTURE.md says which, TidyTests check it).

import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    // The pipeline is generic over reducer and log, which live in other modules: without the first
    // the hot path goes through witness tables and metadata look-ups. The second leaves the law of
    // exclusivity to the compiler and the debug builds that tests run; at run time its checks took
    // a tenth of a pass-through (docs/performance.md).
    .unsafeFlags(
        ["-cross-module-optimization", "-enforce-exclusivity=unchecked"],
        .when(configuration: .release)),
]

/// A C library that Debian ships: its pkg-config name and its package.
func debian(_ name: String, pkgConfig: String?, apt: String) -> Target {
    .systemLibrary(
        name: name, path: "Shared/CLibraries/\(name)", pkgConfig: pkgConfig,
        providers: [.apt([apt])])
}

func library(
    _ name: String, _ path: String, _ dependencies: [Target.Dependency],
    settings: [SwiftSetting] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: path, swiftSettings: swiftSettings + settings)
}

func program(_ name: String, _ path: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: path, swiftSettings: swiftSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: swiftSettings)
}

/// `make sanitize` alone: librdkafka's threads, where ThreadSanitizer has to see them.
let threadSanitizer: [Target] =
    Context.environment["DREAMNET_SANITIZE"] == "thread"
    ? [.target(name: "CThreads", path: "Tests/CThreads")] : []

let cLibraries: [Target] = [
    debian("CRdKafka", pkgConfig: "rdkafka", apt: "librdkafka-dev"),
    debian("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
    debian("CMicrohttpd", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev"),
    debian("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    debian("CSodium", pkgConfig: "libsodium", apt: "libsodium-dev"),
    // Its pkg-config names a flag that the package manager refuses, so CSimdjson links it by name.
    debian("CSimdjsonSystem", pkgConfig: nil, apt: "libsimdjson-dev"),
    .target(
        name: "CSimdjson", dependencies: ["CSimdjsonSystem"], path: "Shared/CLibraries/CSimdjson",
        linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("m")]),
    .target(name: "CProcess", path: "Shared/CLibraries/CProcess"),
    .target(name: "CPrefetch", path: "Shared/CLibraries/CPrefetch"),
]

let shared: [Target] = [
    library("YAML", "Shared/YAML", ["CYAML"]),
    // Lifetimes: a view into a parsed document must not outlive it, and the compiler sees to it.
    library(
        "JSON", "Shared/JSON", ["CSimdjson"], settings: [.enableExperimentalFeature("Lifetimes")]),
    library("HTTP", "Shared/HTTP", ["CMicrohttpd", "CCurl"]),
    library("Signing", "Shared/Signing", ["CSodium"]),
    library("CommandLineKit", "Shared/CommandLineKit", []),
    library("Processes", "Shared/Processes", ["CProcess"]),
    library("Contracts", "Shared/Contracts", ["JSON", "Signing"]),
    library("Streams", "Shared/Streams", ["CPrefetch", "Contracts", "Signing"]),
    library(
        "StreamsKafka", "Shared/StreamsKafka",
        ["Contracts", "Streams", "CRdKafka"] + threadSanitizer.map { .init(stringLiteral: $0.name) }
    ),
    library("TopicCatalog", "Shared/TopicCatalog", ["Contracts", "JSON", "YAML"]),
    library(
        "Effectors", "Shared/Effectors",
        ["Contracts", "JSON", "HTTP", "Processes", "Signing", "Streams"]),
    library(
        "DreamNetClient", "Shared/DreamNetClient",
        ["Contracts", "JSON", "Signing", "Streams", "StreamsKafka"]),
    library(
        "Runtime", "Shared/Runtime",
        [
            "CommandLineKit", "Contracts", "JSON", "YAML", "HTTP", "Signing", "Streams",
            "StreamsKafka", "TopicCatalog",
        ]),
]

let services: [Target] = [
    library(
        "ControlCoreDomain", "Services/ControlCore/Domain",
        ["Contracts", "JSON", "Streams", "Signing"]),
    library(
        "IncidentCoreDomain", "Services/IncidentCore/Domain",
        ["Contracts", "JSON", "Streams", "Signing"]),
    library(
        "OSCoreDomain", "Services/OSCore/Domain", ["Contracts", "JSON", "Streams", "Signing"]),
    library(
        "NervousSystemDomain", "Services/NervousSystem/Domain",
        ["Contracts", "JSON", "Streams", "Signing"]),
    library(
        "PolicyFiles", "Shared/PolicyFiles",
        [
            "Contracts", "Effectors", "JSON", "Signing", "YAML", "ControlCoreDomain",
            "IncidentCoreDomain", "OSCoreDomain", "NervousSystemDomain",
        ]),
    library(
        "Simulation", "Shared/Simulation",
        [
            "Contracts", "JSON", "Streams", "Signing", "ControlCoreDomain", "IncidentCoreDomain",
            "OSCoreDomain", "NervousSystemDomain", "PolicyFiles", "TopicCatalog",
        ]),
    program(
        "control-core", "Services/ControlCore/Main",
        [
            "ControlCoreDomain", "CommandLineKit", "Contracts", "Effectors", "PolicyFiles",
            "Runtime", "Signing", "Streams", "StreamsKafka",
        ]),
    program(
        "incident-core", "Services/IncidentCore/Main",
        [
            "IncidentCoreDomain", "Contracts", "PolicyFiles", "Runtime", "Streams",
        ]),
    program(
        "os-core", "Services/OSCore/Main",
        [
            "OSCoreDomain", "Contracts", "HTTP", "JSON", "PolicyFiles", "Runtime", "Streams",
            "StreamsKafka",
        ]),
    program(
        "nervous-system", "Services/NervousSystem/Main",
        [
            "NervousSystemDomain", "Contracts", "Effectors", "HTTP", "JSON", "PolicyFiles",
            "Runtime", "Signing", "Streams", "StreamsKafka",
        ]),
    library(
        "OperatorDomain", "Services/Operator/Domain",
        [
            "CommandLineKit", "Contracts", "JSON", "Streams", "TopicCatalog",
        ]),
    program(
        "dreamnet", "Services/Operator/Main",
        [
            "OperatorDomain", "CommandLineKit", "Contracts", "DreamNetClient", "JSON", "YAML",
            "HTTP", "Streams",
            "StreamsKafka", "TopicCatalog", "PolicyFiles", "Runtime", "NervousSystemDomain",
            "OSCoreDomain", "Processes", "Signing",
        ]),
]

let examples: [Target] = [
    library(
        "ExampleKit", "Examples/kit", ["HTTP", "CommandLineKit", "DreamNetClient", "Contracts"]),
    program(
        "checkout", "Examples/checkout",
        [
            "ExampleKit", "HTTP", "CommandLineKit", "DreamNetClient", "Contracts", "StreamsKafka",
        ]),
    program("payments", "Examples/payments", ["ExampleKit", "HTTP", "CommandLineKit"]),
    program("load", "Examples/load", ["ExampleKit", "HTTP", "CommandLineKit"]),
    program(
        "demo", "Examples/demo",
        [
            "ExampleKit", "HTTP", "CommandLineKit", "Contracts", "JSON", "OSCoreDomain", "Streams",
            "StreamsKafka",
            "TopicCatalog", "Processes", "Runtime",
        ]),
]

let benchmarks: [Target] = [
    .executableTarget(
        name: "bench-c", dependencies: ["CRdKafka"], path: "Benchmarks/bench-c",
        cSettings: [.unsafeFlags(["-O2"])]),
    .target(name: "CAllocations", path: "Benchmarks/allocations"),
    program(
        "bench", "Benchmarks/bench",
        [
            "CAllocations", "CommandLineKit", "Contracts", "DreamNetClient", "HTTP", "JSON",
            "OSCoreDomain", "Processes", "Runtime", "Streams", "StreamsKafka",
        ]),
]

let testTargets: [Target] = [
    library("LogContract", "Tests/LogContract", ["Contracts", "Streams"]),
    program(
        "simulator", "Tests/Simulator",
        ["CommandLineKit", "JSON", "Simulation", "Streams"]),
    library(
        "TestKit", "Tests/TestKit",
        [
            "Contracts", "JSON", "Streams", "StreamsKafka", "TopicCatalog", "Processes", "Runtime",
        ]),
    library(
        "AuditKit", "Tests/AuditKit",
        [
            "TestKit", "Contracts", "HTTP", "JSON", "Processes", "Runtime", "Streams",
            "StreamsKafka",
        ]),
    program(
        "audit", "Tests/Audit",
        [
            "AuditKit", "TestKit", "CommandLineKit", "Contracts", "HTTP", "JSON", "Processes",
            "Runtime", "StreamsKafka",
        ]),
    tests("YAMLTests", ["YAML"]),
    tests("JSONTests", ["JSON"]),
    tests("HTTPTests", ["HTTP"]),
    tests("SigningTests", ["Signing"]),
    tests("CommandLineKitTests", ["CommandLineKit"]),
    tests("ProcessesTests", ["Processes"]),
    tests("ContractsTests", ["Contracts", "JSON", "TopicCatalog"]),
    tests("StreamsTests", ["CAllocations", "Streams", "Contracts", "LogContract"]),
    tests(
        "StreamsKafkaTests",
        [
            "StreamsKafka", "Streams", "Contracts", "LogContract", "TestKit",
        ]),
    // docs/wire.md says what control-core obeys: its examples are given to the reducer.
    tests(
        "TopicCatalogTests",
        [
            "TopicCatalog", "Contracts", "ControlCoreDomain", "DreamNetClient",
            "IncidentCoreDomain", "JSON", "NervousSystemDomain", "Streams", "YAML",
        ]),
    tests(
        "EffectorsTests",
        ["Effectors", "Contracts", "JSON", "HTTP", "Streams", "TestKit"]),
    tests(
        "DreamNetClientTests",
        [
            "DreamNetClient", "Contracts", "JSON", "Signing", "Streams", "StreamsKafka", "TestKit",
        ]),
    tests(
        "RuntimeTests",
        [
            "CommandLineKit", "YAML", "Runtime", "Contracts", "HTTP", "JSON", "Streams",
            "StreamsKafka", "TestKit",
        ]),
    tests("ControlCoreTests", ["ControlCoreDomain", "Contracts", "JSON", "Signing", "Streams"]),
    tests("IncidentCoreTests", ["IncidentCoreDomain", "Contracts", "JSON", "Streams"]),
    tests(
        "OSCoreTests", ["CAllocations", "OSCoreDomain", "Contracts", "JSON", "Streams"]),
    tests("NervousSystemTests", ["NervousSystemDomain", "Contracts", "JSON", "Streams"]),
    tests(
        "PolicyFilesTests",
        [
            "PolicyFiles", "Contracts", "Effectors", "HTTP", "JSON", "Processes", "Streams",
            "ControlCoreDomain", "IncidentCoreDomain", "OSCoreDomain", "NervousSystemDomain",
        ]),
    tests(
        "OperatorTests",
        [
            "OperatorDomain", "CommandLineKit", "Contracts", "JSON", "Signing", "Streams",
            "TopicCatalog",
        ]),
    tests(
        "ExamplesTests",
        [
            "AuditKit", "ExampleKit", "HTTP", "Contracts", "DreamNetClient", "Processes", "Runtime",
            "StreamsKafka", "TestKit",
        ]),
    tests(
        "EndToEndTests",
        [
            "AuditKit", "TestKit", "Contracts", "HTTP", "JSON", "Streams", "StreamsKafka",
            "TopicCatalog", "Processes", "Runtime",
        ]),
    tests("SimulationTests", ["Processes", "Runtime", "Simulation", "Streams", "TestKit"]),
    tests("TidyTests", ["YAML"]),
]

let package = Package(
    name: "DreamNet",
    products: [
        .executable(name: "control-core", targets: ["control-core"]),
        .executable(name: "incident-core", targets: ["incident-core"]),
        .executable(name: "os-core", targets: ["os-core"]),
        .executable(name: "nervous-system", targets: ["nervous-system"]),
        .executable(name: "dreamnet", targets: ["dreamnet"]),
        .library(name: "DreamNetClient", targets: ["DreamNetClient"]),
        // For Fuzz/, which is a package of its own: whatever reads bytes from outside.
        .library(
            name: "Decoders",
            targets: [
                "YAML", "JSON", "HTTP", "CommandLineKit", "Contracts", "Streams", "TopicCatalog",
                "ControlCoreDomain", "IncidentCoreDomain", "OSCoreDomain", "NervousSystemDomain",
                "OperatorDomain", "PolicyFiles",
            ]),
    ],
    targets: cLibraries + threadSanitizer + shared + services + examples + benchmarks
        + testTargets,
    cxxLanguageStandard: .cxx17
)
