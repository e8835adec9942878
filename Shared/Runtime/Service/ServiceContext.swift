internal import CommandLineKit
public import Contracts
public import JSON
public import StreamsKafka
public import TopicCatalog

/// What a service is given to prepare itself with: its configuration, read and checked.
public struct ServiceContext: Sendable {
    /// The service.
    public let name: String
    /// This instance of it.
    public let instance: String
    /// Where topics/, config/ and runbooks/ are.
    public let home: String
    /// The private key that signs its requests; nil: they are not signed.
    public let signingKey: [UInt8]?
    /// How to reach the cluster.
    public let kafka: KafkaConfiguration
    /// The topics as declared.
    public let catalog: TopicCatalog
    /// Where log lines go.
    public let logger: Logger
    /// Where metrics are shown.
    public let metrics: MetricsRegistry
}

extension ServiceContext {
    /// How many partitions topics/ declares for `topic`; 1 if it does not declare it, which the
    /// check of the topics finds.
    public func partitions(of topic: BusTopic) -> Int32 {
        catalog.topic(topic.rawValue)?.partitions ?? 1
    }

    /// The schemas of the payloads: by kind of topic, then by `payload.type`.
    public var schemas: [String: [String: JSONSchema]] { catalog.schemas.byKind }

    /// Reads policy files of `home`: warnings are logged, an error stops the start with its file
    /// and line.
    public func load<Value>(
        _ body: (_ home: String) throws -> (value: Value, warnings: [String])
    ) throws -> Value {
        do {
            let (value, warnings) = try body(home)
            for warning in warnings { logger.warning(warning) }
            return value
        } catch {
            throw CommandFailure(
                "the configuration is wrong:\n\(error)",
                hint: "`dreamnet config check` checks all of it.", exitCode: .usage)
        }
    }
}
