import Contracts
import Streams
import Testing

@testable import OSCoreDomain

/// All that os-core says, refuses, remembers and writes to its changelog over streams of chance, as
/// digests: who makes it faster must not change a byte of what others read. The form of its own
/// changelog is its own affair. Whoever changes either on purpose puts the digest that the failure
/// shows in the place of the one below, and says why in the commit.
struct StreamDigestTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let seed: UInt64
        let policy: OSCorePolicy
        /// Of what it says to others, and of what it refuses.
        let told: [String]
        /// Of what it writes to the changelog, and of what its tables hold at the end.
        let kept: [String]

        var testDescription: String { "seed \(seed)" }
    }

    private static let relative = SeverityProfile(
        name: "relative",
        rules: SeverityProfile.seed003.rules + [
            SignalRule(.requestsPerSecond, .below, limits: [.p2: 2, .p3: 5])
        ],
        windowMs: 10_000, evaluateEveryMs: 1_000, raiseWindows: 2, clearWindows: 3,
        baselineMinutesMin: 1)

    static let cases = [
        Case(
            seed: 1, policy: .test(.quick(raise: 2, clear: 3), expected: ["service-1", "never"]),
            told: ["ba6cf2f6105e3f7b", "d45cac93f37be694"],
            kept: ["74e28ea07b99a31c", "5b2ccab821708e06"]),
        Case(
            seed: 2, policy: .seedDefaults,
            told: ["2a4e5216e562d959", "262c9fde6e5eb263"],
            kept: ["b5e7ca9a118a761b", "b8202a5aa2ca8ae1"]),
        Case(
            seed: 3, policy: .test(relative),
            told: ["6a84f1c93915c78e", "5a89ee75f300e66f"],
            kept: ["aaf96a7a2370cb8e", "37a1538700b26c67"]),
        Case(
            seed: 4,
            policy: OSCorePolicy(
                profiles: [.quick(raise: 40, clear: 60)], defaultProfile: "quick", servicesMax: 10,
                instancesMax: 2, forgetAfterMs: 60_000),
            told: ["9501c622b6472425", "7b90e238a3cd7563"],
            kept: ["2401ceba001bb87a", "22b385f06c9ef6d7"]),
    ]

    @Test(arguments: cases) func `what it says over a stream of chance is the same`(
        _ one: Case
    ) throws {
        var stream = SignalStream(one.policy, seed: one.seed)
        try stream.run(transactions: 400)
        // A stream in which little happens would show little.
        #expect(stream.outcome.alerts > 20)
        #expect(Set(stream.outcome.codes).count >= 4)
        #expect(stream.outcome.told == one.told)
        #expect(stream.outcome.kept == one.kept)
    }
}
