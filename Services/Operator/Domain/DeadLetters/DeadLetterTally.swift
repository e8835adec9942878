public import CommandLineKit
public import Contracts
internal import Streams

/// How many dead letters lie in each topic, since when, and why.
public struct DeadLetterTally: Sendable {
    private struct Count: Encodable {
        var topic: String
        /// About which nothing was done yet.
        var letters = 0
        /// Replayed or discarded; they lie there until they expire.
        var resolved = 0
        var oldestMs: Int64?
        var newestMs: Int64?
        /// When the first of them is deleted.
        var firstExpiryMs: Int64?
        /// Of the last hour.
        var lastHour = 0
        var reasons = ReasonCounts()
        var services = ReasonCounts()
        /// Which fields were wrong, as the reasons say.
        var fields = ReasonCounts()
        /// Who had sent them: `ce_source` of their headers.
        var producers = ReasonCounts()
        /// Replayed so often that they are not any more.
        var quarantined = 0
        /// Keys whose later messages wait behind a letter.
        var parkedKeys = 0
        /// How many of the letters only wait behind another one.
        var waiting = 0
        var heldBy: String?
    }

    private struct Line: Hashable {
        let topic: String
        let partition: String?
        let turn: LetterTurn
    }

    /// How long letters are kept, ms (topics/: `retention.ms` of every dead-letter topic).
    public static let keptMs: Int64 = 30 * 86_400_000
    private static let linesMax = 100_000

    private let ledger: Ledger
    private let nowMs: Int64
    private var counts: [String: Count] = [:]
    private var lines: Set<Line> = []

    /// A tally of these topics at `nowMs` (Unix ms), of which nothing was read yet.
    public init(topics: [BusTopic], ledger: Ledger = Ledger(), nowMs: Int64) {
        self.ledger = ledger
        self.nowMs = nowMs
        for topic in topics {
            var count = Count(topic: topic.deadLetterName)
            count.heldBy = ledger.hold(on: topic)?.author
            counts[topic.rawValue] = count
        }
    }

    /// Counts a letter.
    public mutating func take(_ letter: DeadLetterRecord) {
        let name = letter.place.topic.rawValue
        var count = counts[name] ?? Count(topic: letter.place.topic.deadLetterName)
        defer { counts[name] = count }
        guard !ledger.isResolved(letter.place) else {
            count.resolved += 1
            return
        }
        count.letters += 1
        if let atMs = letter.failedAtMs {
            count.oldestMs = min(count.oldestMs ?? atMs, atMs)
            count.newestMs = max(count.newestMs ?? atMs, atMs)
            count.firstExpiryMs = count.oldestMs.map { $0 + Self.keptMs }
            if nowMs - atMs < 3_600_000 { count.lastHour += 1 }
        }
        count.reasons.add(letter.code)
        count.services.add(letter.service)
        count.producers.add(letter.producer)
        if let field = letter.wrongField { count.fields.add(field) }
        if ledger.isQuarantined(letter.place) { count.quarantined += 1 }
        if letter.code == Rejection.Code.parked.rawValue { count.waiting += 1 }
        if let turn = letter.turn, lines.count < Self.linesMax,
            lines.insert(
                Line(
                    topic: name, partition: letter.text(DeadLetter.Header.partition),
                    turn: LetterTurn(service: turn.service, line: turn.line, number: 0))
            ).inserted
        {
            count.parkedKeys += 1
        }
    }

    private var sorted: [Count] { counts.values.sorted { $0.topic < $1.topic } }

    /// The table, or a line that says that there is none.
    public func text(for console: Console) -> String {
        guard sorted.contains(where: { $0.letters > 0 }) else {
            let resolved = sorted.reduce(0) { $0 + $1.resolved }
            return "No dead letters in \(HumanText.count(counts.count, "topic"))"
                + (resolved > 0
                    ? "; \(HumanText.count(resolved)) were replayed or discarded.\n" : ".\n")
        }
        var table = TextTable([
            .fixed("TOPIC"), .fixed("LETTERS", .right), .fixed("LAST HOUR", .right),
            .fixed("OLDEST"), .fixed("NEWEST"), .fixed("FIRST EXPIRES"),
            .flexible("REASONS", minimumWidth: 16),
        ])
        for count in sorted where count.letters > 0 {
            table.add(
                .init(count.topic), .init(HumanText.count(count.letters), .warning),
                .init(HumanText.count(count.lastHour)), .init(age(count.oldestMs)),
                .init(age(count.newestMs)), .init(expiry(count.firstExpiryMs)),
                .init(count.reasons.line))
        }
        let held = sorted.compactMap { count in
            count.heldBy.map { "\($0.sanitized) works on \(count.topic)\n" }
        }
        let parked = sorted.filter { $0.parkedKeys > 0 }.map { count in
            "\(HumanText.count(count.parkedKeys, "key")) parked in \(count.topic): "
                + "\(HumanText.count(count.waiting, "message")) waiting behind dead letters\n"
        }
        let details = sorted.filter { $0.letters > 0 }.map { count in
            "\(count.topic): from \(count.producers.line)"
                + (count.fields.total > 0 ? "; fields \(count.fields.line)" : "")
                + (count.quarantined > 0
                    ? "; \(HumanText.count(count.quarantined)) in quarantine" : "") + "\n"
        }
        return table.text(for: console) + details.joined() + parked.joined() + held.joined()
    }

    /// The same as a JSON array.
    public func json() throws -> String { try JSONText.document(sorted) }

    private func age(_ atMs: Int64?) -> String {
        atMs.map { HumanText.age(ofMs: $0, nowMs: nowMs) } ?? ""
    }

    private func expiry(_ atMs: Int64?) -> String {
        atMs.map { "in " + HumanText.duration(max(0, ($0 - nowMs) / 3_600_000 * 3_600_000)) } ?? ""
    }
}
