internal import JSON
internal import Signing
internal import Contracts
public import Streams

/// control-core: takes the orders of people and services one after the other, and answers each
/// with exactly one final outcome. Its commits are the one total order of control decisions.
public final class ControlCoreReducer: Reducer {
    /// What it reads and writes.
    public let topology = Topology(
        service: "control-core", inputs: [.command, .request, .effect],
        outputs: [.outcome, .directive, .setting, .flags, .alert, .action, .request])
    /// Its timers: the heartbeat, ends of holds and settings, directives without an answer.
    public let timers: Timers?

    let policy: ControlCorePolicy
    private let schedule = Timers()
    let counters = Table<String, Int64>(id: 5, name: "counters")
    private let pending = Table<String, PendingDirective>(id: 3, name: "directives")
    private let ids: IDMemory
    let flags: FlagBoard
    private let settings: SettingBoard
    private let guardrails: Guardrails
    private let reader: OrderReader
    let actions: ActionDesk
    let access: AccessCheck
    let breakGlass = Table<String, BreakGlassMark>(id: 11, name: "break-glass")
    private let environment: EnvironmentDesk

    private static let heartbeatTimer = "heartbeat"
    private static let environmentTimer = "environment"
    private static let directiveTimerPrefix = "directive|"

    /// A reducer that goes by `policy`.
    public init(policy: ControlCorePolicy) {
        self.policy = policy
        let counters = self.counters
        let schedule = self.schedule
        timers = schedule
        ids = IDMemory(
            id: 6, name: "ids", rememberMs: policy.idsRememberedMs, countMax: policy.idsMax)
        flags = FlagBoard(timers: schedule) { Self.count(counters, "flags") }
        settings = SettingBoard(timers: schedule) { Self.count(counters, "settings") }
        guardrails = Guardrails(policy: policy)
        reader = OrderReader(policy: policy)
        access = AccessCheck(policy: policy.access)
        actions = ActionDesk(policy: policy, timers: schedule)
        environment = EnvironmentDesk(policy: policy)
    }

    /// The tables, timers included.
    public var tables: [any StateStore] {
        [
            flags.table, settings.table, pending, guardrails.touched, counters, ids,
            actions.states, actions.queues, actions.effector, environment.table,
            breakGlass, schedule,
        ]
    }

    /// The heartbeat goes on at once: who reads the flags sees that somebody is here again.
    public func start(_ context: ReducerContext) {
        schedule.set(Self.heartbeatTimer, dueMs: context.nowMs)
        if !environment.isEmpty { schedule.set(Self.environmentTimer, dueMs: context.nowMs) }
    }

    /// Takes an order, or the answer to one that was passed on.
    public func reduce(
        _ record: borrowing InputRecord, _ context: ReducerContext
    ) throws(Rejection) {
        let envelope: Envelope
        do throws(Rejection) { envelope = try context.decode(record) } catch {
            throw refuseUnreadable(record.copyValue() ?? [], error, context)
        }
        guard record.input != 2 else { return try take(effect: envelope, context) }
        let source = AccessCheck.Source(
            key: record.copyKey() ?? [], value: record.copyValue() ?? [],
            signature: record.header(CommandSignature.headerName),
            isFromPeople: record.input == 0, ts: envelope.ts,
            brokerMs: min(record.timestampMs, context.nowMs))
        try take(envelope, source, context)
    }

    /// A hold or a setting has run out, a directive has no answer, or the heartbeat is due.
    public func fire(_ timer: String, dueMs: Int64, _ context: ReducerContext) {
        if timer == Self.heartbeatTimer {
            beat(context)
        } else if timer == Self.environmentTimer {
            for order in environment.begin(nowMs: context.nowMs) {
                context.emit(order.request, id: order.id, key: ServiceName.all)
            }
        } else if timer.hasPrefix(Self.directiveTimerPrefix) {
            let id = String(timer.dropFirst(Self.directiveTimerPrefix.count))
            answer(
                id, .failed, .undelivered,
                "the owner of the incident did not answer within "
                    + "\(policy.directiveTimeoutMs / 1000) s; it may still do it: look before you "
                    + "repeat", context)
        } else if actions.fire(timer, nowMs: context.nowMs) {
            tell(actions.takeNews(), context)
        } else if let (service, result) = flags.expire(timer: timer, dueMs: dueMs) {
            publish(
                result, service: service, author: "control-core", reason: "expired",
                commandID: context.causeID, incidentID: nil, context)
        } else if let setting = settings.expire(timer: timer) {
            publish(setting, context)
        }
    }

