import Testing

/// Runs that have failed once, kept so that what they found stays mended.
enum FailedSeeds {
    struct Run: Sendable, CustomTestStringConvertible {
        let seed: UInt64
        let steps: Int
        /// What was wrong.
        let found: String

        var testDescription: String { "seed \(seed): \(found)" }
    }

    static let all: [Run] = [
        Run(
            seed: 63, steps: 1_051,
            found: "compaction dropped tombstones that a restore was about to come to")
    ]
}
