internal import Contracts
internal import Streams

/// The flags and their holders: takes holds, ends them, folds the values, and says what changed.
final class FlagBoard {
    /// What became of one order.
    struct Result {
        /// Flags whose record changed, with the value before.
        var changes: [(flag: String, before: FlagValue, after: FlagState)] = []
        /// Whoever else keeps a flag as it is.
        var heldBy: [String] = []
    }

    let table = Table<String, FlagState>(id: 1, name: "flags")
    private let timers: Timers
    private let nextVersion: () -> Int64
    private static let timerPrefix = "hold|"

    init(timers: Timers, nextVersion: @escaping () -> Int64) {
        self.timers = timers
        self.nextVersion = nextVersion
    }

    /// The key of a flag's record: `<service>/<flag>`.
    static func key(service: String, flag: String) -> String { "\(service)/\(flag)" }

    /// Holds `targets` for the order's author.
    func hold(
        _ targets: [Order.FlagTarget], for order: Order, nowMs: Int64
    ) throws(OrderRefusal) -> Result {
        try refuseIfHeldByPerson(targets.map(\.flag), order)
        var result = Result()
        for target in targets {
            let hold = FlagHold(
                holder: order.actor.holder, value: target.value, author: order.actor.author,
                reason: order.request.reason, sinceMs: nowMs, expiresAt: order.request.expiresAt,
                except: order.service == ServiceName.all ? order.request.except : nil,
                commandId: order.id)
            change(order.service, target.flag, nowMs, &result) { state in
                let others = order.overrides ? [] : state.others(than: hold.holder)
                state.holders = others + [hold]
            }
        }
        return result
    }

    /// Ends the author's hold on `flags`; an override ends every hold, and (but for a release)
    /// keeps the flag at rest for the author, so that no automation sets it again.
    func letGo(_ flags: [String], for order: Order, nowMs: Int64) -> Result {
        var result = Result()
        for flag in flags {
            change(order.service, flag, nowMs, &result) { state in
                guard order.overrides else {
                    state.holders = state.others(than: order.actor.holder)
                    return
                }
                state.holders = []
                if order.type != .releaseFlag, let rest = FlagRules.rest(flag) {
                    state.holders = [
                        FlagHold(
                            holder: order.actor.holder, value: rest, author: order.actor.author,
                            reason: order.request.reason, sinceMs: nowMs,
                            expiresAt: order.request.expiresAt, commandId: order.id)
                    ]
                }
            }
            let key = Self.key(service: order.service, flag: flag)
            for hold in table[key]?.others(than: order.actor.holder) ?? []
            where !result.heldBy.contains(hold.holder) {
                result.heldBy.append(hold.holder)
            }
        }
        return result
    }

    /// Ends the hold whose time is up; nil if the timer is none of a hold.
    func expire(timer: String, dueMs: Int64) -> (service: String, result: Result)? {
        guard timer.hasPrefix(Self.timerPrefix) else { return nil }
        let rest = timer.dropFirst(Self.timerPrefix.count)
        guard let bar = rest.firstIndex(of: "|"),
            let slash = rest[..<bar].firstIndex(of: "/")
        else { return nil }
        let service = String(rest[..<slash])
        let flag = String(rest[rest.index(after: slash)..<bar])
        let holder = String(rest[rest.index(after: bar)...])
        var result = Result()
        change(service, flag, dueMs, &result) { state in
            state.holders.removeAll { $0.holder == holder && ($0.expiresAt ?? .max) <= dueMs }
        }
        return (service, result)
    }

    /// The record of a flag for `nervous.flags`.
    func payload(service: String, flag: String) -> FlagPayload? {
        guard let state = table[Self.key(service: service, flag: flag)] else { return nil }
        // A service is exempt only if every hold leaves it out.
        let exempt = state.holders.dropFirst().reduce(Set(state.holders.first?.except ?? [])) {
            $0.intersection($1.except ?? [])
        }
        return FlagPayload(
            service: service, flag: flag, value: state.value, version: state.version,
            holders: state.holders, except: exempt.isEmpty ? nil : exempt.sorted(),
            updatedMs: state.updatedMs)
    }

    /// Whether a switch is on for a service: its own, or that of all unless the service is exempt.
    func isSet(_ flag: String, for service: String) -> Bool {
        let all = payload(service: ServiceName.all, flag: flag)
        let isExempt = all?.except?.contains(service) ?? false
        return payload(service: service, flag: flag)?.value == .bool(true)
            || all?.value == .bool(true) && !isExempt
    }

    private func refuseIfHeldByPerson(
        _ flags: [String], _ order: Order
    ) throws(OrderRefusal) {
        guard !order.actor.isPerson else { return }
        for flag in flags {
            let scopes = [order.service, ServiceName.all]
            for hold in scopes.compactMap({ table[Self.key(service: $0, flag: flag)]?.personHold })
            where !(hold.except ?? []).contains(order.service) {
                throw OrderRefusal(
                    .held, "skipped: held by \(hold.author)", heldBy: [hold.holder])
            }
        }
    }

    /// Changes the holders of a flag, folds its value, and records it if anything differs.
    private func change(
        _ service: String, _ flag: String, _ nowMs: Int64, _ result: inout Result,
        _ body: (inout FlagState) -> Void
    ) {
        guard let rest = FlagRules.rest(flag) else { return }
        let key = Self.key(service: service, flag: flag)
        let before = table[key] ?? FlagState(value: rest)
        var after = before
        body(&after)
        guard after.holders != before.holders else { return }
        after.value = FlagRules.fold(flag, after.holders.map(\.value))
        after.version = nextVersion()
        after.updatedMs = nowMs
        table[key] = after
        moveTimers(key, from: before.holders, to: after.holders)
        result.changes.append((flag, before.value, after))
    }

    private func moveTimers(_ key: String, from before: [FlagHold], to after: [FlagHold]) {
        for hold in before where hold.expiresAt != nil { timers.cancel(timer(key, hold)) }
        for hold in after {
            if let expiresAt = hold.expiresAt { timers.set(timer(key, hold), dueMs: expiresAt) }
        }
    }

    private func timer(_ key: String, _ hold: FlagHold) -> String {
        "\(Self.timerPrefix)\(key)|\(hold.holder)"
    }
}