    // MARK: Orders

    private func take(
        _ envelope: Envelope, _ source: AccessCheck.Source, _ context: ReducerContext
    ) throws(Rejection) {
        let digest: [UInt8]
        do { digest = try envelope.digest() } catch { throw Rejection(error) }
        switch ids.verdict(envelope.id, digest: digest) {
        case .duplicate: return tellReplay(of: envelope, context)
        case .conflict:
            throw Rejection(.idConflict, "id \(envelope.id) was used before for another order")
        case .new: ids.remember(envelope.id, digest: digest, nowMs: context.nowMs)
        }
        var request: RequestPayload?
        do throws(OrderRefusal) {
            let decoded = try decode(envelope)
            request = decoded
            let isOwn =
                envelope.role == .system && !source.isFromPeople
                && environment.takes(envelope.id, decoded)
            // An order of the environment is there as long as its variable is.
            if !isOwn {
                try checkOrigin(envelope, decoded, source, context)
            }
            let order = try reader.order(
                id: envelope.id, role: envelope.role, fromPeople: source.isFromPeople,
                isOfEnvironment: isOwn, decoded)
            try checkUnchanged(order, ts: envelope.ts)
            try carryOut(order, context)
            tellBreakGlass(decoded, id: envelope.id, ts: envelope.ts, nil, context)
        } catch {
            if let request {
                tellBreakGlass(request, id: envelope.id, ts: envelope.ts, error, context)
            }
            try refuse(error, envelope, request, context)
        }
    }

    private func decode(_ envelope: Envelope) throws(OrderRefusal) -> RequestPayload {
        guard [BusTopic.command.kind, BusTopic.request.kind].contains(envelope.topic) else {
            throw OrderRefusal(.invalid, "topic: expected command or request")
        }
        do {
            return try envelope.payload(as: RequestPayload.self)
        } catch {
            throw OrderRefusal(
                error.code == .unknownType ? .unknownType : .invalid, error.message)
        }
    }

    private func carryOut(_ order: Order, _ context: ReducerContext) throws(OrderRefusal) {
        try access.checkRole(of: order.actor)
        try guardrails.check(
            order, paused: settings.isPaused(order.service), nowMs: context.nowMs)
        if let expiresAt = order.request.expiresAt, expiresAt <= context.nowMs {
            throw OrderRefusal(.invalid, "expiresAt: already past")
        }
        switch order.action {
        case .hold(let targets):
            let before = states(targets.map(\.flag), order)
            let result = try flags.hold(targets, for: order, nowMs: context.nowMs)
            markBreakGlass(order, before, result)
            finish(order, result, others: othersHolding(targets, order), context)
            guardrails.record(order, nowMs: context.nowMs)
        case .letGo(let names):
            let before = states(names, order)
            let result = flags.letGo(names, for: order, nowMs: context.nowMs)
            markBreakGlass(order, before, result)
            finish(order, result, others: result.heldBy, context)
        case .set(let name, let value):
            let setting = try settings.set(name, to: value, for: order)
            guardrails.record(order, nowMs: context.nowMs)
            finish(order, setting, context)
        case .direct: direct(order, context)
        case .run(let call):
            try guardrails.check(call, order, flags)
            try actions.run(call, order, nowMs: context.nowMs)
            guardrails.record(order, nowMs: context.nowMs)
            tell(actions.takeNews(), context)
        case .actOn: try actOn(order, context)
        }
    }

