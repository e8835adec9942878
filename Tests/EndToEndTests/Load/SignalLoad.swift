import Contracts
import Streams

/// Golden signals of many instances: most services are well, some fail from the first on.
struct SignalLoad {
    private var random: SeededRandom
    private var lastMs: [String: Int64] = [:]
    private var count = 0
    private let runID: String

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        runID = String(seed, radix: 36)
    }

    /// The next signal; one in a thousand is nonsense.
    mutating func next(nowMs: Int64) -> LoadMessage {
        count += 1
        let service = LoadNames.all[count % LoadNames.all.count]
        let number = (count / LoadNames.all.count) % LoadNames.instancesOfService
        if random.chance(percent: 0.1) {
            return LoadMessage(
                topic: BusTopic.signal.rawValue, key: service, value: "\u{7f}ELF \(count)",
                expectation: .deadLetter(.malformed))
        }
        let value = envelope(
            "sig-\(runID)-\(count)", ts(of: "\(service)/\(number)", nowMs),
            payload(service, "\(service)-\(number)"))
        return LoadMessage(
            topic: BusTopic.signal.rawValue, key: service, value: value, expectation: .taken)
    }

    /// The fields of a signal.
    mutating func payload(_ service: String, _ instance: String) -> String {
        let isFailing = service.hasPrefix("broken")
        let p95Ms = isFailing ? 7_000 : Int.random(in: 20...200, using: &random)
        let errorRate = isFailing ? 0.5 : 0.001
        return #"{"type":"golden_signal_values","service":"\#(service)","instance":"\#(instance)","#
            + #""latencyP95Ms":\#(p95Ms),"errorRate":\#(errorRate),"requestsPerSecond":100,"#
            + #""cpu":0.3,"memory":0.4}"#
    }

    /// A signal as JSON.
    func envelope(_ id: String, _ ts: Int64, _ payload: String) -> String {
        #"{"id":"\#(id)","ts":\#(ts),"role":"service","topic":"signal","payload":\#(payload)}"#
    }

    /// Two signals of one instance never have one time: the second would be a repetition.
    private mutating func ts(of instance: String, _ nowMs: Int64) -> Int64 {
        let ts = max(nowMs, (lastMs[instance] ?? 0) + 1)
        lastMs[instance] = ts
        return ts
    }
}
