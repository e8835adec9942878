internal import Contracts
internal import JSON
public import Streams

/// incident-core: makes one incident of a service's alerts, tells its life on `nervous.incident`
/// and shows it, with its timeline, on `nervous.view`.
///
/// Two clocks: what a record tells is event time (of the alerts and orders); how long the stable
/// window and the chance to reopen last is the time in which this service sees them, so that a
/// backlog does not resolve an incident that it has only begun to read.
public final class IncidentCoreReducer: Reducer {
    /// What it reads and writes.
    public let topology = Topology(
        service: "incident-core", inputs: [.alert, .outcome, .directive],
        outputs: [.incident, .effect, .view])
    /// Its timers: ends of stable windows, late views, and when resolved incidents are forgotten.
    public let timers: Timers?

    private let policy: IncidentCorePolicy
    private let schedule = Timers()
    private let book = IncidentBook()
    private let desk: IncidentDesk
    private let ids: IDMemory
    private let reader: AlertReader

    private enum Input {
        static let alert = 0
        static let outcome = 1
    }

    /// A reducer that goes by `policy`.
    public init(policy: IncidentCorePolicy) {
        self.policy = policy
        timers = schedule
        desk = IncidentDesk(policy: policy, book: book, schedule: schedule)
        reader = AlertReader(policy: policy)
        ids = IDMemory(
            id: 4, name: "ids", rememberMs: policy.idsRememberedMs, countMax: policy.idsMax)
    }

    /// The tables, timers included.
    public var tables: [any StateStore] { book.tables + [ids, schedule] }

    /// Takes an alert, an outcome or a directive.
    public func reduce(
        _ record: borrowing InputRecord, _ context: ReducerContext
    ) throws(Rejection) {
        let envelope = try context.decode(record)
        // A producer that sets no timestamp leaves a negative one.
        let brokerMs =
            record.timestampMs < 0 ? context.nowMs : min(record.timestampMs, context.nowMs)
        guard envelope.ts <= brokerMs + policy.futureToleranceMs else {
            throw Rejection(
                .fromTheFuture, "ts is \((envelope.ts - brokerMs) / 1_000) s ahead of the broker")
        }
        switch record.input {
        case Input.alert:
            switch try reader.read(envelope) {
            case .report(let report): take(report, envelope, context)
            case .event(let event): take(event, envelope, context)
            }
        case Input.outcome: try take(outcome: envelope, context)
        default: try take(directive: envelope, context)
        }
    }

    /// A stable window is over, a view is due, or a resolved incident has been kept long enough.
    public func fire(_ timer: String, dueMs: Int64, _ context: ReducerContext) {
        guard let (kind, id) = IncidentTimer.read(timer), var record = book[id] else { return }
        switch kind {
        case .stable:
            let moment = Moment(ts: context.nowMs, nowMs: context.nowMs, messageID: nil)
            let turn =
                record.resolveIfStable(policy, at: moment)
                ?? record.pendingUndo(policy, at: moment)
            desk.publish(record, turn, context)
        case .view: desk.show(record, context)
        case .forget: desk.forget(id, context)
        }
    }

    // MARK: Alerts

    private func take(_ report: AlertReport, _ envelope: Envelope, _ context: ReducerContext) {
        let moment = moment(envelope, context)
        if var record = book.latest(of: report.service) {
            let isNew =
                record.isResolved && !isReopenable(record, context)
                && record.news(of: report).opensIncident
            guard isNew else {
                let before = record
                let turn = record.take(report, policy, at: moment)
                if record != before { desk.publish(record, turn, context) }
                return
            }
        }
        guard report.alert.active,
            let id = book.newID(service: report.service, messageID: envelope.id)
        else { return }
        var record = IncidentRecord(id: id, report, openedBy: envelope.id, ts: envelope.ts)
        let turn = record.open(report, policy, at: moment)
        desk.publish(record, turn, context)
    }

    private func isReopenable(_ record: IncidentRecord, _ context: ReducerContext) -> Bool {
        guard let resolvedTs = record.resolvedTs else { return false }
        return context.nowMs <= resolvedTs + policy.reopenWithinMs
    }

    // MARK: What was done

