public import Contracts

/// Carries out steps of actions: programs, requests, messages. Blocks its thread.
public final class StepRunner: Sendable {
    /// What it needs to know of the machine that it works on.
    public struct Settings: Sendable {
        /// Below which files of secrets are.
        public var home: String
        /// Where evidence is kept.
        public var evidenceFolder: String
        /// A descriptor that stays open as long as any program lives, such as a lock; nil: none.
        public var keptOpen: Int32?
        /// How long a program has to end after it was asked to, ms.
        public var graceMs: Int64 = 2_000
        /// Variables that say which deployment this is, for `dreamnet` as an action's program.
        public var deployment: [String: String] = [:]

        /// Settings.
        public init(home: String, evidenceFolder: String, keptOpen: Int32? = nil) {
            self.home = home
            self.evidenceFolder = evidenceFolder
            self.keptOpen = keptOpen
        }
    }

    /// Puts a message on a topic, and returns once it is there.
    public typealias Publish =
        @Sendable (_ topic: String, _ key: String, _ value: String) throws ->
        Void

    static let outputBytesMax = 2_048
    static let captureBytesMax = 256 << 10
    static let evidenceBytesMax = 8 << 20

    let catalog: ActionCatalog
    let settings: Settings
    private let publish: Publish

    /// A runner of the actions of `catalog`.
    public init(_ catalog: ActionCatalog, settings: Settings, publish: @escaping Publish) {
        self.catalog = catalog
        self.settings = settings
        self.publish = publish
    }

    /// Carries out the step that an intent names.
    func run(_ intent: ActionIntentPayload, stop: StepStop) -> StepResult {
        let call: ActionCall
        do throws(ActionError) {
            call = try catalog.call(
                intent.action, service: intent.service, arguments: intent.arguments)
            guard try call.digest() == intent.digest else {
                return .failed(
                    .init(.wrongState, "this effector knows another plan", isWorthARetry: false))
            }
        } catch {
            return .failed(.init(.wrongState, error.message, isWorthARetry: false))
        }
        let steps = call.definition.steps[intent.phase] ?? []
        guard steps.indices.contains(intent.step) else {
            return .failed(.init(.wrongState, "there is no such step", isWorthARetry: false))
        }
        let job = Job(
            intent: intent, call: call, step: steps[intent.step],
            timeoutMs: steps[intent.step].timeoutMs ?? call.definition.timeoutMs)
        return job.step.pollMs == nil
            ? once(job, timeoutMs: job.timeoutMs, stop) : polls(job, stop)
    }

    /// A step of a call, with what is asked of it.
    struct Job {
        let intent: ActionIntentPayload
        let call: ActionCall
        let step: ActionStep
        let timeoutMs: Int64
    }

    // MARK: Attempts

    /// Looks until it sees what it looks for, as one attempt: when its time is up, another one
    /// would not help.
    private func polls(_ job: Job, _ stop: StepStop) -> StepResult {
        let endMs = Monotonic.nowMs() + job.timeoutMs
        var attempt = 1
        while true {
            let leftMs = endMs - Monotonic.nowMs()
            var result = once(job, timeoutMs: max(100, leftMs), stop)
            result.attempts = attempt
            let pauseMs = job.step.pollMs ?? 1_000
            guard let failure = result.failure,
                // What could not even be tried is not there a second later either.
                failure.code != .invalid, failure.code != .wrongState
            else { return result }
            guard endMs - Monotonic.nowMs() > pauseMs, stop.wait(ms: pauseMs) else {
                result.failure = .init(
                    .timedOut, "not within \(job.timeoutMs / 1000) s: \(failure.reason)",
                    isWorthARetry: false)
                return result
            }
            attempt += 1
        }
    }

    private func once(_ job: Job, timeoutMs: Int64, _ stop: StepStop) -> StepResult {
        do throws(StepError) {
            let secrets = try ActionSecrets(home: settings.home)
                .values(for: job.step, of: job.call, id: job.intent.actionId)
            func value(_ name: String) -> String? {
                job.call.value(
                    name, id: job.intent.actionId, captured: job.intent.captured,
                    secret: { secrets[$0] })
            }
            let mask = OutputMask(secrets: secrets.values)
            let work: ActionWork
            let expectedText: String?
            do throws(ActionError) {
                work = try job.step.render(value)
                expectedText = try job.step.expectedText?.render(value)
            } catch {
                throw StepError(.invalid, error.message)
            }
            let done: Done
            switch work {
            case .program(let program):
                done = try run(program, job, timeoutMs: timeoutMs, stop)
            case .call(let request): done = try send(request, job, timeoutMs: timeoutMs, stop)
            case .message(let topic, let key, let value):
                do { try publish(topic, key, value) } catch {
                    throw StepError(.effectFailed, "the message was not taken: \(error)")
                }
                done = Done()
            case .flags: throw StepError(.wrongState, "flags are control-core's own")
            }
            return try judge(done, job, expectedText, mask)
        } catch {
            let isFinal = error.code == .invalid || error.code == .wrongState
            return .failed(.init(error.code, error.message, isWorthARetry: !isFinal))
        }
    }
}
