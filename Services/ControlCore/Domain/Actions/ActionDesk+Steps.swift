internal import Contracts
internal import Streams

/// The steps of actions, one after the other.
extension ActionDesk {
    /// Takes what an effector says; what another than the present one says is not heard.
    func take(_ effect: ActionEffectPayload, nowMs: Int64) {
        guard effect.type != "effector_ready" else { return ready(effect.epoch, nowMs: nowMs) }
        guard var state = states[effect.subjectId], state.stage == .running,
            state.retryMs == nil, state.epoch == effect.epoch,
            effector["epoch"] == effect.epoch,
            state.phase == effect.phase, state.step == effect.step,
            state.attempt == effect.attempt
        else { return }
        if effect.type == "action_started" {
            state.isStepStarted = true
            if !state.phase.onlyLooks, !state.hasBegun {
                state.hasBegun = true
                say(outcome(of: state, .started), state)
            }
            states[state.id] = state
            return
        }
        for value in effect.values ?? [] where state.captured.count < 32 {
            state.captured.removeAll { $0.name == value.name }
            state.captured.append(value)
        }
        if effect.succeeded == true {
            goOn(&state, output: effect.output, nowMs: nowMs)
        } else {
            fail(&state, effect, nowMs: nowMs)
        }
    }

    /// Begins the first step of an action whose turn it is.
    func begin(_ state: inout ActionState, nowMs: Int64) {
        state.stage = .running
        guard let call = call(of: state) else { return failChanged(&state, nowMs: nowMs) }
        guard let first = next(after: nil, state, call.definition) else {
            end(&state, .succeeded, nil, nil, nowMs: nowMs)
            return
        }
        (state.phase, state.step) = first
        issue(&state, nowMs: nowMs)
    }

    /// A step is done: the next one, or the end.
    func goOn(_ state: inout ActionState, output: String? = nil, nowMs: Int64) {
        guard let call = call(of: state) else { return failChanged(&state, nowMs: nowMs) }
        guard let following = next(after: (state.phase, state.step), state, call.definition) else {
            let verified = call.definition.isVerified && state.undoOf == nil
            tellEvent(state, call)
            end(
                &state, state.undoOf != nil ? .undone : verified ? .verified : .succeeded, nil, nil,
                output: output, nowMs: nowMs)
            return
        }
        if state.phase == .effect, following.phase == .verify {
            var done = outcome(of: state, .succeeded)
            done.output = output
            done.values = state.captured.isEmpty ? nil : state.captured
            say(done, state)
        }
        (state.phase, state.step) = following
        state.attempt = 0
        state.failures = 0
        state.firstMs = nil
        issue(&state, nowMs: nowMs)
    }

    /// Hands the step to the effector, or does it here where it is one of flags.
    func issue(_ state: inout ActionState, nowMs: Int64) {
        guard let call = call(of: state) else { return failChanged(&state, nowMs: nowMs) }
        let steps = call.definition.steps[state.phase] ?? []
        guard steps.indices.contains(state.step) else {
            return failChanged(&state, nowMs: nowMs)
        }
        if case .flags = steps[state.step].effect {
            let values = (id: state.id, captured: state.captured)
            let work = try? steps[state.step].render {
                call.value($0, id: values.id, captured: values.captured, secret: nil)
            }
            guard case .flags(let settings)? = work else {
                return failChanged(&state, nowMs: nowMs)
            }
            if !state.hasBegun {
                state.hasBegun = true
                say(outcome(of: state, .started), state)
            }
            let named = settings.filter { $0.flag != FlagRules.agent(ActionDefinition.nobody) }
            news.append(.flags(named, state))
            return goOn(&state, nowMs: nowMs)
        }
        state.retryMs = nil
        state.epoch = effector["epoch"]
        if let epoch = state.epoch {
            // What no effector has begun was no attempt.
            if state.attempt == 0 || state.isStepStarted { state.attempt += 1 }
            state.firstMs = state.firstMs ?? nowMs
            state.isStepStarted = false
            news.append(
                .intent(
                    ActionIntentPayload(
                        actionId: state.correlationID, commandId: state.id, epoch: epoch,
                        service: state.service,
                        target: state.target, action: state.action, arguments: state.arguments,
                        captured: state.captured, phase: state.phase, step: state.step,
                        attempt: state.attempt, digest: state.digest), state.attempts))
        }
        states[state.id] = state
    }

    // MARK: Parts

