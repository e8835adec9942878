/// Who may import what: docs/ARCHITECTURE.md, "Layers", as data.
enum Layers {
    /// A module of ours, by its folder.
    struct Module: Sendable {
        let folder: String
        /// What it may import of ours, C libraries included.
        let imports: Set<String>
    }

    private static let domain: Set<String> = ["Contracts", "JSON", "Streams", "Signing"]
    private static let serviceMain: Set<String> = [
        "Contracts", "Effectors", "HTTP", "JSON", "PolicyFiles", "Runtime", "Streams",
        "StreamsKafka",
    ]

    static let modules: [Module] = [
        Module(folder: "Shared/YAML", imports: ["CYAML"]),
        Module(folder: "Shared/JSON", imports: ["CSimdjson"]),
        Module(folder: "Shared/HTTP", imports: ["CMicrohttpd", "CCurl"]),
        Module(folder: "Shared/Signing", imports: ["CSodium"]),
        Module(folder: "Shared/CommandLineKit", imports: []),
        Module(folder: "Shared/Processes", imports: ["CProcess"]),
        Module(folder: "Shared/Contracts", imports: ["JSON", "Signing"]),
        Module(folder: "Shared/Streams", imports: ["CPrefetch", "Contracts", "Signing"]),
        Module(folder: "Shared/StreamsKafka", imports: ["Contracts", "Streams", "CRdKafka"]),
        Module(folder: "Shared/TopicCatalog", imports: ["Contracts", "JSON", "YAML"]),
        Module(
            folder: "Shared/Effectors",
            imports: ["Contracts", "JSON", "HTTP", "Processes", "Signing", "Streams"]),
        Module(
            folder: "Shared/DreamNetClient",
            imports: ["Contracts", "JSON", "Signing", "Streams", "StreamsKafka"]),
        Module(
            folder: "Shared/Runtime",
            imports: [
                "CommandLineKit", "Contracts", "JSON", "YAML", "HTTP", "Signing", "Streams",
                "StreamsKafka", "TopicCatalog",
            ]),
        Module(
            folder: "Shared/PolicyFiles",
            imports: [
                "Contracts", "Effectors", "JSON", "Signing", "YAML", "ControlCoreDomain",
                "IncidentCoreDomain",
                "OSCoreDomain", "NervousSystemDomain",
            ]),
        Module(
            folder: "Shared/Simulation",
            imports: domain.union([
                "ControlCoreDomain", "IncidentCoreDomain", "OSCoreDomain", "NervousSystemDomain",
                "PolicyFiles", "TopicCatalog",
            ])),
        Module(folder: "Services/ControlCore/Domain", imports: domain),
        Module(folder: "Services/IncidentCore/Domain", imports: domain),
        Module(folder: "Services/OSCore/Domain", imports: domain),
        Module(folder: "Services/NervousSystem/Domain", imports: domain),
        Module(
            folder: "Services/Operator/Domain",
            imports: ["CommandLineKit", "Contracts", "JSON", "Streams", "TopicCatalog"]),
        Module(
            folder: "Services/ControlCore/Main",
            imports: serviceMain.union(["ControlCoreDomain", "Signing"])),
        Module(
            folder: "Services/IncidentCore/Main",
            imports: serviceMain.union(["IncidentCoreDomain"])),
        Module(folder: "Services/OSCore/Main", imports: serviceMain.union(["OSCoreDomain"])),
        Module(
            folder: "Services/NervousSystem/Main",
            imports: serviceMain.union(["NervousSystemDomain", "Signing"])),
        Module(
            folder: "Services/Operator/Main",
            imports: [
                "OperatorDomain", "CommandLineKit", "Contracts", "DreamNetClient", "JSON", "YAML",
                "HTTP", "Streams",
                "StreamsKafka", "TopicCatalog", "PolicyFiles", "Runtime", "NervousSystemDomain",
                "OSCoreDomain", "Processes", "Signing",
            ]),
    ]

    /// The pure reducers: no input or output, no clock, no chance.
    static let reducerFolders = [
        "Services/ControlCore/Domain", "Services/IncidentCore/Domain", "Services/OSCore/Domain",
        "Services/NervousSystem/Domain",
    ]

    /// What comes with the toolchain and may be imported anywhere but in a reducer.
    static let system: Set<String> = [
        "Glibc", "Dispatch", "Synchronization", "FoundationEssentials",
    ]

    /// Each C library has one importer.
    static let cLibraries: [String: String] = [
        "CYAML": "Shared/YAML", "CSimdjson": "Shared/JSON", "CMicrohttpd": "Shared/HTTP",
        "CCurl": "Shared/HTTP", "CSodium": "Shared/Signing", "CRdKafka": "Shared/StreamsKafka",
        "CProcess": "Shared/Processes",
        "CPrefetch": "Shared/Streams",
    ]

    /// Foundation costs start time and memory.
    static let refused: Set<String> = [
        "Foundation", "FoundationNetworking", "FoundationInternationalization", "FoundationXML",
        "XCTest",
    ]
}
