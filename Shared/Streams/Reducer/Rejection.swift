public import Contracts

/// Why a reducer cannot take a message. The pipeline drops what the message had changed and
/// said, and puts it on its input's dead-letter topic with this reason, in the same transaction.
public struct Rejection: Error, Sendable, Hashable {
    /// The closed list of reasons, as dead letters carry them. docs/wire.md explains each.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The value is not one JSON object, or its envelope lacks a field.
        case malformed
        /// The value is larger than the input allows, or what it leads to than its topic takes.
        case tooLarge = "too_large"
        /// `payload.type` is none that this topic carries.
        case unknownType = "unknown_type"
        /// The payload lacks a field, or one is out of range.
        case schema
        /// The id was used before for something else.
        case idConflict = "id_conflict"
        /// Older than ids are remembered for.
        case stale
        /// `ts` is ahead of the broker's clock.
        case fromTheFuture = "from_the_future"
        /// The message is well-formed, but may not be obeyed; its outcome says why.
        case refused
        /// `topic` of the envelope names no topic that takes messages from outside.
        case noRoute = "no_route"
        /// A message with the same key lies here before it, and the topic keeps the order of keys.
        case parked
        /// What the service wanted to say about it is no JSON: a fault of the service.
        case unencodable
    }

    /// The stable reason.
    public let code: Code
    /// What was wrong, for people; cut at 8 KiB in the dead letter.
    public let message: String
    /// Whether what the reducer changed and said before it threw stands: a `rejected` outcome
    /// beside the dead letter.
    public let keepsOutputs: Bool
    /// Whether the reason may pass by itself: the message is then tried again, with growing waits,
    /// before it is a dead letter. Not together with `keepsOutputs`.
    public let isTransient: Bool

    /// A rejection.
    public init(
        _ code: Code, _ message: String, keepsOutputs: Bool = false, isTransient: Bool = false
    ) {
        self.code = code
        self.message = message
        self.keepsOutputs = keepsOutputs
        self.isTransient = isTransient && !keepsOutputs
    }
}

extension Rejection {
    /// A `ts` so far ahead passes by itself while the message is tried again, ms: what is farther
    /// ahead is no clock that is a little fast.
    private static let passingMs: Int64 = 20_000

    /// The rejection of a message whose `ts` is ahead of the broker's clock.
    /// - Parameters:
    ///   - aheadMs: how far.
    ///   - toleranceMs: how far it may be.
    public static func fromTheFuture(aheadMs: Int64, toleranceMs: Int64) -> Rejection {
        Rejection(
            .fromTheFuture, "ts is \(aheadMs) ms ahead of the broker's clock",
            isTransient: aheadMs - toleranceMs <= passingMs)
    }

    /// The rejection of a message that cannot be read.
    public init(_ error: EnvelopeError) {
        let code: Code =
            switch error.code {
            case .malformed: .malformed
            case .unknownType: .unknownType
            case .schema: .schema
            }
        self.init(code, error.message)
    }
}
