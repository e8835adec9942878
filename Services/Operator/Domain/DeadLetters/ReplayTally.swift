internal import Contracts
public import CommandLineKit

/// What a replay did, or would do.
public struct ReplayTally: Sendable, Encodable {
    /// The id of the run; in the header `dlq.replay_id` of what it sent.
    public let runId: String
    /// The topic.
    public let topic: String
    /// Whether nothing was sent.
    public let dryRun: Bool
    /// How many letters went to the topic, or would.
    public var sent = 0
    /// The same by their reasons.
    public var sentByReason = ReasonCounts()
    /// How many were not asked for.
    public var passedOver = 0
    /// How many were replayed or discarded before.
    public var resolvedBefore = 0
    /// Why letters stay, and how many.
    public var kept = ReasonCounts()
    /// How many came back to the dead letters; nil: nobody looked.
    public var cameBack: Int?
    /// How many its readers have taken; nil: it is not known (yet).
    public var accepted: Int?
    /// Why it ended before all was sent.
    public var stopped: String?

    /// Of nothing yet.
    public init(runId: String, topic: String, dryRun: Bool) {
        self.runId = runId
        self.topic = topic
        self.dryRun = dryRun
    }

    /// Counts a letter that goes to the topic.
    public mutating func send(_ letter: DeadLetterRecord) {
        sent += 1
        sentByReason.add(letter.code)
    }

    /// Counts a letter that stays.
    public mutating func keep(_ why: String) { kept.add(why) }

    /// For people.
    public func text(for console: Console) -> String {
        let letters = HumanText.count(sent, "letter")
        var lines = [
            dryRun
                ? "\(letters) would go to \(topic)" : "\(letters) sent to \(topic) (run \(runId))"
        ]
        lines += sentByReason.lines
        if kept.total > 0 {
            lines.append(
                "\(HumanText.count(kept.total, "letter")) \(dryRun ? "would stay" : "stayed")")
            lines += kept.lines
        }
        if resolvedBefore > 0 {
            lines.append("\(HumanText.count(resolvedBefore)) were replayed or discarded before")
        }
        if !dryRun, sent > 0, let cameBack {
            let came = "\(HumanText.count(cameBack)) came back"
            lines.append(
                accepted.map { "\(HumanText.count($0)) accepted, \(came)" }
                    ?? "\(came) so far; not all of them are read yet")
        }
        if let stopped { lines.append(console.style("stopped: \(stopped.sanitized)", .warning)) }
        return lines.joined(separator: "\n") + "\n"
    }
}
