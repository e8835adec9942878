internal import Contracts
public import Streams

/// nervous-system: routes what comes in by the ingress, and answers incidents with runbooks.
///
/// The shell around `IngressRouter` and `ResponseStateMachine`: it reads messages, keeps the
/// state in tables and carries out what the machine wants done.
public final class NervousSystemReducer: Reducer {
    private static let alarmPrefix = "response/"

    /// What it reads and writes. The inputs have one partition count.
    public let topology = Topology(
        service: "nervous-system",
        inputs: [BusTopic.ingress, .incident, .outcome, .setting],
        outputs: [
            BusTopic.signal, .alert, .heartbeat, .request, .notification, .view,
        ])

    /// The alarms of responses.
    public let timers: Timers? = Timers()
    /// Ids, responses, settings, alarms.
    public var tables: [any StateStore] {
        [router.memory, responses, settings.table] + (timers.map { [$0] } ?? [])
    }

    private let policy: NervousSystemPolicy
    private let partition: Int32
    private let signingKey: [UInt8]?
    private let router: IngressRouter
    private let settings = AutomationSettings()
    private let responses = Table<String, Response>(id: 2, name: "responses")

    /// The reducer of one task.
    /// - Parameters:
    ///   - schemas: what the ingress holds payloads against.
    ///   - signingKey: the Ed25519 key that signs its requests; nil: they are not signed.
    public init(
        policy: NervousSystemPolicy, schemas: SchemaCatalog, partition: Int32,
        signingKey: [UInt8]? = nil
    ) {
        self.signingKey = signingKey
        self.policy = policy
        self.partition = partition
        router = IngressRouter(policy: policy.ingress, schemas: schemas)
    }

    /// Says which settings it runs, so that whoever waits for one sees it after a restart too.
    public func start(_ context: ReducerContext) { publishSettings(context) }

    /// Takes one message.
    public func reduce(
        _ record: borrowing InputRecord, _ context: ReducerContext
    ) throws(Rejection) {
        if record.input == 0 { return try router.route(record, context) }
        let envelope = try context.decode(record)
        let clockMs = max(0, min(record.timestampMs, context.nowMs))
        guard envelope.ts <= clockMs + policy.ingress.futureToleranceMs else {
            throw Rejection(
                .fromTheFuture, "ts is \(envelope.ts - clockMs) ms ahead of the broker's clock")
        }
        switch record.input {
        case 1: try hear(payload(of: envelope, IncidentPayload.self), envelope, context)
        case 2: hear(try payload(of: envelope, OutcomePayload.self), envelope, context)
        default: try hear(payload(of: envelope, SettingPayload.self), envelope, context)
        }
    }

    /// The alarm of a response.
    public func fire(_ timer: String, dueMs: Int64, _ context: ReducerContext) {
        guard timer.hasPrefix(Self.alarmPrefix) else { return }
        let incidentID = String(timer.dropFirst(Self.alarmPrefix.count))
        guard let response = responses[incidentID] else { return }
        let machine = ResponseStateMachine(response, policy: policy)
        run(machine, .alarm(dueMs: dueMs), saidMs: dueMs, context)
    }

    // MARK: Messages

    private func hear(
        _ news: IncidentPayload, _ envelope: Envelope, _ context: ReducerContext
    ) throws(Rejection) {
        guard ServiceName.ofIncident(news.incidentId) == news.service else {
            throw Rejection(.schema, "payload.incidentId: expected <service>.<8 hex digits>")
        }
        guard news.revision >= 0, news.evidenceTs >= 0 else {
            throw Rejection(.schema, "payload: revision and evidenceTs are never negative")
        }
        let linked = news.runbook.flatMap { policy.runbooks[$0] }
        let machine: ResponseStateMachine
        if let response = responses[news.incidentId] {
            machine = ResponseStateMachine(response, policy: policy)
        } else {
            // Nothing to run and nobody to wake: no record.
            guard linked != nil || policy.notifications.pageSeverities.contains(news.severity)
            else { return }
            machine = ResponseStateMachine(opening: news, policy: policy)
        }
        // News is as old as its evidence: incident-core may have been away as well.
        run(
            machine, .incident(news, runbook: linked), saidMs: min(envelope.ts, news.evidenceTs),
            context)
    }

