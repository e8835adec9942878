import Contracts
import Testing

@testable import OSCoreDomain

/// Policies that cannot be meant are refused.
struct PolicyTests {
    @Test func `the seeds' profiles are valid`() throws {
        try OSCorePolicy.seedDefaults.validate()
        #expect(OSCorePolicy.seedDefaults.profile(of: "checkout").name == "seed-000")
    }

    @Test func `a service may have a profile of its own`() throws {
        var policy = OSCorePolicy.seedDefaults
        policy.profileOfService = ["checkout": "seed-003"]
        try policy.validate()
        #expect(policy.profile(of: "checkout").name == "seed-003")
        policy.profileOfService = ["checkout": "typo"]
        let fault = #expect(throws: PolicyFault.self) { try policy.validate() }
        #expect(fault?.description == "profile typo: expected one of seed-000, seed-001, seed-003")
    }

    private struct Spoilt: Sendable {
        let field: String
        let change: @Sendable (inout SeverityProfile) -> Void

        init(_ field: String, _ change: @escaping @Sendable (inout SeverityProfile) -> Void) {
            self.field = field
            self.change = change
        }
    }

    private static let spoilt: [Spoilt] = [
        Spoilt("window") { $0.windowMs = 1 },
        Spoilt("raiseWindows") { $0.raiseWindows = 0 },
        Spoilt("clearWindows") { $0.clearWindows = 99 },
        Spoilt("minRequests") { $0.minRequests = -1 },
        Spoilt("evaluateEvery") { $0.evaluateEveryMs = -1 },
        Spoilt("missingDataAfter") { $0.missingDataAfterMs = 0 },
        Spoilt("trafficFloor") { $0.trafficFloor = .nan },
        Spoilt("rules: p95_ms") { $0.rules = [SignalRule(.p95Ms, limits: [:])] },
        Spoilt("rules: p95_ms") { $0.rules = [SignalRule(.p95Ms, limits: [.p0: 1, .p1: 2])] },
        Spoilt("rules: p95_ms") { $0.rules = [SignalRule(.p95Ms, limits: [.p0: 1], recover: 2)] },
        Spoilt("rules: used_ratio") {
            $0.rules = [SignalRule(.usedRatio, .below, limits: [.p0: 0.5, .p1: 0.4])]
        },
    ]

    @Test(arguments: spoilt.indices)
    func `a field out of its range is named`(index: Int) {
        let spoilt = Self.spoilt[index]
        var profile = SeverityProfile.seed000
        spoilt.change(&profile)
        let fault = #expect(throws: PolicyFault.self) { try profile.validate() }
        #expect(fault?.field == spoilt.field)
    }
}
