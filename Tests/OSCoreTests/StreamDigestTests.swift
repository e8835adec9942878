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
                "1be15f276e843a8b", "d45cac93f37be694", "d94b7ce392111ebd", "a5cd3d47283ca478",
            ]),
        Case(
            seed: 2, policy: .seedDefaults,
            digests: [
                "bbf4f97246583e51", "262c9fde6e5eb263", "67febff4c08d3736", "965c11eaed55cce7",
            ]),
        Case(
            seed: 3, policy: .test(relative),
            digests: [
                "6fee1dd87bf183b3", "5a89ee75f300e66f", "7e8bd9026470875c", "5d6770fe1280ab44",
            ]),
        Case(
            seed: 4,
            policy: OSCorePolicy(
                profiles: [.quick(raise: 40, clear: 60)], defaultProfile: "quick", servicesMax: 10,
                instancesMax: 2, forgetAfterMs: 60_000),
            digests: [
                "c31b0191a1c99ce3", "7b90e238a3cd7563", "ce38f838cf7f1701", "4b106bace9ecaf7",
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
