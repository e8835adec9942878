/// A failure of a producer, reader or administrative call. Policy reads `code` and `isRetriable`.
public struct KafkaError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, in the terms of whoever has to react.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The stable name.
        public let rawValue: String
        /// A code of that name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A property is unknown, reserved, or has a value that the library refuses.
        public static let configuration = Code(rawValue: "configuration")
        /// No broker answered in time.
        public static let unreachable = Code(rawValue: "unreachable")
        /// A broker was reached, but the answer did not come in time.
        public static let timedOut = Code(rawValue: "timed_out")
        /// The record was never handed to a broker: it has not arrived, and it will not.
        public static let notSent = Code(rawValue: "not_sent")
        /// The record was sent and no answer came: it may have arrived. Repeat it with the same id.
        public static let unknownOutcome = Code(rawValue: "unknown_outcome")
        /// The producer's queue is full; the record was not taken.
        public static let queueFull = Code(rawValue: "queue_full")
        /// The broker refused it (too large, invalid, policy).
        public static let refused = Code(rawValue: "refused")
        /// There is no such topic, partition or group.
        public static let notFound = Code(rawValue: "not_found")
        /// The topic exists already.
        public static let alreadyExists = Code(rawValue: "already_exists")
        /// The client may not do that, or could not prove who it is.
        public static let unauthorized = Code(rawValue: "unauthorized")
        /// The broker checks nobody's rights: it has no authorizer.
        public static let noAuthorizer = Code(rawValue: "no_authorizer")
        /// Another member uses this `group.instance.id`.
        public static let fenced = Code(rawValue: "fenced")
        /// The client is of no more use; make a new one.
        public static let fatal = Code(rawValue: "fatal")
        /// The client was closed.
        public static let closed = Code(rawValue: "closed")
        /// Something else; `kafkaName` says what.
        public static let other = Code(rawValue: "other")
    }

    /// What went wrong.
    public let code: Code
    /// The library's or the broker's own name of the error, such as `_TRANSPORT`; empty if none.
    public let kafkaName: String
    /// The librdkafka property that is wrong, for `Code.configuration`.
    public let property: String?
    /// What happened, for people.
    public let message: String
    /// Whether the same call may succeed later.
    public let isRetriable: Bool

    /// An error.
    public init(
        _ code: Code, kafkaName: String = "", property: String? = nil, isRetriable: Bool = false,
        _ message: String
    ) {
        self.code = code
        self.kafkaName = kafkaName
        self.property = property
        self.isRetriable = isRetriable
        self.message = message
    }

    /// "not_sent (_MSG_TIMED_OUT): ...".
    public var description: String {
        kafkaName.isEmpty
            ? "\(code.rawValue): \(message)" : "\(code.rawValue) (\(kafkaName)): \(message)"
    }
}
