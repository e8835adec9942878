public import CommandLineKit
public import Contracts

/// How many dead letters lie in each topic, since when, and why.
public struct DeadLetterTally: Sendable {
    private struct Count: Encodable {
        var topic: String
        var letters = 0
        var oldestMs: Int64?
        var newestMs: Int64?
        var reasons: [String: Int] = [:]
    }

    private var counts: [String: Count] = [:]

    /// A tally of these topics, of which nothing was read yet.
    public init(topics: [BusTopic]) {
        for topic in topics { counts[topic.rawValue] = Count(topic: topic.deadLetterName) }
    }

    /// Counts a letter.
    public mutating func take(_ letter: DeadLetterRecord) {
        let name = letter.place.topic.rawValue
        var count = counts[name] ?? Count(topic: letter.place.topic.deadLetterName)
        count.letters += 1
        if let atMs = letter.failedAtMs {
            count.oldestMs = min(count.oldestMs ?? atMs, atMs)
            count.newestMs = max(count.newestMs ?? atMs, atMs)
        }
        // The codes come from messages: a flood of made-up ones must not fill the memory.
        if count.reasons[letter.code] != nil || count.reasons.count < 100 {
            count.reasons[letter.code, default: 0] += 1
        }
        counts[name] = count
    }

    private var sorted: [Count] { counts.values.sorted { $0.topic < $1.topic } }

    /// The table, or a line that says that there is none.
    public func text(for console: Console, nowMs: Int64) -> String {
        guard sorted.contains(where: { $0.letters > 0 }) else {
            return "No dead letters in \(HumanText.count(counts.count, "topic")).\n"
        }
        var table = TextTable([
            .fixed("TOPIC"), .fixed("LETTERS", .right), .fixed("OLDEST"), .fixed("NEWEST"),
            .flexible("REASONS", minimumWidth: 16),
        ])
        for count in sorted where count.letters > 0 {
            let reasons = count.reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            table.add(
                .init(count.topic), .init(HumanText.count(count.letters), .warning),
                .init(age(count.oldestMs, nowMs)), .init(age(count.newestMs, nowMs)),
                .init(reasons.map { "\($0.key) \($0.value)" }.joined(separator: ", ")))
        }
        return table.text(for: console)
    }

    /// The same as a JSON array.
    public func json() throws -> String { try JSONText.document(sorted) }

    private func age(_ atMs: Int64?, _ nowMs: Int64) -> String {
        atMs.map { HumanText.age(ofMs: $0, nowMs: nowMs) } ?? ""
    }
}