    private func hear(
        _ outcome: OutcomePayload, _ envelope: Envelope, _ context: ReducerContext
    ) {
        if let contact = outcome.tell, outcome.copy != true { tell(outcome, contact, context) }
        // Outcomes of people's commands and of other services' requests are none of ours.
        guard let incidentID = outcome.incidentId, let response = responses[incidentID] else {
            return
        }
        let machine = ResponseStateMachine(response, policy: policy)
        run(machine, .outcome(outcome), saidMs: envelope.ts, context)
    }

    /// Tells people of an outcome that says so.
    private func tell(_ outcome: OutcomePayload, _ contact: String, _ context: ReducerContext) {
        let isForAll = contact == OutcomePayload.everyone
        let action = outcome.correlationId ?? outcome.commandId
        context.emit(
            NotificationPayload(
                urgency: isForAll ? .tell : .page, service: outcome.service,
                incidentId: outcome.incidentId,
                title: ("\(outcome.status.rawValue): \(outcome.target ?? outcome.action) "
                    + "by \(outcome.author)").cut(utf8Bytes: 200),
                text: (outcome.reason ?? "No reason was given.").cut(utf8Bytes: 4_096),
                commands: ["dreamnet actions show \(action)"],
                contact: isForAll ? nil : contact), key: outcome.service)
    }

    private func hear(
        _ setting: SettingPayload, _ envelope: Envelope, _ context: ReducerContext
    ) throws(Rejection) {
        let affected = responses.sortedKeys().compactMap { responses[$0] }.filter {
            setting.service == ServiceName.all || $0.service == setting.service
        }
        let before = affected.map { $0.view(isPaused: settings.isPaused($0.service)) }
        let changed = try settings.take(setting)
        publishSettings(context)
        guard changed else { return }
        for (response, view) in zip(affected, before) {
            let machine = ResponseStateMachine(response, policy: policy)
            run(
                machine, .automationChanged, saidMs: envelope.ts, context,
                lastView: .some(view))
        }
    }

    private func payload<Payload: MessagePayload>(
        of envelope: Envelope, _: Payload.Type
    ) throws(Rejection) -> Payload {
        do throws(EnvelopeError) { return try envelope.payload() } catch { throw Rejection(error) }
    }

    // MARK: Actions

    /// Runs the machine, and carries out what it wants. `lastView` is what people saw before, if
    /// it cannot be told from the response any more.
    private func run(
        _ machine: ResponseStateMachine, _ event: ResponseEvent, saidMs: Int64,
        _ context: ReducerContext, lastView: ResponseView?? = nil
    ) {
        var machine = machine
        let id = machine.response.incidentID
        let service = machine.response.service
        let isPaused = settings.isPaused(service)
        let before = lastView ?? responses[id]?.view(isPaused: isPaused)
        let actions = machine.handle(
            event,
            at: ResponseMoment(
                nowMs: context.nowMs, saidMs: saidMs, mode: policy.mode(of: service),
                isPaused: isPaused))
        if responses[id] != machine.response { responses[id] = machine.response }
        for action in actions {
            switch action {
            case .request(let request, let requestID):
                context.emit(request, id: requestID, key: service, signedBy: signingKey)
            case .notify(let notification): context.emit(notification, key: service)
            case .setAlarm(let dueMs): timers?.set(Self.alarmPrefix + id, dueMs: dueMs)
            case .cancelAlarm: timers?.cancel(Self.alarmPrefix + id)
            case .forget:
                responses[id] = nil
                if before != nil { context.emitTombstone(.view, key: Self.viewKey(id)) }
                return
            }
        }
        let after = machine.response.view(isPaused: isPaused)
        if let after, after != before { context.emit(after, key: Self.viewKey(id)) }
    }

    private func publishSettings(_ context: ReducerContext) {
        context.emit(
            settings.view(partition: partition),
            key: "settings/\(topology.service)/\(partition)")
    }

    private static func viewKey(_ incidentID: String) -> String { "response/\(incidentID)" }
}
