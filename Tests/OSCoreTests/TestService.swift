import Contracts
import Streams

@testable import OSCoreDomain

typealias Harness = ReducerHarness<OSCoreReducer>

/// A Tuesday noon, in whole hours and minutes.
let noonMs: Int64 = 1_700_568_000_000

/// An instance that counts as a real one does.
struct TestInstance {
    var service = "checkout"
    var instance = "a"
    var bounds: [Double] = [100, 250, 500, 1000, 2000, 5000, 10_000]
    var startTimeMs: Int64?
    var cpu: Double?
    var memory: Double?
    private var requests = 0.0
    private var errors = 0.0
    private var refused = 0.0
    private var latencies: [Double] = []

    init(_ instance: String = "a", service: String = "checkout", startTimeMs: Int64? = nil) {
        self.instance = instance
        self.service = service
        self.startTimeMs = startTimeMs
    }

    mutating func serve(_ count: Int, failing: Int = 0, latencyMs: Double = 80) {
        requests += Double(count)
        errors += Double(failing)
        if latencies.isEmpty { latencies = bounds.map { _ in 0 } + [0] }
        for index in bounds.indices where latencyMs <= bounds[index] {
            latencies[index] += Double(count)
        }
        latencies[bounds.count] += Double(count)
    }

    mutating func refuse(_ count: Int) { refused += Double(count) }

    /// The process starts anew: its counters are zero.
    mutating func restart(atMs: Int64?) {
        startTimeMs = atMs
        requests = 0
        errors = 0
        refused = 0
        latencies = bounds.map { _ in 0 } + [0]
    }

    var signal: SignalPayload {
        let counts = latencies.isEmpty ? bounds.map { _ in 0 } + [0] : latencies
        return SignalPayload(
            service: service, instance: instance, requestsTotal: requests, errorsTotal: errors,
            refusedByFlagTotal: refused, latencyBoundsMs: bounds, latencyCounts: counts, cpu: cpu,
            memory: memory, startTimeMs: startTimeMs)
    }
}

extension SeverityProfile {
    /// Seed 000's lines over a window of 10 s, judged at every signal.
    static func quick(
        raise: Int = 1, clear: Int = 1, minRequests: Double = 50,
        rules: [SignalRule] = SeverityProfile.seed000.rules
    ) -> SeverityProfile {
        SeverityProfile(
            name: "quick", rules: rules, windowMs: 10_000, evaluateEveryMs: 0,
            raiseWindows: raise, clearWindows: clear, minRequests: minRequests)
    }
}

extension OSCorePolicy {
    static func test(
        _ profile: SeverityProfile = .quick(), expected: Set<String> = []
    ) -> OSCorePolicy {
        OSCorePolicy(
            profiles: [profile], defaultProfile: profile.name, expectedServices: expected)
    }
}

extension ReducerHarness where R == OSCoreReducer {
    convenience init(_ policy: OSCorePolicy, at nowMs: Int64 = noonMs) throws {
        try self.init(at: nowMs) { OSCoreReducer(policy: policy, partitionCount: 1) }
    }

    /// Moves the time by a second and sends what the instance reports.
    @discardableResult
    func report(_ instance: TestInstance, after seconds: Int64 = 1) throws -> [AlertPayload] {
        let timed = try advance(to: nowMs + seconds * 1000)
        return (timed + (try send(instance.signal, key: instance.service))).alerts
    }

    /// `type severity signal` of every alert so far.
    var story: [String] {
        outputs.alerts.map {
            let type = $0.type.dropFirst("alert_".count)
            return "\(type) \($0.severity.rawValue) \($0.signal.rawValue)"
        }
    }

    /// The last view of a service.
    func view(_ service: String = "checkout") -> ServiceView? {
        outputs.last { $0.key == "service/\(service)" }?.payload()
    }

    func state(_ signal: GoldenSignal, of service: String = "checkout") -> SignalView? {
        view(service)?.signals.first { $0.signal == signal }
    }
}

extension [HarnessOutput] {
    var alerts: [AlertPayload] { compactMap { $0.payload(as: AlertPayload.self) } }
    var views: [ServiceView] { compactMap { $0.payload(as: ServiceView.self) } }
}
