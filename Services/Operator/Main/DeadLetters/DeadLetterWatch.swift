internal import CommandLineKit
internal import Contracts
internal import Dispatch
internal import OperatorDomain
internal import Runtime
internal import StreamsKafka

/// Shows the status again and again, until somebody ends it.
struct DeadLetterWatch: Sendable {
    private static let readMs: Int32 = 30_000
    /// To the first column of the first line, and clear from there on.
    private static let home = "\u{1b}[H\u{1b}[J"

    private let bus: Bus
    private let invocation: Invocation

    init(_ bus: Bus, _ invocation: Invocation) {
        self.bus = bus
        self.invocation = invocation
    }

    func run(everyMs: Int64, times: Int?) async throws -> ExitCode {
        let (bus, invocation) = (bus, invocation)
        return try await blocking {
            let end = DispatchSemaphore(value: 0)
            let signals = ShutdownSignal { _ in end.signal() }
            return try withExtendedLifetime(signals) {
                var shown = 0
                while true {
                    try show(bus, invocation)
                    shown += 1
                    if let times, shown >= times { return .success }
                    let wait = DispatchTime.now() + .milliseconds(Int(everyMs))
                    if end.wait(timeout: wait) == .success { return .success }
                }
            }
        }
    }

    private func show(_ bus: Bus, _ invocation: Invocation) throws {
        do throws(KafkaError) {
            let tally = try bus.deadLetterTally(readMs: Self.readMs)
            let text =
                invocation.wantsJSON
                ? (try? tally.json()) ?? "" : tally.text(for: invocation.out)
            invocation.out.write((invocation.out.isTerminal ? Self.home : "") + text)
            if !invocation.out.isTerminal { invocation.out.write("\n") }
        } catch {
            guard error.isRetriable else { throw bus.failure(error) }
            invocation.err.line("waiting for the broker: \(error.message.sanitized)")
        }
    }
}
