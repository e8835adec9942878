internal import Contracts
internal import Streams

/// Writes down what happened to incidents, says it, and sets the timers that follow from where
/// they stand.
struct IncidentDesk {
    let policy: IncidentCorePolicy
    let book: IncidentBook
    let schedule: Timers

    /// Keeps `changed` and says its turn; without one nothing is said.
    func publish(_ changed: IncidentRecord, _ turn: Turn?, _ context: ReducerContext) {
        var record = changed
        reschedule(record)
        if let turn {
            book.add(turn.lines, to: &record, countMax: policy.timelineMax)
            if let type = turn.type {
                record.revision += 1
                record.lastType = type
                record.lastReason = turn.reason
                context.emit(record.payload, key: record.service)
                show(record, context)
            } else {
                showSoon(record, context)
            }
        } else {
            book.keep(record)
        }
        for id in book.surplus(of: record.service, countMax: policy.incidentsKeptMax) {
            forget(id, context)
        }
    }

    /// Says the view of the incident, and keeps it.
    func show(_ shown: IncidentRecord, _ context: ReducerContext) {
        var record = shown
        record.viewMs = context.nowMs
        book.keep(record)
        schedule.cancel(IncidentTimer.view.key(record.id))
        context.emit(
            IncidentView(
                incident: record.payload, timeline: book.timeline(of: record),
                dropped: Int(clamping: record.lines.lowerBound)),
            key: viewKey(record.id))
    }

    /// Forgets the incident, and takes its view away.
    func forget(_ id: String, _ context: ReducerContext) {
        for kind in [IncidentTimer.stable, .view, .forget] { schedule.cancel(kind.key(id)) }
        book.forget(id)
        context.emitTombstone(.view, key: viewKey(id))
    }

    /// A storm of lines renews the view once an interval, the last of them included.
    private func showSoon(_ record: IncidentRecord, _ context: ReducerContext) {
        let dueMs = record.viewMs + policy.viewIntervalMs
        guard dueMs > context.nowMs else { return show(record, context) }
        book.keep(record)
        schedule.set(IncidentTimer.view.key(record.id), dueMs: dueMs)
    }

    private func reschedule(_ record: IncidentRecord) {
        let stable = IncidentTimer.stable.key(record.id)
        if let stableMs = record.stableMs(policy) {
            // A window that has begun before has its timer, or has had it.
            let hasBegun = book[record.id]?.clearTakenMs == record.clearTakenMs
            if !hasBegun { schedule.set(stable, dueMs: stableMs) }
        } else {
            schedule.cancel(stable)
        }
        let forget = IncidentTimer.forget.key(record.id)
        if let resolvedTs = record.resolvedTs {
            schedule.set(forget, dueMs: resolvedTs + policy.viewKeptMs)
        } else {
            schedule.cancel(forget)
        }
    }

    private func viewKey(_ id: String) -> String { "incident/\(id)" }
}
