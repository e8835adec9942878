internal import CommandLineKit
internal import Contracts
internal import OperatorDomain
internal import Runtime
internal import Streams
internal import StreamsKafka

/// Sends signals of a service as figures.
struct SignalSender: Sendable {
    private let bus: Bus
    private let invocation: Invocation

    init(_ bus: Bus, _ invocation: Invocation) {
        self.bus = bus
        self.invocation = invocation
    }

    func send(_ payload: SignalValuesPayload, id: String) async throws -> ExitCode {
        invocation.err.line("to \(bus.address.sanitized): signals of \(payload.service)")
        let (bus, timer) = (bus, Countdown(ms: 4_000))
        do {
            _ = try await blocking {
                try bus.reader().partitionCount(of: .signal, timeoutMs: 3_000)
            }
            let envelope = try Envelope(
                id: id, ts: SystemClock.nowMs(), role: .operator, payload)
            let producer = try KafkaProducer(
                bus.configuration, deliveryDeadlineMs: max(1_000, timer.leftMs - 1_000),
                queueLimit: 10, log: { _ in })
            let place = try await producer.send(
                topic: BusTopic.signal.rawValue, key: Array(payload.service.utf8),
                value: try envelope.serialized(),
                headers: MessageHeaders.make(
                    for: envelope, source: "dreamnet", traceparent: nil))
            invocation.out.line("sent: \(id) (partition \(place.partition))")
            return .success
        } catch let error as KafkaError where error.code == .unknownOutcome {
            throw CommandFailure(
                "UNKNOWN whether it arrived: \(error.plainMessage)",
                hint: "Signals are gauges: sending them again does no harm.",
                exitCode: .unknownArrival)
        } catch let error as KafkaError {
            throw CommandFailure(
                "NOT SENT: \(error.plainMessage)", hint: bus.hint(error), exitCode: .notSent)
        }
    }
}