    private func take(
        _ event: ControlEventPayload, _ envelope: Envelope, _ context: ReducerContext
    ) {
        let moment = Moment(
            ts: envelope.ts, nowMs: context.nowMs, messageID: event.commandId)
        let text = ActionText.line(event)
        for record in incidents(about: event.service, event.incidentId)
        where !book.hasLine(about: event.commandId, in: record)
            && !(event.except ?? []).contains(record.service)
        {
            let line = moment.line(.action, text, author: event.author)
            desk.publish(record, Turn(type: nil, reason: text, lines: [line]), context)
        }
    }

    private func take(outcome envelope: Envelope, _ context: ReducerContext) throws(Rejection) {
        let outcome: OutcomePayload
        do { outcome = try envelope.payload() } catch { throw Rejection(error) }
        guard outcome.service == ServiceName.all || ServiceName.isValid(outcome.service) else {
            throw Rejection(.schema, "payload.service: expected a service's name or *")
        }
        guard (1...AlertReader.idBytesMax).contains(outcome.commandId.utf8.count) else {
            throw Rejection(.schema, "payload.commandId: missing or too long")
        }
        // A copy is for the task that asked, or of what concerns the incidents of every task. The
        // end of a directive tells what stands here already. A refused order of a person changed
        // nothing of the incident.
        guard outcome.copy != true || outcome.service == ServiceName.all, outcome.final,
            outcome.status.isFinal,
            CommandType(rawValue: outcome.action)?.isDirective != true,
            outcome.status != .rejected || outcome.incidentId != nil
        else { return }
        let concerned = incidents(about: outcome.service, outcome.incidentId).filter {
            !(outcome.except ?? []).contains($0.service)
        }
        guard !concerned.isEmpty, try isNew("outcome/" + outcome.commandId, envelope, context)
        else { return }
        let moment = Moment(
            ts: envelope.ts, nowMs: context.nowMs, messageID: outcome.commandId)
        for var record in concerned {
            var turn = record.take(outcome, at: moment)
            // control-core's event about the same command says less than its outcome.
            turn.lines.removeAll { book.replaceLine(with: $0, in: record) }
            if let end = record.resolveIfStable(policy, at: moment) {
                turn.type = end.type
                turn.reason = end.reason
                turn.lines += end.lines
            }
            desk.publish(record, turn, context)
        }
    }

    /// The incident that is named, or else the one that is not over; of all services every one
    /// that this task knows.
    private func incidents(about service: String, _ incidentID: String?) -> [IncidentRecord] {
        if let incidentID { return book[incidentID].map { [$0] } ?? [] }
        return service == ServiceName.all
            ? book.current() : book.current(of: service).map { [$0] } ?? []
    }

    // MARK: Directives

    private func take(directive envelope: Envelope, _ context: ReducerContext) throws(Rejection) {
        let payload: DirectivePayload
        do { payload = try envelope.payload() } catch {
            throw refuseUnreadable(envelope, Rejection(error), context)
        }
        guard (1...AlertReader.idBytesMax).contains(payload.commandId.utf8.count) else {
            throw Rejection(.schema, "payload.commandId: missing or too long")
        }
        guard try isNew("directive/" + payload.commandId, envelope, context) else { return }
        let service =
            payload.incidentId.flatMap(ServiceName.ofIncident)
            ?? payload.service.flatMap { ServiceName.isValid($0) ? $0 : nil } ?? ServiceName.all
        do throws(DirectiveRefusal) {
            let directive = try Directive(payload)
            let (record, reason) = try obey(directive, envelope, context)
            context.emit(
                EffectPayload(
                    type: "directive_done", subjectId: payload.commandId, service: record.service,
                    incidentId: record.id, reason: reason),
                key: record.service)
        } catch {
            refuse(
                payload.commandId, service: service, incidentID: payload.incidentId, error, context)
        }
    }

