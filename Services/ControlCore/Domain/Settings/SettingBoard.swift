internal import Contracts
internal import Streams

/// The settings that every task of a service must know.
final class SettingBoard {
    let table = Table<String, SettingState>(id: 2, name: "settings")
    private let timers: Timers
    private let nextVersion: () -> Int64
    private static let timerPrefix = "setting|"

    init(timers: Timers, nextVersion: @escaping () -> Int64) {
        self.timers = timers
        self.nextVersion = nextVersion
    }

    /// Sets `name` as ordered; nil if it was so already. What a person has set, the automation
    /// leaves alone until a person sets it back.
    func set(
        _ name: SettingName, to value: String, for order: Order
    ) throws(OrderRefusal) -> SettingPayload? {
        let key = "\(order.service)/\(name.rawValue)"
        let expiresAt = value == name.rest ? nil : order.request.expiresAt
        let before = table[key]
        let isHeld = before.map { $0.isPersons && $0.value != name.rest } ?? false
        if isHeld, !order.actor.isPerson, let before {
            throw OrderRefusal(
                .held, "skipped: held by \(before.author)",
                heldBy: [Actor.personPrefix + before.author])
        }
        guard
            before?.value ?? name.rest != value || before?.expiresAt != expiresAt
                || before?.isPersons ?? false != order.actor.isPerson && value != name.rest
        else { return nil }
        let state = SettingState(
            value: value, version: nextVersion(), author: order.actor.author,
            reason: order.request.reason, expiresAt: expiresAt, commandID: order.id,
            isPersons: order.actor.isPerson)
        table[key] = state
        if let expiresAt {
            timers.set(Self.timerPrefix + key, dueMs: expiresAt)
        } else {
            timers.cancel(Self.timerPrefix + key)
        }
        return payload(order.service, name, state)
    }

    /// Sets back what has run out; nil if the timer is none of a setting.
    func expire(timer: String) -> SettingPayload? {
        guard timer.hasPrefix(Self.timerPrefix) else { return nil }
        let key = String(timer.dropFirst(Self.timerPrefix.count))
        guard let slash = key.firstIndex(of: "/"), var state = table[key],
            let name = SettingName(rawValue: String(key[key.index(after: slash)...]))
        else { return nil }
        state.value = name.rest
        state.version = nextVersion()
        state.expiresAt = nil
        state.reason = "expired"
        table[key] = state
        return payload(String(key[..<slash]), name, state)
    }

    /// Whether the automation is paused for `service`.
    func isPaused(_ service: String) -> Bool {
        [service, ServiceName.all].contains {
            table["\($0)/\(SettingName.automation.rawValue)"]?.value == "paused"
        }
    }

    private func payload(
        _ service: String, _ name: SettingName, _ state: SettingState
    ) -> SettingPayload {
        SettingPayload(
            name: name, service: service, value: state.value, version: state.version,
            author: state.author, reason: state.reason, expiresAt: state.expiresAt,
            commandId: state.commandID)
    }
}
