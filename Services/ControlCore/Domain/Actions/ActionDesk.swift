internal import Contracts
internal import Streams

/// Actions under way: takes orders and what effectors say, and tells what is next. One at a time
/// on each target, in order; each has exactly one final outcome.
final class ActionDesk {
    /// The most actions that wait or are under way.
    static let openMax = 256
    /// How long an action that has ended can be shown and taken back, ms.
    private static let rememberedMs: Int64 = 24 * 3_600_000
    static let timerPrefix = "action|"

    let states = Table<String, ActionState>(id: 7, name: "actions")
    let queues = Table<String, ActionQueue>(id: 8, name: "action queues")
    /// The effector that is at work, under `epoch`; the number of open actions, under `open`.
    let effector = Table<String, String>(id: 9, name: "effector")
    let policy: ControlCorePolicy
    let timers: Timers
    private let access: AccessCheck
    var news: [ActionNews] = []

    init(policy: ControlCorePolicy, timers: Timers) {
        self.policy = policy
        access = AccessCheck(policy: policy.access)
        self.timers = timers
    }

    /// What is to be said since the last call.
    func takeNews() -> [ActionNews] {
        defer { news = [] }
        return news
    }

    // MARK: Orders

    /// Takes an order to run an action.
    func run(_ call: ActionCall, _ order: Order, nowMs: Int64) throws(OrderRefusal) {
        try checkRoom()
        let definition = call.definition
        try access.check(order.actor, may: definition)
        var state: ActionState
        let plan: [String]
        do throws(ActionError) {
            state = ActionState(
                order: order, call: call, name: order.request.action ?? definition.name,
                digest: try call.digest(), nowMs: nowMs)
            plan = try ActionPlan.lines(call, id: order.id)
        } catch {
            throw OrderRefusal(.invalid, error.message)
        }
        var planned = outcome(of: state, .planned)
        planned.plan = plan
        state.stage = definition.needsSecondPerson ? .unapproved : .queued
        changeOpen(by: 1)
        guard definition.needsSecondPerson else {
            say(planned, state)
            accept(&state, nowMs: nowMs)
            return
        }
        planned.code = .needsSecondPerson
        planned.reason = "waits for a second person for \(policy.actions.approvalMs / 1000) s"
        say(planned, state)
        states[state.id] = state
        timers.set(Self.timerPrefix + state.id, dueMs: nowMs + policy.actions.approvalMs)
    }

    /// Takes a second person's yes.
    /// - Returns: the action's service.
    func approve(_ order: Order, isSolo: Bool, nowMs: Int64) throws(OrderRefusal) -> String {
        var state = try find(order, in: .unapproved, "does not wait for anybody")
        let isAuthor = state.actor.author == order.actor.author
        if isAuthor, !isSolo {
            throw OrderRefusal(
                .needsSecondPerson, "another person than \(state.actor.author) has to approve it")
        }
        if isAuthor {
            guard policy.access.role(of: order.actor.author) == .commander else {
                throw OrderRefusal(.notAllowed, "alone only a commander approves")
            }
            let waitedMs = nowMs - state.createdMs
            guard waitedMs >= policy.actions.soloAfterMs else {
                throw OrderRefusal(
                    .needsSecondPerson,
                    "alone only after \((policy.actions.soloAfterMs - waitedMs + 999) / 1000) s more"
                )
            }
            guard !(order.request.reason ?? "").isEmpty else {
                throw OrderRefusal(.invalid, "reason: missing; who approves alone says why")
            }
        }
        state.approver = order.actor.author
        timers.cancel(Self.timerPrefix + state.id)
        var approved = outcome(of: state, .approved)
        approved.reason = (isAuthor ? "alone: " : "") + (order.request.reason ?? "approved")
        if isAuthor {
            approved.tell = OutcomePayload.everyone
            news.append(
                .event(
                    ControlEventPayload(
                        type: "approved_alone", service: state.service,
                        reason: "\(state.action): \(order.request.reason ?? "")",
                        author: state.actor.author, commandId: state.id,
                        incidentId: state.incidentID)))
        }
        say(approved, state)
        accept(&state, nowMs: nowMs)
        return state.service
    }

    /// Takes a no, of anybody, the author included.
    func refuse(_ order: Order, nowMs: Int64) throws(OrderRefusal) -> String {
        var state = try find(order, in: .unapproved, "does not wait for anybody")
        let reason = order.request.reason.map { ": \($0)" } ?? ""
        end(
            &state, .rejected, .notAllowed, "refused by \(order.actor.author)\(reason)",
            nowMs: nowMs)
        return state.service
    }

    /// Takes a person's word for what became of a step that is in doubt.
    func settle(_ order: Order, nowMs: Int64) throws(OrderRefusal) -> String {
        var state = try find(order, in: .inDoubt, "is not in doubt")
        let author = order.actor.author
        switch order.request.result {
        case "done":
            state.stage = .running
            goOn(&state, nowMs: nowMs)
        case "not_done":
            end(&state, .failed, .effectFailed, "settled by \(author): not done", nowMs: nowMs)
        default:
            state.stage = .running
            issue(&state, nowMs: nowMs)
        }
        return state.service
    }