    private func obey(
        _ directive: Directive, _ envelope: Envelope, _ context: ReducerContext
    ) throws(DirectiveRefusal) -> (IncidentRecord, reason: String) {
        let moment = moment(envelope, context)
        let author = directive.author
        var record: IncidentRecord
        let answer: IncidentRecord.Answer
        switch directive.order {
        case .declare(let service, let severity, let title):
            record = try declared(service, severity, title, by: author, envelope)
            answer = record.open(
                declaredBy: author, reason: directive.reason, policy.triggers, at: moment)
        case .acknowledge(let id):
            record = try known(id)
            answer = try record.acknowledge(by: author, reason: directive.reason, at: moment)
        case .note(let id, let text):
            record = try known(id)
            answer = record.note(text, by: author, at: moment)
        case .setSeverity(let id, let severity):
            record = try known(id)
            answer = try record.setSeverity(
                severity, by: author, reason: directive.reason, policy.triggers, at: moment)
        case .resolve(let id):
            record = try known(id)
            answer = record.resolve(by: author, reason: directive.reason, at: moment)
        }
        if let turn = answer.turn {
            desk.publish(record, turn, context)
        }
        return (record, answer.reason)
    }

    private func declared(
        _ service: String, _ severity: Severity, _ title: String, by author: String,
        _ envelope: Envelope
    ) throws(DirectiveRefusal) -> IncidentRecord {
        if let open = book.current(of: service) {
            throw DirectiveRefusal(
                .invalid,
                "\(service) has an incident already: \(open.id), \(open.severity.rawValue), "
                    + "\(open.state.rawValue); acknowledge, note or set the severity of that one")
        }
        guard let id = book.newID(service: service, messageID: envelope.id) else {
            throw DirectiveRefusal(.invalid, "this order has declared an incident before")
        }
        return IncidentRecord(
            id: id, service: service, severity: severity, title: title, declaredBy: author,
            openedBy: envelope.id, ts: envelope.ts)
    }

    private func known(_ id: String) throws(DirectiveRefusal) -> IncidentRecord {
        if let record = book[id] { return record }
        guard let service = ServiceName.ofIncident(id) else {
            throw DirectiveRefusal(
                .unknownIncident,
                "no incident \(OneLine.make(id, bytesMax: 80)): an id is a service and 8 hex "
                    + "digits, such as checkout.0a1b2c3d")
        }
        let hint =
            book.current(of: service).map { "; \(service)'s is \($0.id)" }
            ?? "; \(service) has none that is open"
        throw DirectiveRefusal(.unknownIncident, "no incident \(id)\(hint)")
    }

    private func refuse(
        _ commandID: String, service: String, incidentID: String?, _ refusal: DirectiveRefusal,
        _ context: ReducerContext
    ) {
        context.emit(
            EffectPayload(
                type: "directive_refused", subjectId: commandID, service: service,
                incidentId: incidentID.flatMap { ServiceName.ofIncident($0) == nil ? nil : $0 },
                code: refusal.code.rawValue, reason: OneLine.make(refusal.reason)),
            key: service)
    }

    /// A directive that cannot be read is answered if at least its command is named.
    private func refuseUnreadable(
        _ envelope: Envelope, _ rejection: Rejection, _ context: ReducerContext
    ) -> Rejection {
        guard case .object(let fields) = envelope.payload,
            let id = fields["commandId"]?.stringValue,
            (1...AlertReader.idBytesMax).contains(id.utf8.count)
        else { return rejection }
        do throws(Rejection) {
            guard try isNew("directive/" + id, envelope, context) else { return rejection }
        } catch { return error }
        refuse(
            id, service: ServiceName.all, incidentID: nil,
            DirectiveRefusal(.invalid, rejection.message), context)
        return Rejection(rejection.code, rejection.message, keepsOutputs: true)
    }

    private func moment(_ envelope: Envelope, _ context: ReducerContext) -> Moment {
        Moment(ts: envelope.ts, nowMs: context.nowMs, messageID: envelope.id)
    }

    private func isNew(
        _ id: String, _ envelope: Envelope, _ context: ReducerContext
    ) throws(Rejection) -> Bool {
        let digest: [UInt8]
        do { digest = try envelope.digest() } catch { throw Rejection(error) }
        switch ids.verdict(id, digest: digest) {
        case .duplicate: return false
        case .conflict: throw Rejection(.idConflict, "\(id) came before with another content")
        case .new:
            ids.remember(id, digest: digest, nowMs: context.nowMs)
            return true
        }
    }
}
