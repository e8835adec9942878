internal import CommandLineKit
internal import OperatorDomain
internal import Runtime
internal import Signing

/// Carries out what a line of `dreamnet` asks for: hands it to whoever does it.
struct DreamNetShell: OperatorShell {
    func perform(_ task: OperatorTask, _ invocation: Invocation) async throws -> ExitCode {
        if task.changesCluster { try ContextTasks(invocation).announceChange() }
        switch task {
        case .order(let order, let options):
            return try await OrderSender(order, options, try Bus(invocation), invocation).run()
        case .runEverywhere(let order, let options):
            return try await EverywhereTask(invocation).run(order, options)
        case .breakGlass(let order, let options):
            return try BreakGlassOrder(invocation).give(order, options)
        case .toLastGood(let order, let options, let healthyMs, let isDryRun):
            return try await LastGoodTask(invocation)
                .run(order, options, healthyMs: healthyMs, isDryRun: isDryRun)
        case .status, .flags, .incidents, .incident, .signals:
            return try await Views(try Bus(invocation), invocation).show(task)
        case .sendSignals(let payload):
            return try await SignalSender(try Bus(invocation), invocation)
                .send(payload, id: newID())
        case .checkSignals(let service):
            return try await SignalChecker(try Bus(invocation), invocation).check(service)
        case .alerts(let service, let sinceMs, let follow):
            return try await AlertTail(try Bus(invocation), invocation)
                .run(service: service, sinceMs: sinceMs, follow: follow)
        case .command(let id, let sinceMs):
            return try await CommandLookup(try Bus(invocation), invocation)
                .show(id, sinceMs: sinceMs)
        case .actions, .planAction, .planEverywhere:
            return try ActionTasks(invocation).show(task)
        case .flagHistory(let flag, let service, let sinceMs):
            return try await FlagHistory(try Bus(invocation), invocation)
                .show(flag, service: service, sinceMs: sinceMs)
        case .contexts, .useContext, .showContext: return try ContextTasks(invocation).run(task)
        case .agent(let request):
            return try await FlagAgent(try Bus(invocation), invocation).run(request)
        case .newKey(let file, let person, let service):
            return try KeyFile.make(file, person: person, service: service, invocation)
        case .drain(let instance, let admin):
            return try await InstanceDrain(invocation).run(instance, admin: admin)
        case .planTopics, .applyTopics, .lintTopics:
            return try await TopicTasks(invocation).run(task)
        case .applyAccess(let request):
            return try await AccessTask(try Bus(invocation), invocation).run(request)
        case .checkConfiguration, .lintRunbooks, .rehearse:
            return try PolicyTasks(invocation).run(task)
        default: return try await performOnDeadLetters(task, invocation)
        }
    }

    private func performOnDeadLetters(
        _ task: OperatorTask, _ invocation: Invocation
    ) async throws -> ExitCode {
        switch task {
        case .deadLetterStatus, .deadLetters, .deadLetter:
            return try await DeadLetterViews(try Bus(invocation), invocation).show(task)
        case .replay(let request, let author):
            return try await DeadLetterReplay(try Bus(invocation), invocation)
                .run(request, author: author, runID: newID())
        case .release(let place, let author):
            return try await LetterRelease(try Bus(invocation), invocation)
                .run(place, author: author, runID: newID())
        case .edit(let place, let isConfirmed, let foreign, let author):
            return try await LetterEdit(try Bus(invocation), invocation, takesForeign: foreign)
                .run(place, isConfirmed: isConfirmed, author: author, runID: newID())
        case .transform(let request, let author):
            return try await LetterTransform(try Bus(invocation), invocation)
                .run(request, author: author, runID: newID())
        case .restore(let path, let isConfirmed, let author):
            return try await LetterRestore(try Bus(invocation), invocation)
                .run(path, isConfirmed: isConfirmed, author: author, runID: newID())
        case .watchDeadLetters(let everyMs, let times):
            return try await DeadLetterWatch(try Bus(invocation), invocation)
                .run(everyMs: everyMs, times: times)
        case .discard(let request, let author):
            return try await DeadLetterDiscard(try Bus(invocation), invocation)
                .run(request, author: author, runID: newID())
        default: throw CommandFailure("nobody carries out \(task)")
        }
    }

    func candidates(
        _ kind: NameKind, for request: CompletionRequest
    ) async -> [CompletionCandidate] {
        await NameCompletion(request).candidates(kind)
    }

    func nowMs() -> Int64 { SystemClock.nowMs() }

    func newID() -> String { Hex.encode(RandomBytes.make(16)) }
}

extension Invocation {
    /// Whether programs read the output.
    var wantsJSON: Bool { (try? self[OperatorArguments.json]) ?? false }
}