    /// Takes an order to take an action back.
    func undo(_ order: Order, nowMs: Int64) throws(OrderRefusal) -> String {
        try checkRoom()
        var original = try find(order, in: .ended, "is still under way")
        guard original.undoOf == nil, original.hasBegun else {
            throw OrderRefusal(.wrongState, "\(original.id) did nothing that could be taken back")
        }
        if let undo = original.undoneBy {
            throw OrderRefusal(.wrongState, "\(original.id) is taken back already, by \(undo)")
        }
        guard let call = call(of: original) else {
            throw OrderRefusal(.wrongState, "config/actions.yaml has changed since it was done")
        }
        guard call.definition.isReversible else {
            throw OrderRefusal(.wrongState, "\(call.definition.name) cannot be taken back")
        }
        original.undoneBy = order.id
        states[original.id] = original
        var state = ActionState(undoing: original, order: order, nowMs: nowMs)
        changeOpen(by: 1)
        accept(&state, nowMs: nowMs)
        return state.service
    }

    /// The time of an action is up: its second person did not come, its step is tried again, or it
    /// may be forgotten.
    /// - Returns: whether the timer is one of an action.
    func fire(_ timer: String, nowMs: Int64) -> Bool {
        guard timer.hasPrefix(Self.timerPrefix) else { return false }
        let id = String(timer.dropFirst(Self.timerPrefix.count))
        guard var state = states[id] else { return true }
        if state.stage == .unapproved {
            end(
                &state, .rejected, .expired,
                "no second person came within \(policy.actions.approvalMs / 1000) s", nowMs: nowMs)
        } else if state.stage == .ended {
            states[id] = nil
        } else if state.stage == .running, state.retryMs != nil {
            issue(&state, nowMs: nowMs)
        }
        return true
    }

    // MARK: Parts

    private func checkRoom() throws(OrderRefusal) {
        guard Int(effector["open"] ?? "0") ?? 0 < Self.openMax else {
            throw OrderRefusal(.busy, "\(Self.openMax) actions are under way or wait")
        }
    }

    private func find(
        _ order: Order, in stage: ActionState.Stage, _ otherwise: String
    ) throws(OrderRefusal) -> ActionState {
        let id = order.request.actionId ?? ""
        guard let state = states[id] else {
            throw OrderRefusal(.unknownAction, "no action \(id.prefix(64)) within a day")
        }
        guard state.stage == stage else {
            throw OrderRefusal(.wrongState, "\(id) \(otherwise)")
        }
        // A no is anybody's who may act at all.
        if order.type != .refuseAction, let call = call(of: state) {
            try access.check(order.actor, may: call.definition)
        }
        return state
    }

    private func accept(_ state: inout ActionState, nowMs: Int64) {
        say(outcome(of: state, .accepted), state)
        state.stage = .queued
        var queue = queues[state.target] ?? ActionQueue()
        queue.ids.append(state.id)
        queues[state.target] = queue
        states[state.id] = state
        if queue.ids.first == state.id { begin(&state, nowMs: nowMs) }
    }

    /// Ends an action, and begins the next one on its target.
    func end(
        _ state: inout ActionState, _ status: OutcomeStatus, _ code: OutcomeCode?,
        _ reason: String?,
        output: String? = nil, nowMs: Int64
    ) {
        let wasQueued = state.stage != .unapproved
        state.stage = .ended
        state.ending = status
        states[state.id] = state
        if let original = state.undoOf, !status.isSuccess { states[original]?.undoneBy = nil }
        var ended = outcome(of: state, status)
        ended.final = true
        ended.code = code
        ended.reason = reason ?? state.reason
        ended.output = output
        ended.values = state.captured.isEmpty ? nil : state.captured
        // Who refused it, or let it expire, has done nothing that people have to hear of.
        if state.hasBegun { ended.tell = call(of: state)?.definition.tell }
        say(ended, state)
        changeOpen(by: -1)
        timers.set(Self.timerPrefix + state.id, dueMs: nowMs + Self.rememberedMs)
        if wasQueued, var queue = queues[state.target] {
            queue.ids.removeAll { $0 == state.id }
            queues[state.target] = queue.ids.isEmpty ? nil : queue
            if let next = queue.ids.first, var waiting = states[next] {
                begin(&waiting, nowMs: nowMs)
            }
        }
        if status.isSuccess, state.undoOf == nil { goEverywhere(state, nowMs: nowMs) }
    }

    private func changeOpen(by change: Int) {
        effector["open"] = String((Int(effector["open"] ?? "0") ?? 0) + change)
    }

    /// The action as it is declared now; nil if that is not what was planned.
    func call(of state: ActionState) -> ActionCall? {
        let call = try? policy.actions.call(
            state.action, service: state.service, arguments: state.arguments)
        return call.flatMap { (try? $0.digest()) == state.digest ? $0 : nil }
    }

    func say(_ outcome: OutcomePayload, _ state: ActionState) {
        news.append(.outcome(outcome, replyKey: state.replyKey, state.attempts))
    }

    func outcome(of state: ActionState, _ status: OutcomeStatus) -> OutcomePayload {
        OutcomePayload(
            commandId: state.id, status: status, final: false,
            action: (state.undoOf == nil ? CommandType.runAction : .undoAction).rawValue,
            author: state.actor.author, service: state.service, reason: state.reason,
            incidentId: state.incidentID, runbook: state.runbook, step: state.runbookStep,
            correlationId: state.correlationID, target: state.target, approver: state.approver)
    }
}
