public import Contracts

/// What happens in a rehearsal, in the order of time.
public struct RehearsalScript: Sendable, Hashable {
    /// One thing that happens.
    public enum Event: Sendable, Hashable {
        /// The incident opens at this severity.
        case alert(Severity)
        /// Its severity changes.
        case severity(Severity)
        /// Every alert is clear.
        case clear
        /// It comes back after it was clear, or resolved.
        case relapse
        /// A person resolves it.
        case resolve
        /// A person pauses the automation.
        case pause
        /// A person lets the automation go on.
        case resume
    }

    /// How control-core answers a step.
    public struct Answer: Sendable, Hashable {
        /// The final status; nil: it never answers.
        public var status: OutcomeStatus?
        /// Why it was refused.
        public var code: OutcomeCode?
        /// Who holds the flag.
        public var heldBy: [String]

        /// An answer.
        public init(
            _ status: OutcomeStatus?, code: OutcomeCode? = nil, heldBy: [String] = []
        ) {
            self.status = status
            self.code = code
            self.heldBy = heldBy
        }

        /// Done.
        public static let succeeded = Answer(.succeeded)
    }

    /// An event and its time.
    public struct Entry: Sendable, Hashable {
        /// Since the beginning, ms.
        public var atMs: Int64
        /// What happens.
        public var event: Event

        /// An entry.
        public init(atMs: Int64, _ event: Event) {
            self.atMs = atMs
            self.event = event
        }
    }

    /// What happens.
    public var entries: [Entry]
    /// How control-core answers steps, by their ids; those not named succeed.
    public var answers: [String: Answer]
    /// How long control-core takes to answer, ms.
    public var answerMs: Int64
    /// When the rehearsal ends, ms since the beginning.
    public var endMs: Int64

    /// A script.
    public init(
        _ entries: [Entry], answers: [String: Answer] = [:], answerMs: Int64 = 20,
        endMs: Int64 = 3_600_000
    ) {
        self.entries = entries
        self.answers = answers
        self.answerMs = answerMs
        self.endMs = endMs
    }

    /// The usual course: an alert, and clear signals a minute later.
    public static func usual(_ severity: Severity) -> RehearsalScript {
        RehearsalScript([
            Entry(atMs: 0, .alert(severity)), Entry(atMs: 60_000, .clear),
        ])
    }
}
