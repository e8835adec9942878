import Contracts
import Streams

/// Counts alerts by service, says each count as a heartbeat, and a minute after the first alert
/// of a service says goodbye.
struct TallyReducer: Reducer {
    let topology = Topology(
        service: "tally", inputs: [.alert, .setting], outputs: [.heartbeat, .view])
    let counts = Table<String, Int64>(id: 1, name: "counts")
    let alarm = Timers()
    var tables: [any StateStore] { [counts, alarm] }
    var timers: Timers? { alarm }
    /// What a reducer must not have: memory outside its tables.
    var leaks = false
    var memory: Int64 = 0

    mutating func reduce(
        _ record: borrowing InputRecord, _ context: ReducerContext
    ) throws(Rejection) {
        let envelope = try context.decode(record)
        let alert: AlertPayload
        do { alert = try envelope.payload() } catch { throw Rejection(error) }
        let count = counts.update(alert.service, initial: 0) { count in
            count += 1
            return count
        }
        if leaks { memory += 1 }
        context.emit(
            HeartbeatPayload(
                service: alert.service, instance: "1", flagsVersion: count + memory),
            key: alert.service)
        if alarm.dueMs(alert.service) == nil {
            alarm.set(alert.service, dueMs: context.nowMs + 60_000)
        }
        if alert.reason == "refuse" { throw Rejection(.refused, "as told") }
        if alert.reason == "refuse, but say so" {
            throw Rejection(.refused, "as told", keepsOutputs: true)
        }
    }

    mutating func fire(_ timer: String, dueMs: Int64, _ context: ReducerContext) {
        context.emit(
            HeartbeatPayload(service: timer, instance: "timer", flagsVersion: dueMs), key: timer)
    }

    /// An alert about `service`.
    static func alert(_ service: String, reason: String = "test") -> AlertPayload {
        AlertPayload(
            type: "alert_raised", alertId: "a", service: service, signal: .errors, severity: .p0,
            evidenceTs: 0, raisedTs: 0, reason: reason)
    }
}
