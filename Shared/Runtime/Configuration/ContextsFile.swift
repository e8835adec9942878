public import CommandLineKit
internal import Glibc
internal import YAML

/// The file of contexts: named clusters. Secrets do not stand in it, only the files that have them.
///
///     contexts:
///       staging: {bootstrap: "kafka.staging:9092"}
///       shop-eu:
///         bootstrap: "kafka.eu:9092"
///         production: true
///         kafka: {security.protocol: SASL_SSL}
///         kafka-secret: {sasl.password: /run/secrets/kafka}
public enum ContextsFile {
    /// `--context`.
    public static func context(
        completed: @escaping @Sendable (CompletionRequest) async -> [CompletionCandidate]
    ) -> Argument<String?> {
        .option(
            contextName, ValueFormat.string.shown(as: "NAME").completed(by: completed),
            env: "DREAMNET_CONTEXT", section: "Connection",
            help: "The cluster of this name; 'dreamnet context list' shows them.")
    }

    /// `--contexts`.
    public static let contexts = Argument.option(
        "contexts", .path.shown(as: "FILE"), env: "DREAMNET_CONTEXTS", section: "Connection",
        help:
            "The file of contexts. Default: dreamnet/contexts.yaml in XDG_CONFIG_HOME or ~/.config."
    )

    private static let contextName = "context"
    private static let plain = Argument.option(contextName, .string, help: "")
    private static let names = [
        "bootstrap", "topic-prefix", "production", "home", "kafka", "kafka-secret",
    ]
    /// Properties that hold a secret themselves.
    private static let secrets: Set<String> = [
        "sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem",
        "sasl.oauthbearer.client.secret", "sasl.oauthbearer.config",
    ]

    /// Where the file is.
    public static func path(_ given: ArgumentValues) throws -> String {
        if let path = try given[contexts] { return path }
        if let folder = variable("XDG_CONFIG_HOME") { return folder + "/dreamnet/contexts.yaml" }
        return (variable("HOME") ?? ".") + "/.config/dreamnet/contexts.yaml"
    }

    /// The file that says which context is used where none is named.
    public static func currentPath(_ given: ArgumentValues) throws -> String {
        try path(given) + ".current"
    }

    /// The contexts in the order of the file; none if there is no file.
    public static func all(_ given: ArgumentValues) throws -> [ClusterContext] {
        let path = try path(given)
        guard unsafe access(path, F_OK) == 0 else { return [] }
        guard let bytes = SmallFile.bytes(path) else {
            throw CommandFailure("cannot read the contexts of \(path)", exitCode: .usage)
        }
        do { return try contexts(bytes: bytes, file: path) } catch {
            throw CommandFailure("\(error)", exitCode: .usage)
        }
    }

    /// The name of the context that is used where none is named.
    public static func current(_ given: ArgumentValues) throws -> String? {
        guard let text = SmallFile.read(try currentPath(given), bytesMax: 1_024) else { return nil }
        let name = text.filter { !$0.isWhitespace }
        return name.isEmpty ? nil : name
    }

    /// The context that a line is about; nil if it says otherwise where the cluster is.
    ///
    /// One that is named holds as a whole: the brokers said elsewhere as well are a contradiction.
    /// The one of `context use` gives way.
    public static func selected(_ given: ArgumentValues) throws -> ClusterContext? {
        let file = try OptionsFile.values(given)
        let elsewhere = elsewhere(given, file)
        if let name = try given[plain] {
            if let elsewhere {
                throw CommandFailure(
                    "--context \(name) says where the cluster is, and so does \(elsewhere)",
                    hint: "Leave one of them out.", exitCode: .usage)
            }
            return try named(name, given)
        }
        guard elsewhere == nil, let name = try current(given) else { return nil }
        // Never another cluster than the one that was meant.
        guard let found = try all(given).first(where: { $0.name == name }) else {
            throw CommandFailure(
                "the context '\(name)' of 'dreamnet context use' is not in \(try path(given)) any more; "
                    + "name one by --context, or remove \(try currentPath(given))",
                exitCode: .usage)
        }
        return found
    }

