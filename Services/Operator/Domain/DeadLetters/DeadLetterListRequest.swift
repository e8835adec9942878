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
            words += ["--" + name, ShellWord.quoted(value.sanitized)]
        }
        if all { words.append("--all") }
        words += ["--limit", "\(limit)", "--after", "\(DeadLetterPosition(of: last))"]
        return words.joined(separator: " ")
    }

    private static func duration(_ ms: Int64) -> String { "\(max(1, ms / 1_000))s" }
}
