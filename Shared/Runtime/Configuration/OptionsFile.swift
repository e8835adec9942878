public import CommandLineKit
internal import YAML

/// The file of `--config`: options by their long names. `kafka` and `kafka-secret` are mappings.
public enum OptionsFile {
    /// What a file may say: one file serves the services and the command line.
    static let names: Set<String> = [
        "home", "bootstrap", "topic-prefix", "kafka", "kafka-secret", "instance", "admin-bind",
        "log-format", "log-level",
    ]

    /// The values of the file, for `Tool(fallback:)`; none without a file.
    @Sendable public static func values(_ given: ArgumentValues) throws -> [String: FileValue] {
        guard let path = try given[ConnectionOptions.config] else { return [:] }
        guard let bytes = SmallFile.bytes(path) else {
            throw CommandFailure(
                "--config: cannot read the file \(path)", exitCode: .usage)
        }
        do {
            return try values(bytes: bytes, file: path)
        } catch {
            throw CommandFailure("\(error)", exitCode: .usage)
        }
    }

    static func values(bytes: [UInt8], file: String) throws(YAMLError) -> [String: FileValue] {
        var values: [String: FileValue] = [:]
        for (key, _, field) in try YAML.parse(bytes, file: file).mapping().entries() {
            guard names.contains(key) else {
                throw field.error(
                    "unknown option; known are \(names.sorted().joined(separator: ", "))")
            }
            let place = "\(field.mark)"
            switch key {
            case "kafka", "kafka-secret":
                values[key] = FileValue(
                    try field.mapping().entries().map { entry throws(YAMLError) in
                        "\(entry.key)=\(try entry.field.string())"
                    }, place: place)
            default: values[key] = FileValue([try field.string()], place: place)
            }
        }
        return values
    }
}