    /// The context of this name.
    public static func named(_ name: String, _ given: ArgumentValues) throws -> ClusterContext {
        let all = try all(given)
        if let found = all.first(where: { $0.name == name }) { return found }
        let near = Suggestions.nearest(to: name, among: all.map(\.name))
        // Of what a fallback throws the message alone is shown.
        throw CommandFailure(
            "there is no context '\(name)' in \(try path(given))"
                + (near.isEmpty ? "" : "; did you mean '\(near.joined(separator: "' or '"))'?"),
            exitCode: .usage)
    }

    /// What the context and the file of `--config` say, for `Tool(fallback:)`; the file outweighs.
    @Sendable public static func values(_ given: ArgumentValues) throws -> [String: FileValue] {
        let file = try OptionsFile.values(given)
        return try selected(given)?.values.merging(file) { $1 } ?? file
    }

    private static func elsewhere(
        _ given: ArgumentValues, _ file: [String: FileValue]
    ) -> String? {
        let options: [(any ArgumentDeclaration, String)] = [
            (ConnectionOptions.bootstrap, "bootstrap"),
            (ConnectionOptions.topicPrefix, "topic-prefix"),
        ]
        for (option, name) in options {
            switch given.origin(of: option) {
            case .commandLine: return "--\(name)"
            case .environment(let variable): return variable
            default: if file[name] != nil { return "the file of --config" }
            }
        }
        return nil
    }

    static func contexts(bytes: [UInt8], file: String) throws(YAMLError) -> [ClusterContext] {
        let root = try YAML.parse(bytes, file: file).mapping()
        var contexts: [ClusterContext] = []
        for (key, _, field) in root.entries() where key != "contexts" {
            throw field.error("unknown key '\(key)'; known is contexts")
        }
        guard let listed = try root.optionalMapping("contexts") else { return [] }
        for (name, _, field) in listed.entries() {
            guard isName(name) else {
                throw field.error("'\(name)': a name is 1 to 63 of a-z, A-Z, 0-9, '-', '_' and '.'")
            }
            contexts.append(try context(name, field, file: file))
        }
        return contexts
    }

    private static func context(
        _ name: String, _ field: YAMLField, file: String
    ) throws(YAMLError) -> ClusterContext {
        let mapping = try field.mapping()
        var values: [String: FileValue] = [:]
        for (key, _, field) in mapping.entries() {
            let place = "context \(name), \(field.mark)"
            switch key {
            case "kafka", "kafka-secret":
                let pairs = try field.mapping().entries()
                for pair in pairs where key == "kafka" && secrets.contains(pair.key) {
                    throw pair.field.error(
                        "a secret: name a file that has it, under kafka-secret")
                }
                values[key] = FileValue(
                    try pairs.map { pair throws(YAMLError) in
                        "\(pair.key)=\(try pair.field.string())"
                    }, place: place)
            case "production": _ = try field.bool()
            case "bootstrap", "topic-prefix", "home":
                values[key] = FileValue([try field.string()], place: place)
            default:
                throw field.error("unknown key; known are \(names.joined(separator: ", "))")
            }
        }
        return ClusterContext(
            name: name, bootstrap: try mapping.string("bootstrap"),
            topicPrefix: try mapping.optionalString("topic-prefix") ?? "",
            isProduction: try mapping.optionalBool("production") ?? false, values: values)
    }

    private static func isName(_ name: String) -> Bool {
        (1...63).contains(name.utf8.count) && name != "none"
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f: true
                default: false
                }
            }
    }

    private static func variable(_ name: String) -> String? {
        guard let text = unsafe getenv(name).map({ unsafe String(cString: $0) }), !text.isEmpty
        else { return nil }
        return text
    }
}
