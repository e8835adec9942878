internal import CommandLineKit
internal import StreamsKafka

/// Resident memory under load: an hour of it by the number of messages must leave every service flat,
/// and a burst on a service that is down must be worked off within a bound.
struct MemoryBench {
    /// 100 signals, 20 messages by the ingress, an alert and an order a second: the sixth of an hour.
    private static let part = MemoryLoad.Counts(
        signals: 60_000, ingress: 12_000, alerts: 600, orders: 600)
    private static let parts = 6
    private static let partMs: Int64 = 600_000
    /// A hundred times the pace of the hour, and still below what the services work off at once: what a
    /// backlog takes stays resident, and that is what the burst is for.
    private static let perSecond = 12_000
    /// Half an hour fills the windows of os-core: what comes after it is held against the most that
    /// was resident until its end, for at times the allocator gives pages back.
    private static let fullParts = 3
    /// How much more than that after the last part still counts as flat.
    private static let growthRatioMax = 0.10
    private static let growthMBMax = 4.0
    /// The most that a service may grow to while it works off a burst, MB.
    private static let burstMBMax = 200.0

    private let kafka: KafkaConfiguration
    private let home: String
    private let logs: String
    private let burst: Int
    private let isFlat: Bool

    init(_ invocation: Invocation) throws {
        kafka = try BenchOptions.kafka(invocation)
        home = try invocation[BenchOptions.home]
        logs = try invocation[BenchOptions.logs]
        burst = try invocation[BenchOptions.burst]
        isFlat = try invocation[BenchOptions.flat]
    }

    func run(_ out: Console) throws -> ExitCode {
        let services = ServiceSet(kafka, home: home, logs: logs)
        try services.applyTopics()
        for name in ServiceSet.names { _ = try services.start(name) }
        let load = try MemoryLoad(kafka, perSecond: isFlat ? Self.perSecond : nil)
        return isFlat ? try flat(services, load, out) : try worksOff(services, load, out)
    }

    private func flat(
        _ services: ServiceSet, _ load: MemoryLoad, _ out: Console
    ) throws -> ExitCode {
        var residents: [String: [Double]] = [:]
        let startMs = BenchClock.unixUs() / 1_000 - Self.partMs * Int64(Self.parts)
        for part in 0..<Self.parts {
            let fromMs = startMs + Int64(part) * Self.partMs
            try load.send(Self.part, fromMs: fromMs, toMs: fromMs + Self.partMs)
            for name in ServiceSet.names { try awaitIdle(services, name) }
            for name in ServiceSet.names {
                residents[name, default: []].append(services.residentMB(name))
            }
        }
        let heads = (1...Self.parts).map { "\($0 * 10) min" }.joined(separator: " | ")
        out.line("| resident, MB, after | \(heads) | |")
        out.line("|---|" + String(repeating: "---|", count: Self.parts + 1))
        var isFlat = true
        for name in ServiceSet.names {
            let all = residents[name] ?? []
            let (full, last) = (all.prefix(Self.fullParts).max() ?? 0, all.last ?? .infinity)
            let holds = last <= max(full * (1 + Self.growthRatioMax), full + Self.growthMBMax)
            isFlat = isFlat && holds
            let figures = all.map { "\(text($0))" }.joined(separator: " | ")
            out.line("| \(name) | \(figures) | \(holds ? "flat" : "GROWS") |")
        }
        return isFlat ? .success : .failure
    }

    private func worksOff(
        _ services: ServiceSet, _ load: MemoryLoad, _ out: Console
    ) throws -> ExitCode {
        for name in ["os-core", "nervous-system"] { try services.stop(name) }
        let nowMs = BenchClock.unixUs() / 1_000
        let counts = MemoryLoad.Counts(signals: burst, ingress: burst)
        try load.send(counts, fromMs: nowMs - 3_600_000, toMs: nowMs)
        out.line("| service | messages | worked off in, s | most resident, MB | idle after, MB | |")
        out.line("|---|---|---|---|---|---|")
        var isBounded = true
        // The ingress's messages are signals: os-core has both bursts to work off.
        for name in ["nervous-system", "os-core"] {
            let startUs = BenchClock.monotonicUs()
            _ = try services.start(name)
            let expected = name == "os-core" ? 2 * burst : burst
            try awaitCount(services, name, expected)
            let seconds = Double(BenchClock.monotonicUs() - startUs) / 1e6
            let peak = services.peakResidentMB(name)
            isBounded = isBounded && peak <= Self.burstMBMax
            out.line(
                "| \(name) | \(expected) | \(text(seconds)) | \(text(peak)) | "
                    + "\(text(services.residentMB(name))) | "
                    + "\(peak <= Self.burstMBMax ? "bounded" : "TOO MUCH") |")
        }
        return isBounded ? .success : .failure
    }

    /// Waits until a service has taken so many messages, and has no more.
    private func awaitCount(_ services: ServiceSet, _ name: String, _ count: Int) throws {
        try wait(services, "\(name) has taken \(count) messages") {
            try services.metric("dreamnet_records_in_total", of: name) >= Double(count)
        }
        try awaitIdle(services, name)
    }

    private func awaitIdle(_ services: ServiceSet, _ name: String) throws {
        // The figures are a second old at the most.
        var calm = 0
        try wait(services, "\(name) has nothing to do") {
            let lag = try services.metric("dreamnet_lag_records", of: name)
            calm = lag == 0 ? calm + 1 : 0
            return calm >= 6
        }
    }

    private func wait(
        _ services: ServiceSet, _ what: String, until condition: () throws -> Bool
    ) throws {
        let endUs = BenchClock.monotonicUs() + 600_000_000
        while BenchClock.monotonicUs() < endUs {
            try services.checkAlive()
            if try condition() { return }
            BenchClock.pause(us: 500_000)
        }
        throw CommandFailure("10 minutes have passed before \(what)")
    }

    private func text(_ value: Double) -> String { String(Int(value.rounded())) }
}
