internal import Contracts
public import CommandLineKit

/// What mending many letters by a program did, or would do.
public struct MendTally: Sendable, Encodable {
    /// The id of the run.
    public let runId: String
    /// The topic.
    public let topic: String
    /// Whether nothing was sent.
    public let dryRun: Bool
    /// How many were mended and sent, or would be.
    public var mended = 0
    /// Why letters stay, and how many.
    public var kept = ReasonCounts()
    /// How many were not asked for.
    public var passedOver = 0
    /// Why it ended before all was sent.
    public var stopped: String?
    /// The first differences: the letter's place and the fields that change.
    public var examples: [Example] = []

    /// A letter and what changes in it.
    public struct Example: Sendable, Encodable {
        /// Where it lies.
        public let place: String
        /// A line a field.
        public let differences: [String]
    }

    private static let examplesMax = 3

    /// Of nothing yet.
    public init(runId: String, topic: String, dryRun: Bool) {
        self.runId = runId
        self.topic = topic
        self.dryRun = dryRun
    }

    /// Counts a letter that is mended.
    public mutating func mend(_ mend: LetterMend) {
        mended += 1
        guard examples.count < Self.examplesMax else { return }
        examples.append(
            Example(place: mend.letter.place.description, differences: mend.differences))
    }

    /// Counts a letter that stays.
    public mutating func keep(_ why: String) { kept.add(why) }

    /// For people.
    public func text(for console: Console) -> String {
        var lines: [String] = []
        if dryRun {
            for example in examples {
                lines.append(console.style(example.place, .bold))
                lines += example.differences.map { "  \($0.sanitized)" }
            }
        }
        let letters = HumanText.count(mended, "letter")
        lines.append(
            dryRun
                ? "\(letters) would be valid and go to \(topic)"
                : "\(letters) mended and sent to \(topic) (run \(runId))")
        if kept.total > 0 {
            lines.append(
                "\(HumanText.count(kept.total, "letter")) \(dryRun ? "would stay" : "stayed")")
            lines += kept.lines
        }
        if let stopped { lines.append(console.style("stopped: \(stopped)", .warning)) }
        return lines.joined(separator: "\n") + "\n"
    }
}
