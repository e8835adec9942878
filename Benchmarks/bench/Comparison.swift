/// Something that the C program and our pipeline both do, in turn, on the same input.
struct Comparison {
    /// The command that measures it.
    let name: String
    /// The line of its help.
    let summary: String
    /// What the Swift side does.
    let kind: RoundKind
    /// What the C side does: a verb of bench-c.
    let verb: String
    /// What the input holds: a kind of `bench-c fill`.
    let input: String
    /// Of the input's messages.
    let keys: Int
    /// Partition counts to measure on.
    let partitions: [Int]
    /// Messages of a transaction.
    let transaction: Int
    /// Messages of a round.
    let messages: Int
    /// The least share of C's rate that is aimed at.
    let goal: Double

    static let all = [
        Comparison(
            name: "pass-through", summary: "Messages passed on, against a C program.",
            kind: .passThrough, verb: "pass-through", input: "padded",
            keys: 2_000, partitions: [1, 4], transaction: 10_000, messages: 2_000_000, goal: 0.9),
        Comparison(
            name: "count", summary: "A count per key with its changelog, against a C program.",
            kind: .count, verb: "count", input: "padded", keys: 100_000,
            partitions: [1, 4], transaction: 10_000, messages: 1_000_000, goal: 0.8),
        Comparison(
            name: "signals",
            summary: "os-core's judgement of signals, against C that passes them on.",
            kind: .signals, verb: "pass-through", input: "signals", keys: 2_000,
            partitions: [1, 4], transaction: 10_000, messages: 1_000_000, goal: 0.5),
        Comparison(
            name: "single",
            summary: "Transactions of one message back to back, against a C program.",
            kind: .passThrough, verb: "pass-through", input: "padded",
            keys: 2_000, partitions: [1], transaction: 1, messages: 1_000, goal: 0.9),
    ]
}
