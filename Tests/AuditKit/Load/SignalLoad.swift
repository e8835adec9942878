import Contracts
import Streams

/// Golden signals of many instances: most services are well, some fail from the first on.
package struct SignalLoad {
    private var random: SeededRandom
    private var lastMs: [String: Int64] = [:]
    private var count = 0
    private let runID: String
    private let episodeMs: Int64?
    private var startMs: Int64?

    /// - Parameter episodeMs: how long each of the flaky services fails, one after the other; nil
    ///   for none of them.
    package init(seed: UInt64, episodeMs: Int64? = nil) {
        random = SeededRandom(seed: seed)
        runID = String(seed, radix: 36)
        self.episodeMs = episodeMs
    }

    /// The next signal; one in a thousand is nonsense.
    package mutating func next(nowMs: Int64) -> LoadMessage {
        count += 1
        if let flaky = flaky(nowMs: nowMs) { return flaky }
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

    /// Every eighth signal, if there are episodes: of the service whose turn it is, which fails, or
    /// of one of the two before it, which are well again.
    private mutating func flaky(nowMs: Int64) -> LoadMessage? {
        guard let episodeMs, count.isMultiple(of: 8) else { return nil }
        let begun = startMs ?? nowMs
        startMs = begun
        let turn = Int((nowMs - begun) / episodeMs)
        let number = max(0, turn - (count / 8) % 3)
        let service = LoadNames.flaky(number)
        return LoadMessage(
            topic: BusTopic.signal.rawValue, key: service,
            value: envelope(
                "sig-\(runID)-\(count)", ts(of: service, nowMs),
                payload(service, "\(service)-0", isFailing: number == turn)),
            expectation: .taken)
    }

    /// The fields of a signal.
    package mutating func payload(_ service: String, _ instance: String) -> String {
        payload(service, instance, isFailing: service.hasPrefix("broken"))
    }

    private mutating func payload(
        _ service: String, _ instance: String, isFailing: Bool
    ) -> String {
        let p95Ms = isFailing ? 7_000 : Int.random(in: 20...200, using: &random)
        let errorRate = isFailing ? 0.5 : 0.001
        return #"{"type":"golden_signal_values","service":"\#(service)","instance":"\#(instance)","#
            + #""latencyP95Ms":\#(p95Ms),"errorRate":\#(errorRate),"requestsPerSecond":100,"#
            + #""cpu":0.3,"memory":0.4}"#
    }

    /// A signal as JSON.
    package func envelope(_ id: String, _ ts: Int64, _ payload: String) -> String {
        #"{"id":"\#(id)","ts":\#(ts),"role":"service","topic":"signal","payload":\#(payload)}"#
    }

    /// Two signals of one instance never have one time: the second would be a repetition.
    private mutating func ts(of instance: String, _ nowMs: Int64) -> Int64 {
        let ts = max(nowMs, (lastMs[instance] ?? 0) + 1)
        lastMs[instance] = ts
        return ts
    }
}
