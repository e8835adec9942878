internal import CommandLineKit
internal import DreamNetClient
internal import OperatorDomain
internal import Runtime

/// Keeps the file of `dreamnet agent` current, until it is told to end.
struct FlagAgent: Sendable {
    /// How often it looks whether there is something to write, ms.
    private static let lookMs: Int64 = 25

    private let bus: Bus
    private let invocation: Invocation

    init(_ bus: Bus, _ invocation: Invocation) {
        self.bus = bus
        self.invocation = invocation
    }

    func run(_ request: AgentRequest) async throws -> ExitCode {
        let stop = StopRequest()
        var settings = FlagSubscriber.Settings(
            service: request.service, instance: request.instance,
            lastKnownFile: request.lastKnownFile)
        settings.staleAfterMs = request.staleAfterMs
        settings.breakGlass = request.trustedKeysFile.map {
            .init(file: request.breakGlassFile, keysFile: $0)
        }
        let console = invocation.err
        console.line(
            "\(request.file.sanitized): the flags of \(request.service), from "
                + bus.address.sanitized)
        let subscriber = try FlagSubscriber(
            settings, configuration: bus.configuration,
            log: { line in console.line("\(UTCTime.text(unixMs: SystemClock.nowMs())) \(line)") })
        do {
            try await blocking {
                var written = try write(subscriber, request, over: nil)
                var trouble: String?
                while !stop.isSet {
                    stop.wait(ms: Self.lookMs)
                    do {
                        written = try write(subscriber, request, over: written)
                        trouble = nil
                    } catch let error as FlagFileError {
                        // A folder may come back; the program sees that the file grows old.
                        if trouble != error.description { console.line("\(error)".sanitized) }
                        trouble = error.description
                    }
                }
                subscriber.stop()
                let last = document(subscriber, request)
                try PrivateFile.replace(
                    request.file,
                    with: AgentDocument(
                        service: last.service, status: SubscriberState.stale.rawValue,
                        reason: "the agent has ended", version: last.version,
                        heardMs: last.heardMs, writtenMs: last.writtenMs, values: last.flags
                    ).serialized(), mode: 0o644)
            }
        } catch let error as FlagFileError {
            subscriber.stop()
            throw CommandFailure(
                "\(error)", hint: "Its folder must be there, and be yours to write.",
                exitCode: .failed)
        }
        return .success
    }

    private func write(
        _ subscriber: FlagSubscriber, _ request: AgentRequest, over before: AgentDocument?
    ) throws -> AgentDocument {
        let now = document(subscriber, request)
        guard let before, !now.replaces(before) else {
            try PrivateFile.replace(request.file, with: try now.serialized(), mode: 0o644)
            return now
        }
        return before
    }

    private func document(
        _ subscriber: FlagSubscriber, _ request: AgentRequest
    ) -> AgentDocument {
        let status = subscriber.status
        return AgentDocument(
            service: request.service, status: status.state.rawValue, reason: status.reason,
            version: status.version, heardMs: status.heardMs, localOrders: status.localOrders,
            breakGlassTrouble: status.breakGlassTrouble, writtenMs: SystemClock.nowMs(),
            values: subscriber.values)
    }
}
