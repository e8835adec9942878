internal import CommandLineKit

/// Who follows a command that was done, and who does not yet.
public struct Spread: Sendable, Hashable {
    /// Who is to follow.
    public enum Kind: Sendable, Hashable {
        /// Nobody: the outcome is all there is.
        case outcome
        /// The instances that obey flags.
        case subscribers
        /// The tasks of the service that runs a setting.
        case tasks(of: String)
    }

    /// One that runs an older version.
    public struct Behind: Sendable, Hashable, Codable {
        /// The instance or task.
        public let name: String
        /// The version that it runs.
        public let version: Int64
    }

    /// Who is to follow.
    public let kind: Kind
    /// The version that holds the change.
    public let version: Int64
    /// Those that follow.
    public var applied: [String] = []
    /// Those that run an older version.
    public var behind: [Behind] = []
    /// Expected ones that never reported.
    public var silent: [String] = []

    init(kind: Kind, version: Int64 = 0) {
        self.kind = kind
        self.version = version
    }

    /// How many are to follow.
    public var total: Int { applied.count + behind.count + silent.count }
    /// Whether all of them do.
    public var isEverywhere: Bool { behind.isEmpty && silent.isEmpty }

    /// `applied by 3 of 3 subscribers in 84 ms`, or `3 of 4: billing never reported`.
    public func text(elapsedMs: Int64) -> String {
        let elapsed = HumanText.duration(elapsedMs)
        guard isEverywhere else {
            let missing =
                silent.map { "\($0) never reported" }
                + behind.map { "\($0.name) still runs version \($0.version) of \(version)" }
            return "\(applied.count) of \(total): \(missing.joined(separator: ", "))".sanitized
        }
        switch kind {
        case .outcome: return "done in \(elapsed)"
        case .subscribers where total == 0: return "done in \(elapsed); no subscriber is known"
        case .subscribers:
            return "applied by \(total) of \(total) subscribers in \(elapsed)"
        case .tasks(let owner) where total == 0: return "as \(owner) runs it already"
        case .tasks(let owner):
            return "applied by \(total) of \(total) tasks of \(owner) in \(elapsed)".sanitized
        }
    }
}
