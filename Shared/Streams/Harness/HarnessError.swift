/// What a harness found wrong with a reducer.
public struct HarnessError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of fault.
    public enum Code: String, Sendable {
        /// A topic that the reducer does not read.
        case unknownInput = "unknown_input"
        /// Doing the same work again, after an abort, said or changed something else: the reducer
        /// remembers something outside its tables, or looks at something that is no input.
        case notDeterministic = "not_deterministic"
        /// The tables that the changelog gives back are not those that the reducer had.
        case notRestored = "not_restored"
    }

    /// The kind of fault.
    public let code: Code
    /// What was found.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// "not_restored: ...".
    public var description: String { "\(code.rawValue): \(message)" }
}
