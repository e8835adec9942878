import Contracts
import Streams
import Testing

@testable import OSCoreDomain

/// All that os-core says, refuses, remembers and writes to its changelog over streams of chance, as
/// digests: who makes it faster must not change a byte. Whoever changes it on purpose puts the digest
/// that the failure shows in the place of the one below, and says why in the commit.
struct StreamDigestTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let seed: UInt64
        let policy: OSCorePolicy
        /// Of what it says, refuses, writes to the changelog and holds at the end.
        let digests: [String]

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
            digests: [
                "ba6cf2f6105e3f7b", "d45cac93f37be694", "c9d091f3e22fb0c4", "92c8069a90d817fb",
            ]),
        Case(
            seed: 2, policy: .seedDefaults,
            digests: [
                "2a4e5216e562d959", "262c9fde6e5eb263", "24bfc7a85cce5563", "8dbd5b054a8ff09e",
            ]),
        Case(
            seed: 3, policy: .test(relative),
            digests: [
                "6a84f1c93915c78e", "5a89ee75f300e66f", "62569749ff85b488", "ae9370a68b432386",
            ]),
        Case(
            seed: 4,
            policy: OSCorePolicy(
                profiles: [.quick(raise: 40, clear: 60)], defaultProfile: "quick", servicesMax: 10,
                instancesMax: 2, forgetAfterMs: 60_000),
            digests: [
                "9501c622b6472425", "7b90e238a3cd7563", "60420794e85533c", "180f867e7f32a91a",
            ]),
    ]

    @Test(arguments: cases) func `what it says over a stream of chance is the same`(
        _ one: Case
    ) throws {
        var stream = SignalStream(one.policy, seed: one.seed)
        try stream.run(transactions: 400)
        // A stream in which little happens would show little.
        #expect(stream.outcome.alerts > 20)
        #expect(Set(stream.outcome.codes).count >= 4)
        #expect(stream.outcome.digests == one.digests)
    }
}
