internal import CommandLineKit
internal import Contracts
internal import OperatorDomain
internal import Runtime
internal import StreamsKafka

/// Prints alerts as they come.
struct AlertTail: Sendable {
    private let bus: Bus
    private let invocation: Invocation

    init(_ bus: Bus, _ invocation: Invocation) {
        self.bus = bus
        self.invocation = invocation
    }

    func run(service: String?, sinceMs: Int64, follow: Bool) async throws -> ExitCode {
        let (bus, invocation) = (bus, invocation)
        do {
            return try await blocking {
                let timer = Countdown(ms: Bus.readDeadlineMs)
                let reader = try bus.reader()
                let start = ReadStart.time(ms: SystemClock.nowMs() - sinceMs)
                try reader.start(.alert, from: start, timeoutMs: timer.leftMs)
                // Partitions are read one after the other: what is there already is put in order.
                var past: [ReadRecord] = []
                try reader.readToEnd(deadlineMs: 30_000) { record in past.append(record) }
                for record in past.sorted(by: { $0.timestampMs < $1.timestampMs }) {
                    print(record, service, invocation)
                }
                while follow {
                    do throws(KafkaError) {
                        if let record = try reader.poll(timeoutMs: 1_000) {
                            print(record, service, invocation)
                        }
                    } catch {
                        guard error.isRetriable else { throw error }
                        invocation.err.line("waiting for the broker: \(error.message.sanitized)")
                    }
                }
                return .success
            }
        } catch {
            throw bus.failure(error)
        }
    }
}

private func print(_ record: ReadRecord, _ service: String?, _ invocation: Invocation) {
    guard let value = record.value else { return }
    guard let envelope = try? Envelope(parsing: value) else {
        invocation.err.line(
            "a record that cannot be read: partition \(record.partition), offset \(record.offset)")
        return
    }
    guard let line = AlertLine.text(envelope, service: service, console: invocation.out) else {
        return
    }
    if invocation.wantsJSON {
        invocation.out.line(String(decoding: (try? envelope.serialized()) ?? value, as: UTF8.self))
    } else {
        invocation.out.line(line)
    }
}
