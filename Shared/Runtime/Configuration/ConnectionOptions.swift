public import CommandLineKit
public import StreamsKafka

/// The options that every program of ours takes: where the cluster is, and where the files are.
///
/// Precedence, highest first: the command line, the environment, the file of `--config`, the
/// default.
public enum ConnectionOptions {
    /// `--config`.
    public static let config = Argument.option(
        "config", .path.shown(as: "FILE"), env: "DREAMNET_CONFIG", section: "Configuration",
        help: "A YAML file with these options by their long names.")
    /// `--home`.
    public static let home = Argument.option(
        "home", .path.shown(as: "DIR"), default: ".", env: "DREAMNET_HOME",
        section: "Configuration", help: "Where topics/, config/ and runbooks/ are.")
    /// `--bootstrap`.
    public static let bootstrap = Argument.option(
        "bootstrap", .string.shown(as: "HOST:PORT"), default: "127.0.0.1:9092",
        env: "KAFKA_BOOTSTRAP_SERVERS", section: "Connection", help: "The brokers of the cluster.")
    /// `--topic-prefix`.
    public static let topicPrefix = Argument.option(
        "topic-prefix", .string.shown(as: "PREFIX"), default: "", env: "DREAMNET_TOPIC_PREFIX",
        section: "Connection",
        help: "Put before every topic, group and transactional id.")
    /// `--kafka`.
    public static let kafka = Argument.repeatedOption(
        "kafka", .string.shown(as: "KEY=VALUE"), env: "DREAMNET_KAFKA", section: "Connection",
        help: "Any property of librdkafka, such as security.protocol=SASL_SSL.")
    /// `--kafka-secret`.
    public static let kafkaSecret = Argument.repeatedOption(
        "kafka-secret", .string.shown(as: "KEY=FILE"), env: "DREAMNET_KAFKA_SECRET",
        section: "Connection",
        help: "The same, the value read from a file, such as sasl.password=/run/secrets/kafka.")

    /// All of them.
    public static let all: [any ArgumentDeclaration] = [
        config, home, bootstrap, topicPrefix, kafka, kafkaSecret,
    ]

    /// The Kafka configuration that the options ask for.
    /// - Throws: `CommandFailure` that names the option, never a secret.
    public static func kafkaConfiguration(
        _ invocation: Invocation, clientID: String, instanceID: String? = nil
    ) throws -> KafkaConfiguration {
        try kafkaConfiguration(invocation.values, clientID: clientID, instanceID: instanceID)
    }

    /// The Kafka configuration that what is said already asks for, of a line that may be unfinished.
    /// - Throws: `CommandFailure` that names the option, never a secret.
    public static func kafkaConfiguration(
        _ values: ArgumentValues, clientID: String, instanceID: String? = nil
    ) throws -> KafkaConfiguration {
        var properties: [String: String] = [:]
        for text in try values[kafka] {
            let (name, value) = try pair(text, option: "--kafka", form: "KEY=VALUE")
            properties[name] = value
        }
        for text in try values[kafkaSecret] {
            let (name, file) = try pair(text, option: "--kafka-secret", form: "KEY=FILE")
            guard let secret = SmallFile.read(file, bytesMax: 65_536) else {
                throw CommandFailure(
                    "--kafka-secret \(name): cannot read the file \(file)",
                    hint: "It must exist, be readable, and hold UTF-8 text.", exitCode: .usage)
            }
            // Editors end a file with a line end, which is no part of a password.
            properties[name] = secret.hasSuffix("\n") ? String(secret.dropLast()) : secret
        }
        let configuration = KafkaConfiguration(
            bootstrapServers: try values[bootstrap],
            topicPrefix: try values[topicPrefix], clientID: clientID, instanceID: instanceID,
            properties: properties)
        do { try configuration.validate() } catch {
            throw CommandFailure(
                "\(error)", hint: "Properties are those of librdkafka's CONFIGURATION.md.",
                exitCode: .usage)
        }
        return configuration
    }

    private static func pair(
        _ text: String, option: String, form: String
    ) throws -> (name: String, value: String) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw CommandFailure("\(option): expected \(form)", exitCode: .usage)
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }
}
