internal import CommandLineKit
internal import Contracts
internal import OperatorDomain
internal import Runtime
internal import StreamsKafka

/// Finds the last known good version of a service, and runs the verb with it.
struct LastGoodTask: Sendable {
    /// As long as `nervous.heartbeat` keeps what was said, ms.
    private static let lookBackMs: Int64 = 24 * 3_600_000
    private static let readMs: Int32 = 30_000

    private let invocation: Invocation
    private let bus: Bus

    init(_ invocation: Invocation) throws {
        self.invocation = invocation
        bus = try Bus(invocation)
    }

    func run(
        _ order: OperatorOrder, _ options: OrderOptions, healthyMs: Int64, isDryRun: Bool
    ) async throws -> ExitCode {
        let service = order.payload.service ?? ""
        let good = try await find(service, healthyMs: healthyMs)
        invocation.err.line(
            "the last known good version of \(service) is \(good.version): "
                + "\(HumanText.duration(good.forMs)) without an incident, until "
                + UTCTime.text(unixMs: good.untilMs))
        var payload = order.payload
        payload.arguments =
            (payload.arguments ?? []) + [NamedValue(name: "to", value: good.version)]
        guard !isDryRun else {
            return try ActionTasks(invocation).show(
                .planAction(
                    service: service, action: payload.action ?? "",
                    arguments: payload.arguments ?? []))
        }
        let named = OperatorOrder(
            id: order.id, isRepetition: order.isRepetition, scope: order.scope, payload: payload)
        return try await OrderSender(named, options, bus, invocation).run()
    }

    private func find(_ service: String, healthyMs: Int64) async throws -> VersionRecord.Good {
        let bus = bus
        let nowMs = SystemClock.nowMs()
        let record: VersionRecord
        do {
            record = try await blocking {
                let reader = try bus.reader()
                let timer = Countdown(ms: Bus.readDeadlineMs)
                for topic in [BusTopic.heartbeat, .incident] {
                    try reader.start(
                        topic, from: .time(ms: nowMs - Self.lookBackMs), timeoutMs: timer.leftMs)
                }
                var record = VersionRecord(service: service)
                let key = Array(service.utf8)
                try reader.readToEnd(deadlineMs: Self.readMs) {
                    guard $0.key == key, let value = $0.value,
                        let envelope = try? Envelope(parsing: value)
                    else { return }
                    record.take(envelope, nowMs: nowMs)
                }
                return record
            }
        } catch { throw bus.failure(error) }
        guard let good = record.lastGood(healthyMs: healthyMs, nowMs: nowMs) else {
            let running = record.running(nowMs: nowMs).joined(separator: ", ")
            throw CommandFailure(
                "no version of \(service) ran for \(HumanText.duration(healthyMs)) without an "
                    + "incident within a day"
                    + (running.isEmpty ? "" : "; \(running) runs now".sanitized),
                hint: "Name one with --to. Versions are known by the heartbeats of its instances.",
                exitCode: .refused)
        }
        return good
    }
}
