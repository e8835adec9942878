internal import Contracts
internal import Streams

/// Makes orders of an instance's environment, each once: what a person has ended since is not
/// ordered again when the instance restarts, only when the variable has changed.
final class EnvironmentDesk {
    /// Of every variable and instance what it ordered last. Names of instances may be those of
    /// pods, so only so many are kept, the newest.
    let table = Table<String, EnvironmentState>(id: 10, name: "environment")

    private let hotkeys: [EnvironmentHotkey]
    private let instance: String
    private let countMax: Int

    init(policy: ControlCorePolicy) {
        hotkeys = policy.environment
        instance = policy.instance
        countMax = policy.environmentMax
    }

    /// Whether this instance's environment orders anything.
    var isEmpty: Bool { hotkeys.isEmpty }

    /// What is to be said at the start, with the ids.
    func begin(nowMs: Int64) -> [(id: String, request: RequestPayload)] {
        var orders: [(id: String, request: RequestPayload)] = []
        for hotkey in hotkeys {
            let key = Self.key(hotkey.name, instance)
            let before = table[key]
            guard before?.value != hotkey.value else { continue }
            let state = EnvironmentState(
                value: hotkey.value, turn: (before?.turn ?? 0) + 1, orderedMs: nowMs)
            table[key] = state
            orders.append(
                (
                    Self.id(hotkey, instance, turn: state.turn), hotkey.request(instance: instance)
                ))
        }
        forgetOldest()
        return orders
    }

    /// Whether a message is an order that an instance's environment gave and that was not taken
    /// yet; it is taken from then on. Nobody else can say one: the table knows what was ordered.
    func takes(_ id: String, _ request: RequestPayload) -> Bool {
        guard request.author.hasPrefix(Actor.environmentPrefix) else { return false }
        let instance = String(request.author.dropFirst(Actor.environmentPrefix.count))
        for name in EnvironmentHotkey.names {
            let key = Self.key(name, instance)
            guard var state = table[key], !state.isTaken,
                let hotkey = try? EnvironmentHotkey(name, state.value),
                id == Self.id(hotkey, instance, turn: state.turn),
                request == hotkey.request(instance: instance)
            else { continue }
            state.isTaken = true
            table[key] = state
            return true
        }
        return false
    }

    private func forgetOldest() {
        guard table.count > countMax else { return }
        let aged = table.sortedKeys().map { (key: $0, orderedMs: table[$0]?.orderedMs ?? 0) }
            .sorted { ($0.orderedMs, $0.key) < ($1.orderedMs, $1.key) }
        for entry in aged.prefix(table.count - countMax) { table[entry.key] = nil }
    }

    private static func key(_ name: String, _ instance: String) -> String { "\(name)|\(instance)" }

    /// Of name, value and instance; where the value has changed and changed back, of its turn too.
    private static func id(_ hotkey: EnvironmentHotkey, _ instance: String, turn: Int64) -> String {
        "environment/\(hotkey.name)=\(hotkey.value)@\(instance)" + (turn == 1 ? "" : "#\(turn)")
    }
}
