/// Where a dead letter lies. People write `signal/2/15`: topic, partition, offset.
public struct DeadLetterPlace: Sendable, Hashable, CustomStringConvertible {
    /// The topic that it was meant for; it lies in `<topic>.dlq`.
    public let topic: BusTopic
    /// The partition.
    public let partition: Int32
    /// Its position there.
    public let offset: Int64

    /// A place.
    public init(topic: BusTopic, partition: Int32, offset: Int64) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }

    /// The place of a text such as `signal/2/15` or `nervous.signal.dlq/2/15`.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, let topic = Self.topic(String(parts[0])),
            let partition = Int32(parts[1]), partition >= 0,
            let offset = Int64(parts[2]), offset >= 0
        else { return nil }
        self.init(topic: topic, partition: partition, offset: offset)
    }

    /// The topic of a text such as `signal`, `nervous.signal`, `nervous.signal.dlq`, or `dlq-signal` and
    /// `slow-signal`, as it is watched.
    public static func topic(_ text: String) -> BusTopic? {
        let name = text.hasSuffix(".dlq") ? String(text.dropLast(4)) : text
        if ServiceName.isDeadLetterQueue(name) {
            return BusTopic(kind: String(name.dropFirst(ServiceName.deadLetterPrefix.count)))
        }
        if ServiceName.isSlowedInput(name) {
            return BusTopic(kind: String(name.dropFirst(ServiceName.slowedPrefix.count)))
        }
        return BusTopic(rawValue: name) ?? BusTopic(kind: name)
    }

    /// `signal/2/15`.
    public var description: String { "\(topic.kind)/\(partition)/\(offset)" }
}
