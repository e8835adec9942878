public import Contracts

/// How a service is judged: its rules, its windows and its patience.
///
/// Times are event time unless said otherwise. The fields are those of config/severity.yaml.
public struct SeverityProfile: Sendable, Hashable {
    /// The name: alerts and views carry it.
    public var name: String
    /// The rules. A signal without one is not judged.
    public var rules: [SignalRule]
    /// Length of the sliding window, ms. At least as long as the time between two signals of an
    /// instance; it is kept in twelfths, so a window may be up to a twelfth longer.
    public var windowMs: Int64
    /// The least event time between two judgements of a service, ms; 0 judges at every signal.
    public var evaluateEveryMs: Int64
    /// How many judgements in a row must be bad before an alert is raised or escalated.
    public var raiseWindows: Int
    /// How many judgements in a row must be better before it is cleared or de-escalated.
    public var clearWindows: Int
    /// Fewer requests in the window say nothing about errors or latency (three requests with one
    /// failure are no P0). Not asked of signals that the sender computed itself.
    public var minRequests: Double
    /// An alert on errors or latency ends when there were too few requests to judge for so long,
    /// ms: a service without requests would otherwise stay in alert for ever.
    public var quietClearMs: Int64
    /// No usable signal of a service for so long raises `missing_data`, ms of wall time; nil: never.
    public var missingDataAfterMs: Int64?
    /// How bad it is that none of a service's instances can be read.
    public var missingDataSeverity: Severity
    /// How bad it is that some of them cannot; nil: not judged.
    public var missingInstanceSeverity: Severity?
    /// A normal request rate under this says nothing about drops, requests a second.
    public var trafficFloor: Double
    /// How many minutes must be known before what is normal is taken from the last hour, 1 to 60.
    public var baselineMinutesMin: Int
    /// What is normal is not learned while the signal is not; after so long it is again, ms, for
    /// a lasting change becomes the new normal.
    public var baselineFreezeMaxMs: Int64

    /// A profile. Defaults are those of config/severity.yaml.
    public init(
        name: String, rules: [SignalRule], windowMs: Int64 = 60_000,
        evaluateEveryMs: Int64 = 5_000, raiseWindows: Int = 2, clearWindows: Int = 3,
        minRequests: Double = 50, quietClearMs: Int64 = 600_000,
        missingDataAfterMs: Int64? = 60_000, missingDataSeverity: Severity = .p1,
        missingInstanceSeverity: Severity? = .p3, trafficFloor: Double = 1,
        baselineMinutesMin: Int = 10, baselineFreezeMaxMs: Int64 = 3 * 3_600_000
    ) {
        self.name = name
        self.rules = rules
        self.windowMs = windowMs
        self.evaluateEveryMs = evaluateEveryMs
        self.raiseWindows = raiseWindows
        self.clearWindows = clearWindows
        self.minRequests = minRequests
        self.quietClearMs = quietClearMs
        self.missingDataAfterMs = missingDataAfterMs
        self.missingDataSeverity = missingDataSeverity
        self.missingInstanceSeverity = missingInstanceSeverity
        self.trafficFloor = trafficFloor
        self.baselineMinutesMin = baselineMinutesMin
        self.baselineFreezeMaxMs = baselineFreezeMaxMs
    }

    /// The rules of a signal, in the profile's order.
    public func rules(of signal: GoldenSignal) -> [SignalRule] {
        rules.filter { $0.signal == signal }
    }

    /// Whether a rule needs to know which latency is normal.
    var needsNormalLatency: Bool { rules.contains { $0.measure == .p95TimesNormal } }

    /// How often a window is marked: a base of the window is found to within this, ms.
    var stepMs: Int64 { max(1, windowMs / 12) }

    /// Checks what the type cannot.
    public func validate() throws(PolicyFault) {
        func check(_ holds: Bool, _ field: String, _ expected: String) throws(PolicyFault) {
            guard holds else { throw PolicyFault(profile: name, field: field, expected: expected) }
        }
        let dayMs: Int64 = 86_400_000
        try check(!name.isEmpty, "name", "a name")
        try check((10...dayMs).contains(windowMs), "window", "10 ms to 24 h")
        try check((0...dayMs).contains(evaluateEveryMs), "evaluateEvery", "0 to 24 h")
        try check((1...60).contains(raiseWindows), "raiseWindows", "1 to 60")
        try check((1...60).contains(clearWindows), "clearWindows", "1 to 60")
        try check(minRequests.isFinite && minRequests >= 0, "minRequests", "0 or more")
        try check((0...7 * dayMs).contains(quietClearMs), "quietClear", "0 to 7 days")
        if let missingDataAfterMs {
            try check(
                (100...dayMs).contains(missingDataAfterMs), "missingDataAfter", "100 ms to 24 h")
        }
        try check(trafficFloor.isFinite && trafficFloor >= 0, "trafficFloor", "0 or more")
        try check((1...60).contains(baselineMinutesMin), "baselineMinutesMin", "1 to 60")
        try check(
            (0...30 * dayMs).contains(baselineFreezeMaxMs), "baselineFreezeMax", "0 to 30 days")
        try check(rules.count <= 32, "rules", "at most 32")
        for rule in rules { try validate(rule) }
    }

    private func validate(_ rule: SignalRule) throws(PolicyFault) {
        let field = "rules: \(rule.measure.rawValue)"
        let ranked = rule.limits.sorted { $0.key.rank < $1.key.rank }.map(\.value)
        guard !ranked.isEmpty, (ranked + [rule.recover]).allSatisfy({ $0.isFinite && $0 >= 0 })
        else {
            throw PolicyFault(
                profile: name, field: field, expected: "a limit for a severity, 0 or more")
        }
        let isOrdered = zip(ranked, ranked.dropFirst()).allSatisfy {
            rule.side == .above ? $0 > $1 : $0 < $1
        }
        let mildest = ranked[ranked.count - 1]
        guard isOrdered, rule.side == .above ? rule.recover <= mildest : rule.recover >= mildest
        else {
            throw PolicyFault(
                profile: name, field: field,
                expected: "limits that P0 passes last, and a recovery on their good side")
        }
    }
}
