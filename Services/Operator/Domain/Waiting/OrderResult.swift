public import CommandLineKit
public import Contracts

/// How an order ended, for the person and for `--json`.
public struct OrderResult: Sendable, Encodable {
    /// The id of the command.
    public let commandId: String
    /// `recorded`, `applied`, `spreading`, `rejected`, `failed` or `no_answer`.
    public let result: String
    /// From the moment that it was sent, ms.
    public let elapsedMs: Int64?
    /// What control-core said.
    public let outcome: OutcomePayload?
    /// Those that follow.
    public var applied: [String]?
    /// Those that run an older version.
    public var behind: [Spread.Behind]?
    /// Expected ones that never reported.
    public var neverReported: [String]?
    /// The exit status that says the same.
    public let exitCode: ExitCode
    private let summary: String
    private let hint: String?

    private enum CodingKeys: String, CodingKey {
        case commandId, result, elapsedMs, outcome, applied, behind, neverReported
    }

    /// Of an order that nobody waits for.
    public init(recorded id: String, as words: String) {
        self.init(
            id, "recorded", nil, nil, .success, "recorded: \(words)",
            hint: "See what becomes of it: dreamnet commands show \(id)")
    }

    /// Of a wait that ended in `state`, at its end or at its deadline.
    public init(_ state: EffectWait.State, id: String, words: String, elapsedMs: Int64) {
        let lookUp = "Look it up: dreamnet commands show \(id)"
        switch state {
        case .awaitingOutcome(let isAccepted):
            let who = isAccepted ? "its owner" : "control-core"
            self.init(
                id, "no_answer", elapsedMs, nil, .notAppliedInTime,
                "recorded, but \(who) has not answered in \(HumanText.duration(elapsedMs)): \(words)",
                hint: "It is carried out as soon as \(who) runs. \(lookUp)")
        case .refused(let outcome):
            let verb = outcome.status == .failed ? "failed" : "refused"
            self.init(
                id, outcome.status.rawValue, elapsedMs, outcome,
                outcome.status == .failed ? .failed : .refused,
                "\(verb) (\(outcome.code?.rawValue ?? "no code")): "
                    + (outcome.reason ?? "no reason given"),
                hint: OutcomeAdvice.text(outcome))
        case .spreading(let outcome, let spread):
            self.init(
                id, "spreading", elapsedMs, outcome, .notAppliedInTime,
                "\(words): \(spread.text(elapsedMs: elapsedMs))\(Self.note(outcome))",
                hint: "It is recorded, and holds for whoever reads it. \(lookUp)")
            fill(spread)
        case .applied(let outcome, let spread):
            self.init(
                id, "applied", elapsedMs, outcome, .success,
                "\(words): \(spread.text(elapsedMs: elapsedMs))\(Self.note(outcome))",
                hint: OutcomeAdvice.text(outcome))
            fill(spread)
        }
    }

    private init(
        _ id: String, _ result: String, _ elapsedMs: Int64?, _ outcome: OutcomePayload?,
        _ exitCode: ExitCode, _ summary: String, hint: String?
    ) {
        commandId = id
        self.result = result
        self.elapsedMs = elapsedMs
        self.outcome = outcome
        self.exitCode = exitCode
        self.summary = summary.sanitized
        self.hint = hint?.sanitized
    }

    /// One line, and what to do next.
    public func text(for console: Console) -> String {
        let role: Style.Role =
            switch exitCode {
            case .success: .good
            case .refused, .failed: .bad
            default: .warning
            }
        return console.style(summary, role) + "\n" + (hint.map { $0 + "\n" } ?? "")
    }

    private mutating func fill(_ spread: Spread) {
        guard spread.kind != .outcome else { return }
        applied = spread.applied
        behind = spread.behind
        neverReported = spread.silent
    }

    /// What a success did not do.
    private static func note(_ outcome: OutcomePayload) -> String {
        switch outcome.code {
        case .heldByOthers: " (\(outcome.reason ?? "others hold it still"))"
        case .unchanged: " (it was so already)"
        default: ""
        }
    }
}
