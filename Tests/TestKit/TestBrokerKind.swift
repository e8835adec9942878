public import Testing

extension TestBroker {
    /// Which program the broker is. The development broker lacks some of what Kafka does
    /// (docs/ARCHITECTURE.md, "Brokers"): what needs it is tested on Apache Kafka alone.
    public enum Kind: String, Sendable, Hashable, CustomStringConvertible {
        /// Apache Kafka.
        case kafka
        /// The development broker, noida-db.
        case noida

        /// The name that scripts/broker knows it by.
        public var description: String { rawValue }
    }
}

extension Trait where Self == ConditionTrait {
    /// The test runs only if `TestBroker.shared()` is Apache Kafka.
    public static var onApacheKafka: Self {
        .enabled(
            if: TestBroker.kind == .kafka,
            "the development broker cannot do this; set KAFKA_HOME to an unpacked Apache Kafka 4")
    }

    /// The test runs only if `TestBroker.start(kind: .kafka)` can.
    public static var startsApacheKafka: Self {
        .enabled(
            if: TestBroker.kafkaHome != nil,
            "starts an Apache Kafka of its own; set KAFKA_HOME to an unpacked Apache Kafka 4")
    }
}