    /// Who keeps a flag from having the value that was ordered.
    private func othersHolding(_ targets: [Order.FlagTarget], _ order: Order) -> [String] {
        var holders: [String] = []
        for target in targets {
            let state = flags.table[FlagBoard.key(service: order.service, flag: target.flag)]
            guard let state, state.value != target.value else { continue }
            for hold in state.others(than: order.actor.holder)
            where !holders.contains(hold.holder) { holders.append(hold.holder) }
        }
        return holders
    }

    // MARK: Answers

    private func finish(
        _ order: Order, _ result: FlagBoard.Result, others: [String], _ context: ReducerContext
    ) {
        publish(
            result, service: order.service, author: order.actor.author,
            reason: order.request.reason, commandID: order.id,
            incidentID: order.request.incidentId, context)
        var outcome = self.outcome(of: order, .succeeded)
        outcome.flags = result.changes.map {
            FlagChange(flag: $0.flag, service: order.service, value: $0.after.value)
        }
        outcome.flagsVersion = counters["flags"] ?? 0
        if !others.isEmpty {
            outcome.code = .heldByOthers
            outcome.heldBy = others
            let seen = result.changes.contains { $0.before != $0.after.value }
            outcome.reason =
                "held by \(others.joined(separator: ", "))" + (seen ? "" : ": nothing changed")
        } else if result.changes.isEmpty {
            outcome.code = .unchanged
            outcome.reason = "it was so already"
        }
        say(outcome, copyTo: order.request.replyKey, context)
    }

    private func finish(
        _ order: Order, _ setting: SettingPayload?, _ context: ReducerContext
    ) {
        if let setting { publish(setting, context) }
        var outcome = self.outcome(of: order, .succeeded)
        outcome.settingVersion = counters["settings"] ?? 0
        if setting == nil {
            outcome.code = .unchanged
            outcome.reason = "it was so already"
        }
        say(outcome, copyTo: order.request.replyKey, context)
    }

    private func direct(_ order: Order, _ context: ReducerContext) {
        pending[order.id] = PendingDirective(order)
        schedule.set(
            Self.directiveTimerPrefix + order.id,
            dueMs: context.nowMs + policy.directiveTimeoutMs)
        let request = order.request
        context.emit(
            DirectivePayload(
                type: order.type.rawValue, commandId: order.id, author: order.actor.author,
                service: order.service, reason: request.reason, incidentId: request.incidentId,
                severity: request.severity, title: request.title, text: request.text),
            key: order.service)
        say(outcome(of: order, .accepted), copyTo: request.replyKey, context)
    }

    private func take(effect envelope: Envelope, _ context: ReducerContext) throws(Rejection) {
        if ActionEffectPayload.types.contains(envelope.type) {
            return try take(actionEffect: envelope, context)
        }
        let effect: EffectPayload
        do { effect = try envelope.payload(as: EffectPayload.self) } catch {
            throw Rejection(error)
        }
        switch effect.type {
        case "directive_done": answer(effect.subjectId, .succeeded, nil, effect.reason, context)
        case "directive_refused":
            answer(
                effect.subjectId, .failed,
                effect.code.flatMap(OutcomeCode.init(rawValue:)) ?? .invalid, effect.reason,
                context)
        // More follows: its outcome is said when it has ended.
        case "notification_tried": break
        default: tell(effect, context)
        }
    }

    /// Ends a directive with the answer of its owner; a second answer is not heard.
    private func answer(
        _ commandID: String, _ status: OutcomeStatus, _ code: OutcomeCode?, _ reason: String?,
        _ context: ReducerContext
    ) {
        guard let directive = pending[commandID] else { return }
        pending[commandID] = nil
        schedule.cancel(Self.directiveTimerPrefix + commandID)
        say(
            OutcomePayload(
                commandId: commandID, status: status, final: true, action: directive.action,
                author: directive.author, service: directive.service, code: code, reason: reason,
                incidentId: directive.incidentID),
            copyTo: directive.replyKey, context)
    }

