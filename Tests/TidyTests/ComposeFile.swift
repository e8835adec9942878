import YAML

/// docker-compose.yml, as far as the tests look at it.
struct ComposeFile {
    /// A container.
    struct Service {
        let name: String
        let image: String
        let isBuilt: Bool
        let command: [String]
        let environment: [String: String]
        /// As written: `127.0.0.1:7101:7101`.
        let ports: [String]
        /// As written: `./config:/opt/dreamnet/config:ro`.
        let volumes: [String]
        /// The command of the health check.
        let healthTest: [String]?
        let restart: String?
        /// The services that have to be there before it, with what has to be true of them.
        let conditions: [String: String]

        /// Whether it runs our image.
        var isOurs: Bool { image == ComposeFile.image }
    }

    /// The one image of ours.
    static let image = "dreamnet:local"

    let services: [Service]
    /// The names of the volumes that are kept.
    let volumes: [String]

    /// Reads the file at the top of the checkout.
    init() throws {
        let path = "docker-compose.yml"
        let file = try YAML.parse(SourceTree.text(path) ?? "", file: path).mapping()
        services = try file.required("services").mapping().entries().map {
            try Self.service($0.key, $0.field.mapping())
        }
        volumes = try file.required("volumes").mapping().keys
    }

    private static func service(_ name: String, _ map: YAMLMapping) throws -> Service {
        var environment: [String: String] = [:]
        for (key, _, field) in try map.optional("environment")?.mapping().entries() ?? [] {
            if case .scalar(let text, _) = field.node.kind { environment[key] = text }
        }
        var conditions: [String: String] = [:]
        for (key, _, field) in try map.optional("depends_on")?.mapping().entries() ?? [] {
            conditions[key] = try field.mapping().string("condition")
        }
        return Service(
            name: name, image: try map.string("image"), isBuilt: map.optional("build") != nil,
            command: try map.optional("command")?.strings() ?? [], environment: environment,
            ports: try map.optional("ports")?.strings() ?? [],
            volumes: try map.optional("volumes")?.strings() ?? [],
            healthTest: try map.optional("healthcheck")?.mapping().required("test").strings(),
            restart: try map.optionalString("restart"), conditions: conditions)
    }
}
