internal import CommandLineKit
internal import Contracts
internal import OperatorDomain
internal import Runtime
internal import StreamsKafka

/// Looks up what became of a command.
struct CommandLookup: Sendable {
    /// A day of commands and outcomes is read; a busy bus has many.
    private static let readMs: Int32 = 30_000

    private let bus: Bus
    private let invocation: Invocation

    init(_ bus: Bus, _ invocation: Invocation) {
        self.bus = bus
        self.invocation = invocation
    }

    func show(_ id: String, sinceMs: Int64) async throws -> ExitCode {
        let bus = bus
        let report: CommandReport
        do {
            report = try await blocking {
                let timer = Countdown(ms: Bus.readDeadlineMs)
                let reader = try bus.reader()
                for topic in [BusTopic.command, .request, .outcome] {
                    try reader.start(
                        topic, from: .time(ms: SystemClock.nowMs() - sinceMs),
                        timeoutMs: timer.leftMs)
                }
                var report = CommandReport(id: id)
                let wanted = Array(id.utf8)
                try reader.readToEnd(deadlineMs: Self.readMs) { record in
                    // Most records are of others: they are not worth parsing.
                    guard let value = record.value, value.contains(wanted),
                        let envelope = try? Envelope(parsing: value)
                    else { return }
                    report.take(envelope, recordedAtMs: record.timestampMs)
                }
                return report
            }
        } catch {
            throw bus.failure(error)
        }
        guard report.command != nil || !report.outcomes.isEmpty else {
            throw CommandFailure(
                "nothing is known of \(id) within the last \(HumanText.duration(sinceMs))",
                hint: "Look further back with --since, or check the id.")
        }
        invocation.out.write(
            invocation.wantsJSON ? try report.json() : report.text(for: invocation.out))
        return report.exitCode
    }
}

extension [UInt8] {
    /// Whether `part` stands in it.
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        guard let first = part.first, count >= part.count else { return false }
        var from = 0
        while let start = self[from...(count - part.count)].firstIndex(of: first) {
            if self[start..<start + part.count].elementsEqual(part) { return true }
            from = start + 1
            guard from <= count - part.count else { return false }
        }
        return false
    }
}
