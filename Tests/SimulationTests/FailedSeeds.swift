import Testing

/// Runs that have failed once, kept so that what they found stays mended. What a seed leads to
/// changes with the services and the simulator, so each real fault has a test of its own beside.
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
            found: "compaction dropped tombstones that a restore was about to come to"),
        Run(seed: 74, steps: 741, found: "a zombie was held against what came after it"),
        Run(
            seed: 119, steps: 67,
            found: "who stood still in its start took the next owner's progress for lost offsets"),
        Run(
            seed: 35, steps: 2_298,
            found: "time that nobody saw pass made a changelog hang"),
        Run(
            seed: 3_393, steps: 2_981,
            found: "a runbook that began anew asked under an id that was used"),
        Run(seed: 1_242, steps: 2_078, found: "the same, after a step was taken back"),
        Run(seed: 3_869, steps: 2_166, found: "rest came before a timer of a clock ahead"),
        Run(
            seed: 1_362, steps: 2_713,
            found: "a repetition of what a wrong clock refused met another with its id"),
        Run(
            seed: 18_687, steps: 1_722,
            found: "two starts at one time, after a clock was set back, said one id"),
    ]
}
