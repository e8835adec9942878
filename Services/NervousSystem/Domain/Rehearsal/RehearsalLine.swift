/// One thing that happened, or that the automation did, in a rehearsal.
public struct RehearsalLine: Sendable, Hashable, CustomStringConvertible {
    /// What kind of thing.
    public enum Kind: String, Sendable, Hashable {
        /// The script.
        case event
        /// An order to control-core.
        case request
        /// Its answer.
        case outcome
        /// A notification to a person.
        case notify
        /// Where the response stands.
        case state
    }

    /// Since the beginning, ms.
    public let atMs: Int64
    /// What kind of thing.
    public let kind: Kind
    /// What happened.
    public let text: String

    /// "     60.000 s  request  set_safe_mode enabled=true (p0-safe-mode/safe-mode)".
    public var description: String {
        let millis = String(atMs % 1000)
        let time = "\(atMs / 1000)." + String(repeating: "0", count: 3 - millis.count) + millis
        let pad = String(repeating: " ", count: max(0, 10 - time.count))
        let name = kind.rawValue + String(repeating: " ", count: max(0, 8 - kind.rawValue.count))
        return "\(pad)\(time) s  \(name) \(text)"
    }
}