    /// A new effector is there, and whatever the one before had started is dead.
    private func ready(_ epoch: String, nowMs: Int64) {
        guard effector["epoch"] != epoch else { return }
        effector["epoch"] = epoch
        for target in queues.sortedKeys() {
            guard let id = queues[target]?.ids.first, var state = states[id],
                state.stage == .running,
                // What waits for its next attempt waits on: nobody was at work on it.
                state.retryMs == nil
            else { continue }
            guard let call = call(of: state) else {
                failChanged(&state, nowMs: nowMs)
                continue
            }
            if !state.isStepStarted || mayRepeat(state, call) {
                issue(&state, nowMs: nowMs)
            } else {
                doubt(&state, call)
            }
        }
    }

    private func doubt(_ state: inout ActionState, _ call: ActionCall) {
        state.stage = .inDoubt
        states[state.id] = state
        var doubtful = outcome(of: state, .inDoubt)
        doubtful.reason =
            "its effector died at \(state.phase.rawValue) step \(state.step + 1), which may not be "
            + "done twice: look, then dreamnet actions settle \(state.id) --result "
            + "done, not-done or retry"
        doubtful.plan = try? call.lines(state.phase, id: state.correlationID)
        say(doubtful, state)
    }

    /// Whether its step may be done twice.
    private func mayRepeat(_ state: ActionState, _ call: ActionCall) -> Bool {
        state.phase.onlyLooks || call.definition.isIdempotent
    }

    private func fail(_ state: inout ActionState, _ effect: ActionEffectPayload, nowMs: Int64) {
        let reason = effect.reason ?? "no reason given"
        let given = effect.code.flatMap(OutcomeCode.init(rawValue:)) ?? .effectFailed
        state.failures += 1
        if effect.transient == true, let call = call(of: state), mayRepeat(state, call),
            state.failures <= call.definition.retries
        {
            return tryLater(&state, call.definition, given, reason, effect.output, nowMs: nowMs)
        }
        let code = state.phase == .verify ? OutcomeCode.unverified : given
        let prefix = state.phase == .verify ? "done, but it does not show: " : ""
        end(
            &state, .failed, code,
            "\(prefix)\(state.phase.rawValue) step \(state.step + 1): \(reason)",
            output: effect.output, nowMs: nowMs)
    }

    /// Sets the time of the next attempt. It is part of the state, as the number of attempts is: a
    /// start makes none of them anew.
    private func tryLater(
        _ state: inout ActionState, _ definition: ActionDefinition, _ code: OutcomeCode,
        _ reason: String, _ output: String?, nowMs: Int64
    ) {
        let policy = RetryPolicy(
            attemptsMax: definition.retries + 1, backoffMs: definition.backoffMs,
            backoffMaxMs: definition.backoffMaxMs)
        let waitMs = policy.waitMs(
            after: state.failures, of: "\(state.id)/\(state.phase.rawValue)/\(state.step)")
        state.retryMs = nowMs + waitMs
        states[state.id] = state
        timers.set(Self.timerPrefix + state.id, dueMs: nowMs + waitMs)
        var again = outcome(of: state, .retrying)
        again.code = code
        again.reason =
            "\(state.phase.rawValue) step \(state.step + 1) failed \(state.failures) of "
            + "\(policy.attemptsMax) times, again in \(waitMs) ms: \(reason)"
        again.output = output
        say(again, state)
    }

    private func failChanged(_ state: inout ActionState, nowMs: Int64) {
        end(
            &state, .failed, .wrongState,
            "config/actions.yaml has changed since it was planned; nothing more was done",
            nowMs: nowMs)
    }

    private func next(
        after place: (phase: ActionPhase, step: Int)?, _ state: ActionState,
        _ definition: ActionDefinition
    ) -> (phase: ActionPhase, step: Int)? {
        var isBehind = place == nil
        for phase in state.phases {
            let count = (definition.steps[phase] ?? []).count
            if let place, phase == place.phase {
                isBehind = true
                if place.step + 1 < count { return (phase, place.step + 1) }
            } else if isBehind, count > 0 {
                return (phase, 0)
            }
        }
        return nil
    }

    private func tellEvent(_ state: ActionState, _ call: ActionCall) {
        guard let event = call.definition.event, state.undoOf == nil else { return }
        let fields = event.fields.mapValues { template in
            try? template.render {
                call.value($0, id: state.id, captured: state.captured, secret: nil)
            }
        }
        news.append(
            .event(
                ControlEventPayload(
                    type: event.type, service: state.service, reason: state.reason,
                    author: state.actor.author, commandId: state.id,
                    incidentId: state.incidentID, fromVersion: fields["fromVersion"] ?? nil,
                    toVersion: fields["toVersion"] ?? nil)))
    }
}
