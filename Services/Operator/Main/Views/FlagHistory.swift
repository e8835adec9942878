internal import CommandLineKit
internal import Contracts
internal import OperatorDomain
internal import Runtime
internal import StreamsKafka

/// Reads who changed a flag.
struct FlagHistory: Sendable {
    private static let readMs: Int32 = 30_000

    private let bus: Bus
    private let invocation: Invocation

    init(_ bus: Bus, _ invocation: Invocation) {
        self.bus = bus
        self.invocation = invocation
    }

    func show(_ flag: String, service: String?, sinceMs: Int64) async throws -> ExitCode {
        let bus = bus
        let report: FlagHistoryReport
        do {
            report = try await blocking {
                let timer = Countdown(ms: Bus.readDeadlineMs)
                let reader = try bus.reader()
                try reader.start(
                    .alert, from: .time(ms: SystemClock.nowMs() - sinceMs),
                    timeoutMs: timer.leftMs)
                var report = FlagHistoryReport(flag: flag, service: service)
                try reader.readToEnd(deadlineMs: Self.readMs) { record in
                    guard let value = record.value, let envelope = try? Envelope(parsing: value)
                    else { return }
                    report.take(envelope)
                }
                report.sort()
                return report
            }
        } catch {
            throw bus.failure(error)
        }
        invocation.out.write(
            invocation.wantsJSON
                ? try JSONText.document(report.changes) : report.text(for: invocation.out))
        return .success
    }
}