    /// Says whether a notification reached anybody, once for each.
    private func tell(_ effect: EffectPayload, _ context: ReducerContext) {
        let digest = SHA256.hash(Array("notification".utf8))
        guard ids.verdict(effect.subjectId, digest: digest) == .new else { return }
        ids.remember(effect.subjectId, digest: digest, nowMs: context.nowMs)
        let delivered = effect.type == "notification_delivered"
        say(
            OutcomePayload(
                commandId: effect.subjectId, status: delivered ? .succeeded : .failed,
                final: true, action: "notify", author: "service/nervous-system",
                service: effect.service, code: delivered ? nil : .undelivered,
                reason: effect.reason, incidentId: effect.incidentId),
            copyTo: nil,
            attempts: effect.attempts.map { AttemptHeaders(attempt: $0, firstMs: effect.firstAt) },
            context)
    }

    // MARK: Refusals

    /// A `rejected` outcome beside the dead letter where the order was never well-formed; the
    /// outcome alone where it was, and a rule spoke against it.
    private func refuse(
        _ refusal: OrderRefusal, _ envelope: Envelope, _ request: RequestPayload?,
        _ context: ReducerContext
    ) throws(Rejection) {
        say(
            OutcomePayload(
                commandId: envelope.id, status: .rejected, final: true,
                action: Self.shown(envelope.type) ?? "unknown",
                author: Self.shown(request?.author) ?? "unknown", service: key(of: request),
                code: refusal.code, reason: refusal.reason,
                heldBy: refusal.heldBy.isEmpty ? nil : refusal.heldBy,
                incidentId: Self.shown(request?.incidentId),
                runbook: Self.shown(request?.runbook), step: Self.shown(request?.step),
                undo: request?.undo),
            copyTo: request?.replyKey, context)
        let code: Rejection.Code
        switch refusal.code {
        case .unknownType: code = .unknownType
        case .invalid: code = .schema
        case .stale where request?.evidenceTs == nil: code = .stale
        case .fromTheFuture: code = .fromTheFuture
        default: return
        }
        throw Rejection(code, refusal.reason, keepsOutputs: true)
    }

    /// The rejection of a record that is no message: with an outcome if at least its id is there.
    private func refuseUnreadable(
        _ bytes: [UInt8], _ rejection: Rejection, _ context: ReducerContext
    ) -> Rejection {
        guard let root = try? JSON.parse(bytes), let id = root["id"]?.stringValue, !id.isEmpty,
            id.utf8.count <= Envelope.idBytesMax
        else { return rejection }
        let digest = SHA256.hash(bytes)
        guard ids.verdict(id, digest: digest) == .new else { return rejection }
        ids.remember(id, digest: digest, nowMs: context.nowMs)
        say(
            OutcomePayload(
                commandId: id, status: .rejected, final: true, action: "unknown",
                author: "unknown", service: ServiceName.all, code: .invalid,
                reason: rejection.message),
            copyTo: nil, context)
        return Rejection(rejection.code, rejection.message, keepsOutputs: true)
    }

    /// The text cut to what a name may be: a refusal must fit where the order itself did not.
    private static func shown(_ text: String?) -> String? {
        text.map { String($0.prefix(64)) }
    }

    private func key(of request: RequestPayload?) -> String {
        if let service = request?.service, ServiceName.isValid(service) { return service }
        return request?.incidentId.flatMap(ServiceName.ofIncident) ?? ServiceName.all
    }

    // MARK: Heartbeat and versions

    private func beat(_ context: ReducerContext) {
        context.emit(
            FlagsHeartbeatPayload(
                version: counters["flags"] ?? 0, intervalMs: policy.heartbeatIntervalMs),
            key: "!heartbeat")
        schedule.set(Self.heartbeatTimer, dueMs: context.nowMs + policy.heartbeatIntervalMs)
    }

    private static func count(_ counters: Table<String, Int64>, _ name: String) -> Int64 {
        let next = (counters[name] ?? 0) + 1
        counters[name] = next
        return next
    }
}
