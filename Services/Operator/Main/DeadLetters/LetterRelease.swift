internal import CommandLineKit
internal import Contracts
internal import OperatorDomain

/// Lets a letter out of quarantine.
struct LetterRelease: Sendable {
    private let bus: Bus
    private let invocation: Invocation

    init(_ bus: Bus, _ invocation: Invocation) {
        self.bus = bus
        self.invocation = invocation
    }

    func run(_ place: DeadLetterPlace, author: String, runID: String) async throws -> ExitCode {
        let (bus, invocation) = (bus, invocation)
        try await blocking {
            do {
                let session = try QueueSession(
                    bus, topic: place.topic, author: author, runID: runID,
                    onTakeOver: { invocation.err.line($0.sanitized) })
                guard session.ledger.isQuarantined(place), !session.ledger.isResolved(place) else {
                    try session.close()
                    throw CommandFailure(
                        "\(place) is not in quarantine",
                        hint: "dreamnet dlq list \(place.topic.kind) shows which letters are.")
                }
                try session.commit(
                    [QueueSession.Step(place: place, resolution: .released)], reason: nil)
                try session.close()
            } catch { throw bus.failure(error) }
        }
        invocation.out.line("\(place) is out of quarantine: the next replay takes it")
        return .success
    }
}
