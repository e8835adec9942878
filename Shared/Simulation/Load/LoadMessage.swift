internal import Contracts
internal import Streams

/// A message of the load.
struct LoadMessage {
    /// What has to become of it, where no clock is wrong.
    enum Fate: Hashable {
        /// A command gets its one final outcome, a message of the ingress is routed.
        case taken
        /// Said before in the same words: nothing more is said.
        case duplicate
        /// A dead letter for this reason.
        case dead(Rejection.Code)
    }

    let topic: BusTopic
    let key: String
    let value: String
    var fate: Fate
}

/// A place in the log.
struct LogPosition: Hashable, Comparable, CustomStringConvertible {
    let topic: String
    let partition: Int32
    let offset: Int64

    var description: String { "\(topic)[\(partition)]@\(offset)" }

    static func < (one: LogPosition, other: LogPosition) -> Bool {
        (one.topic, one.partition, one.offset) < (other.topic, other.partition, other.offset)
    }
}
