public import Contracts

/// Carries out the steps that are meant for it, each on a thread of its own, beside whatever else
/// goes on: says `action_started`, does it, says `action_ended`. Nothing is begun before the
/// beginning is on record.
public final class ActionEffector: Sendable {
    /// Puts an effect on record, and returns once it is there.
    public typealias Say = @Sendable (ActionEffectPayload) throws -> Void

    private struct Running {
        let thread: SystemThread?
        let stop: StepStop
        var isOver = false
    }

    private struct State {
        var running: [String: Running] = [:]
        /// The last steps that have ended, the oldest first: an intent that is read again begins
        /// nothing.
        var ended: [String] = []
        var isStopped = false
    }

    /// The name by which intents mean this effector and no other.
    public let epoch: String
    private let runner: StepRunner
    private let say: Say
    private let state = Locked(State())
    private static let sayPauseMs: Int64 = 200
    /// More than may be under way at once, many times over.
    private static let endedMax = 4_096

    /// An effector that goes by `epoch`, which nobody else has ever had.
    public init(epoch: String, runner: StepRunner, say: @escaping Say) {
        self.epoch = epoch
        self.runner = runner
        self.say = say
    }

    /// Says that it is there, and that whatever an effector before it had started is dead.
    public func announce() throws {
        try say(
            ActionEffectPayload(
                type: "effector_ready", subjectId: epoch, epoch: epoch, service: ServiceName.all))
    }

    /// Begins a step; does nothing with one that is not meant for it, or that it has begun.
    public func take(_ intent: ActionIntentPayload) throws {
        guard intent.epoch == epoch else { return }
        let key = "\(intent.commandId)|\(intent.phase.rawValue)|\(intent.step)|\(intent.attempt)"
        let stop = StepStop()
        let (isNew, over) = state.withLock { state in
            let over = state.running.filter { $0.value.isOver && $0.value.thread != nil }
            for key in over.keys {
                state.running[key] = nil
                state.ended.append(key)
            }
            if state.ended.count > 2 * Self.endedMax {
                state.ended.removeFirst(state.ended.count - Self.endedMax)
            }
            guard state.running[key] == nil, !state.ended.contains(key), !state.isStopped
            else { return (false, over) }
            state.running[key] = Running(thread: nil, stop: stop)
            return (true, over)
        }
        for running in over.values { running.thread?.join() }
        guard isNew else { return }
        let thread = try SystemThread { self.work(intent, key, stop) }
        state.withLock { state in
            let isOver = state.running[key]?.isOver ?? false
            state.running[key] = Running(thread: thread, stop: stop, isOver: isOver)
        }
    }

    /// Kills what runs, begins nothing more, and waits until its threads have ended.
    public func stop() {
        let running = state.withLock { state in
            state.isStopped = true
            defer { state.running = [:] }
            return state.running
        }
        for step in running.values { step.stop.stop() }
        for step in running.values { step.thread?.join() }
    }

    /// How many steps are under way.
    public var runningCount: Int {
        state.withLock { $0.running.values.count { !$0.isOver } }
    }

    private func work(_ intent: ActionIntentPayload, _ key: String, _ stop: StepStop) {
        defer { state.withLock { $0.running[key]?.isOver = true } }
        var effect = ActionEffectPayload(
            type: "action_started", subjectId: intent.commandId, epoch: epoch,
            service: intent.service, phase: intent.phase, step: intent.step,
            attempt: intent.attempt)
        guard insist(effect, stop) else { return }
        let result = runner.run(intent, stop: stop)
        effect.type = "action_ended"
        effect.succeeded = result.failure == nil
        effect.code = result.failure?.code.rawValue
        effect.reason = result.failure.map { String($0.reason.prefix(1_000)) }
        effect.transient = result.failure?.isWorthARetry == true ? true : nil
        effect.output = result.output
        effect.values = result.values.isEmpty ? nil : result.values
        effect.attempts = result.attempts
        // Who is stopped has killed it, and may not know how far it had come: whoever takes over
        // finds it begun and not ended.
        guard !stop.isStopped else { return }
        _ = insist(effect, stop)
    }

    /// Says it until it is on record; false if it was stopped before.
    private func insist(_ effect: ActionEffectPayload, _ stop: StepStop) -> Bool {
        while !stop.isStopped {
            do {
                try say(effect)
                return true
            } catch {
                stop.wait(ms: Self.sayPauseMs)
            }
        }
        return false
    }
}
