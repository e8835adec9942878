internal import CommandLineKit
public import Contracts

/// Which dead letters are listed.
public struct DeadLetterListRequest: Sendable, Hashable {
    /// Only those of this topic.
    public let topic: BusTopic?
    /// Which of them.
    public let filter: DeadLetterFilter
    /// So many.
    public let limit: Int
    /// Those behind this position.
    public let after: DeadLetterPosition?
    /// Those that were replayed or discarded as well.
    public let all: Bool

    /// A request.
    public init(
        topic: BusTopic? = nil, filter: DeadLetterFilter = DeadLetterFilter(), limit: Int = 50,
        after: DeadLetterPosition? = nil, all: Bool = false
    ) {
        self.topic = topic
        self.filter = filter
        self.limit = limit
        self.after = after
        self.all = all
    }

    /// The command that shows the page behind `last`.
    public func next(after last: DeadLetterRecord, nowMs: Int64) -> String {
        var words = ["dreamnet", "dlq", "list"]
        if let topic { words.append(topic.kind) }
        let options = [
            ("code", filter.code), ("by", filter.service), ("key", filter.key),
            ("type", filter.type), ("text", filter.text),
            ("since", filter.fromMs.map { Self.duration(nowMs - $0) }),
            ("before", filter.untilMs.map { Self.duration(nowMs - $0) }),
        ]
        for (name, value) in options {
            guard let value else { continue }
            words += ["--" + name, Self.quoted(value)]
        }
        if all { words.append("--all") }
        words += ["--limit", "\(limit)", "--after", "\(DeadLetterPosition(of: last))"]
        return words.joined(separator: " ")
    }

    private static func duration(_ ms: Int64) -> String { "\(max(1, ms / 1_000))s" }

    /// As a shell takes it for one word.
    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
                || (0x61...0x7a).contains(byte) || byte == 0x2d || byte == 0x2e || byte == 0x5f
        }
        guard !isPlain || text.isEmpty else { return text }
        let parts = text.sanitized.split(separator: "'", omittingEmptySubsequences: false)
        return "'" + parts.joined(separator: #"'\''"#) + "'"
    }
}
