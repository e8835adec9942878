internal import Contracts

extension OSCorePolicy {
    /// The profiles of the seeds, that of seed 000 by default; no service is expected.
    public static let seedDefaults = OSCorePolicy(
        profiles: [.seed000, .seed001, .seed003], defaultProfile: SeverityProfile.seed000.name)
}

extension SeverityProfile {
    /// Seed 000, "Golden Signals" (seed 004 has the same lines): latency p95 over 5 s, 2 s, 1 s;
    /// errors over 10%, 5%, 1%; traffic drop over 50%, 25%, 10%; CPU or memory over 95%, 85%, 75%.
    /// Recovery of latency and errors by seed 003's check after a mitigation: errors under 1%, p95
    /// under 500 ms. The seeds name none for traffic and saturation: a margin under the P2 line.
    public static let seed000 = SeverityProfile(
        name: "seed-000",
        rules: [
            SignalRule(.p95Ms, limits: [.p0: 5000, .p1: 2000, .p2: 1000], recover: 500),
            SignalRule(.errorRatio, limits: [.p0: 0.10, .p1: 0.05, .p2: 0.01], recover: 0.01),
            SignalRule(.dropRatio, limits: [.p0: 0.50, .p1: 0.25, .p2: 0.10], recover: 0.08),
            SignalRule(.usedRatio, limits: [.p0: 0.95, .p1: 0.85, .p2: 0.75], recover: 0.70),
        ])

    /// Seed 001, "Severity Guide": P1 is an error rate of 50% or a latency over 5 s. It gives no
    /// number for a P0, a P2, traffic or saturation. Recovery by seed 003.
    public static let seed001 = SeverityProfile(
        name: "seed-001",
        rules: [
            SignalRule(.p95Ms, limits: [.p1: 5000], recover: 500),
            SignalRule(.errorRatio, limits: [.p1: 0.50], recover: 0.01),
        ])

    /// Seed 003, "Incident Severity Definitions": P1 is an error rate over 10% or a latency over 5
    /// times the normal one, P2 an error rate of 5 to 10%. Errors recover by its check after a
    /// mitigation, under 1%; its 500 ms do not fit a relative line, so latency does at 4 times.
    public static let seed003 = SeverityProfile(
        name: "seed-003",
        rules: [
            SignalRule(.p95TimesNormal, limits: [.p1: 5]),
            SignalRule(.errorRatio, limits: [.p1: 0.10, .p2: 0.05], recover: 0.01),
        ])
}
