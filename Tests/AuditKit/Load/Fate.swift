package import Streams

/// What has to become of a message that a test sends; it travels in a header of the message, so
/// that the audit knows it by position alone.
package enum Fate: Hashable {
    package static let header = "test.expect"

    /// Taken: a command gets its one final outcome, a message of the ingress is routed.
    case taken
    /// Said before in the same words: nothing more is said.
    case duplicate
    /// Dead-lettered for this reason.
    case deadLetter(Rejection.Code)

    package var text: String {
        switch self {
        case .taken: "taken"
        case .duplicate: "duplicate"
        case .deadLetter(let code): code.rawValue
        }
    }

    package init?(_ text: String) {
        switch text {
        case "taken": self = .taken
        case "duplicate": self = .duplicate
        default:
            guard let code = Rejection.Code(rawValue: text) else { return nil }
            self = .deadLetter(code)
        }
    }
}

/// A message of the load.
package struct LoadMessage {
    package var topic: String
    package var key: String
    package var value: String
    package var expectation: Fate
}
