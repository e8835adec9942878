internal import Contracts

/// What os-core goes by. Policy is data: config/severity.yaml and config/services.yaml.
public struct OSCorePolicy: Sendable, Hashable {
    /// The severity profiles by name.
    public var profiles: [String: SeverityProfile]
    /// The profile of services that name none; one of `profiles`.
    public var defaultProfile: String
    /// The profile of a service, by the service's name; each is one of `profiles`.
    public var profileOfService: [String: String]
    /// The profile of the queues of dead letters; one of `profiles`. nil: they are judged as services.
    public var deadLetterProfile: String?
    /// The profile of inputs that may be slowed; one of `profiles`. nil: they are judged as services.
    public var slowedInputProfile: String?
    /// Services that must report: the silence of one of these is `missing_data`, even if it was
    /// never heard of.
    public var expectedServices: Set<String>
    /// What ALERT_THRESHOLD=lower multiplies the limits by, above 0 to 1.
    public var lowerThresholdFactor: Double
    /// The most services that a task remembers; a signal of one more is refused.
    public var servicesMax: Int
    /// The most instances of a service; the one silent for longest makes way.
    public var instancesMax: Int
    /// A service that is not expected is forgotten after so long without a signal, ms of wall time.
    public var forgetAfterMs: Int64
    /// How far ahead of the broker's clock `ts` may be, ms (docs/wire.md, "Time"). The same as the other
    /// services tolerate.
    public var futureToleranceMs: Int64

    /// A policy.
    public init(
        profiles: [SeverityProfile], defaultProfile: String,
        profileOfService: [String: String] = [:], deadLetterProfile: String? = nil,
        slowedInputProfile: String? = nil,
        expectedServices: Set<String> = [],
        lowerThresholdFactor: Double = 0.8, servicesMax: Int = 10_000, instancesMax: Int = 200,
        forgetAfterMs: Int64 = 86_400_000, futureToleranceMs: Int64 = 30_000
    ) {
        self.profiles = Dictionary(profiles.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        self.defaultProfile = defaultProfile
        self.profileOfService = profileOfService
        self.deadLetterProfile = deadLetterProfile
        self.slowedInputProfile = slowedInputProfile
        self.expectedServices = expectedServices
        self.lowerThresholdFactor = lowerThresholdFactor
        self.servicesMax = servicesMax
        self.instancesMax = instancesMax
        self.forgetAfterMs = forgetAfterMs
        self.futureToleranceMs = futureToleranceMs
    }

    /// The profile that judges `service`.
    public func profile(of service: String) -> SeverityProfile {
        let ofQueue = ServiceName.isDeadLetterQueue(service) ? deadLetterProfile : nil
        let ofInput = ServiceName.isSlowedInput(service) ? slowedInputProfile : nil
        return (profileOfService[service] ?? ofQueue ?? ofInput).flatMap { profiles[$0] }
            ?? profiles[defaultProfile] ?? .seed000
    }

    /// Checks every profile, and that each profile that is named exists.
    public func validate() throws(PolicyFault) {
        for name in profiles.keys.sorted() { try profiles[name]?.validate() }
        for name in [defaultProfile, deadLetterProfile, slowedInputProfile].compactMap({ $0 })
            + profileOfService.sorted(by: { $0.key < $1.key }).map(\.value)
        where profiles[name] == nil {
            throw PolicyFault(
                profile: nil, field: "profile \(name)",
                expected: "one of \(profiles.keys.sorted().joined(separator: ", "))")
        }
        guard lowerThresholdFactor > 0, lowerThresholdFactor <= 1 else {
            throw PolicyFault(
                profile: nil, field: "lowerThresholdFactor", expected: "above 0 to 1")
        }
        guard servicesMax > 0, (1...10_000).contains(instancesMax), forgetAfterMs > 0 else {
            throw PolicyFault(
                profile: nil, field: "servicesMax, instancesMax, forgetAfter",
                expected: "positive numbers, at most 10000 instances")
        }
        guard (0...3_600_000).contains(futureToleranceMs) else {
            throw PolicyFault(profile: nil, field: "futureTolerance", expected: "0 s to 1 h")
        }
    }
}
