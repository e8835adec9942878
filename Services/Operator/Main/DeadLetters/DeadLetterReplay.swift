internal import CommandLineKit
internal import Contracts
internal import OperatorDomain
internal import Runtime
internal import StreamsKafka
internal import TopicCatalog

/// Sends dead letters to their topic again, each once: what was sent and that it was stand in one
/// transaction.
struct DeadLetterReplay: Sendable {
    private let bus: Bus
    private let invocation: Invocation

    init(_ bus: Bus, _ invocation: Invocation) {
        self.bus = bus
        self.invocation = invocation
    }

    func run(_ request: ReplayRequest, author: String, runID: String) async throws -> ExitCode {
        let catalog = try TopicCatalog.load(of: invocation)
        guard !request.reissues else {
            return try await reissue(request, catalog, author: author, runID: runID)
        }
        let policy = try Self.policy(of: request.topic, catalog)
        let name = request.topic.rawValue
        let (many, pace) = (
            request.limit.map { "up to " + HumanText.count($0, "dead letter") }
                ?? "all dead letters",
            request.ratePerSecond.map { "\($0) a second at most" } ?? "as fast as it goes"
        )
        invocation.err.line(
            "to \(bus.address.sanitized): \(request.isDryRun ? "would replay" : "replays") "
                + "\(many) of \(name) to it, \(pace)")
        try Prompt(on: invocation.err).confirm(
            "What they say happens now.", typing: request.topic.kind,
            yes: request.isConfirmed || request.isDryRun)
        let (bus, invocation) = (bus, invocation)
        let tally = try await blocking {
            do {
                var run = try ReplayRun(
                    bus, request, policy: policy, schemas: catalog.schemas, author: author,
                    runID: runID, console: invocation.err)
                return try run.run()
            } catch { throw bus.failure(error) }
        }
        return try report(tally)
    }

    private func report(_ tally: ReplayTally) throws -> ExitCode {
        invocation.out.write(
            invocation.wantsJSON
                ? try JSONText.document(tally) : tally.text(for: invocation.out))
        return tally.stopped == nil ? .success : .failure
    }

    private func reissue(
        _ request: ReplayRequest, _ catalog: TopicCatalog, author: String, runID: String
    ) async throws -> ExitCode {
        invocation.err.line(
            "to \(bus.address.sanitized): \(request.isDryRun ? "would give" : "gives") dead commands "
                + "again, as \(author.sanitized)")
        try Prompt(on: invocation.err).confirm(
            "What they order happens now.", typing: request.topic.kind,
            yes: request.isConfirmed || request.isDryRun)
        let (bus, invocation) = (bus, invocation)
        let tally = try await blocking {
            do {
                var run = try LetterReissue(
                    bus, request, schemas: catalog.schemas, author: author, runID: runID)
                return try run.run(invocation.err)
            } catch { throw bus.failure(error) }
        }
        return try report(tally)
    }

    /// What may be replayed of a topic.
    /// - Throws: `CommandFailure` (refused) if nothing may.
    static func policy(of topic: BusTopic, _ catalog: TopicCatalog) throws -> ReplayPolicy {
        guard let declared = catalog.topic(topic.rawValue) else {
            throw CommandFailure("\(topic.rawValue): topics/ does not declare it")
        }
        if let refusal = ReplayDecision.refusal(of: topic.rawValue, declared.replay) {
            throw CommandFailure("refused: \(refusal)", exitCode: .refused)
        }
        return declared.replay
    }
}
