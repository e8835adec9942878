internal import Contracts
internal import Streams

/// Orders that were given by break-glass, on a machine that could not reach Kafka: they come late,
/// and what was decided on the bus in between outweighs them (docs/decisions/0011).
extension ControlCoreReducer {
    /// Whether an order is of now, or may be of the past, and of whom it says.
    func checkOrigin(
        _ envelope: Envelope, _ request: RequestPayload, _ source: AccessCheck.Source,
        _ context: ReducerContext
    ) throws(OrderRefusal) {
        if request.breakGlass == nil {
            try checkAge(envelope, brokerMs: source.brokerMs, nowMs: context.nowMs)
        } else {
            try checkBreakGlass(envelope, request, source, nowMs: context.nowMs)
        }
        try checkSignature(
            envelope, author: request.author, isBreakGlass: request.breakGlass != nil, source,
            context)
    }

    private func checkAge(
        _ envelope: Envelope, brokerMs: Int64, nowMs: Int64
    ) throws(OrderRefusal) {
        guard envelope.ts <= brokerMs + policy.futureToleranceMs else {
            throw OrderRefusal(
                .fromTheFuture, "ts is \((envelope.ts - brokerMs) / 1000) s ahead of the broker")
        }
        let ageMs = nowMs - envelope.ts
        guard ageMs <= policy.commandMaxAgeMs else {
            throw OrderRefusal(
                .stale,
                "the order is \(ageMs / 1000) s old, above \(policy.commandMaxAgeMs / 1000) s; "
                    + "give it again if it still holds")
        }
    }

    /// What speaks against an order of the past.
    func checkBreakGlass(
        _ envelope: Envelope, _ request: RequestPayload, _ source: AccessCheck.Source,
        nowMs: Int64
    ) throws(OrderRefusal) {
        guard source.isFromPeople, envelope.role == .operator else {
            throw OrderRefusal(
                .notAllowed, "breakGlass: only a person's own order, on nervous.command")
        }
        guard source.signature != nil else {
            throw OrderRefusal(.notAllowed, "breakGlass: such an order is always signed")
        }
        guard envelope.ts <= source.brokerMs + policy.futureToleranceMs else {
            throw OrderRefusal(.fromTheFuture, "ts is ahead of the broker's clock")
        }
        guard nowMs - envelope.ts <= policy.idsRememberedMs else {
            throw OrderRefusal(
                .expired, "the order is \((nowMs - envelope.ts) / 3_600_000) h old")
        }
        if let expiresAt = request.expiresAt, expiresAt <= nowMs {
            throw OrderRefusal(.expired, "it has ended by itself before Kafka was back")
        }
    }

    /// The flags of an order by break-glass must stand as its author knew them.
    func checkUnchanged(_ order: Order, ts: Int64) throws(OrderRefusal) {
        guard let note = order.request.breakGlass else { return }
        let names: [String]
        switch order.action {
        case .hold(let targets): names = targets.map(\.flag)
        case .letGo(let flags): names = flags
        case .set, .direct, .run, .actOn:
            throw OrderRefusal(.invalid, "breakGlass: for orders about flags alone")
        }
        for name in names {
            let key = FlagBoard.key(service: order.service, flag: name)
            guard let state = flags.table[key] else { continue }
            // What an order of the same outage did before does not count as news.
            let mark = breakGlass[key].flatMap { $0.version == state.version ? $0 : nil }
            let version = mark?.versionBefore ?? state.version
            let changedMs = mark?.changedMsBefore ?? state.updatedMs
            let isNews = note.baseVersion.map { version > $0 } ?? (changedMs > ts)
            guard isNews else { continue }
            let by = state.holders.last.map { " by \($0.author)" } ?? ""
            throw OrderRefusal(
                .superseded,
                "\(name) was changed on the bus\(by) at version \(version), after what was known on "
                    + "\(note.host.prefix(64))" + (note.baseVersion.map { " (\($0))" } ?? "")
                    + "; give the order again if it still holds")
        }
    }

    /// The flags of an order by break-glass as they stand; of another none is looked up.
    func states(_ names: [String], _ order: Order) -> [String: FlagState] {
        guard order.request.breakGlass != nil else { return [:] }
        var states: [String: FlagState] = [:]
        for name in names {
            let key = FlagBoard.key(service: order.service, flag: name)
            if let state = flags.table[key] { states[key] = state }
        }
        return states
    }

    /// Remembers how the flags stood before an order by break-glass changed them.
    func markBreakGlass(_ order: Order, _ before: [String: FlagState], _ result: FlagBoard.Result) {
        guard order.request.breakGlass != nil else { return }
        for change in result.changes {
            let key = FlagBoard.key(service: order.service, flag: change.flag)
            let state = before[key]
            let earlier = breakGlass[key].flatMap { $0.version == state?.version ? $0 : nil }
            breakGlass[key] = BreakGlassMark(
                version: change.after.version,
                versionBefore: earlier?.versionBefore ?? state?.version ?? 0,
                changedMsBefore: earlier?.changedMsBefore ?? state?.updatedMs ?? 0)
        }
    }

    /// Says for the history what became of an order by break-glass.
    func tellBreakGlass(
        _ request: RequestPayload, id: String, ts: Int64, _ refusal: OrderRefusal?,
        _ context: ReducerContext
    ) {
        guard let note = request.breakGlass else { return }
        let type =
            switch refusal?.code {
            case nil: "break_glass_applied"
            case .superseded?: "break_glass_superseded"
            default: "break_glass_refused"
            }
        let service = request.service.flatMap { ServiceName.isValid($0) ? $0 : nil }
        let flags = FlagOrder(request)?.flags
        say(
            ControlEventPayload(
                type: type, service: service ?? ServiceName.all,
                reason: refusal?.reason ?? request.reason,
                author: String(request.author.prefix(64)), commandId: id,
                flags: flags, host: String(note.host.prefix(64)), givenMs: ts), context)
    }
}
