internal import Contracts

/// The flags as they must be: an account of its own of who holds what, kept from the orders that
/// control-core says that it has carried out. It shares no code with control-core.
struct FlagAccount {
    private struct Hold: Equatable {
        let holder: String
        let value: FlagValue
        let expiresAt: Int64?
    }

    private var holds: [String: [Hold]] = [:]

    /// Takes the next order of a service that was carried out.
    mutating func take(_ outcome: OutcomePayload, _ request: RequestPayload, role: Role) {
        let isPerson = role == .operator
        let holder =
            isPerson
            ? "person/\(request.author)"
            : request.incidentId.map { "incident/\($0)" } ?? request.author
        let overrides = isPerson && request.override == true
        let isOn = request.enabled ?? (request.hotkey?.hasSuffix("=on") == true)
        for (flag, value) in Self.targets(outcome.action, request) {
            // A module is held by whoever disables it.
            let holdsIt = outcome.action == "set_module" ? !isOn : isOn
            let isRelease = outcome.action == "release_flag"
            var all = holds["\(outcome.service)/\(flag)"] ?? []
            if overrides { all = [] } else { all.removeAll { $0.holder == holder } }
            if holdsIt, !isRelease {
                all.append(Hold(holder: holder, value: value, expiresAt: request.expiresAt))
            } else if overrides, !isRelease, let rest = FlagRules.rest(flag) {
                all.append(Hold(holder: holder, value: rest, expiresAt: request.expiresAt))
            }
            holds["\(outcome.service)/\(flag)"] = all
        }
    }

    /// How the flags differ from the account, a line each; `nowMs` is how far control-core's time
    /// has come, so which holds have run out.
    func differences(from flags: [String: FlagPayload], nowMs: Int64) -> [String] {
        Set(holds.keys).union(flags.keys).sorted().compactMap { key in
            let flag = String(key[key.index(after: key.firstIndex(of: "/") ?? key.startIndex)...])
            let expected = (holds[key] ?? []).filter { ($0.expiresAt ?? .max) > nowMs }
            let value = FlagRules.fold(flag, expected.map(\.value))
            let actual = flags[key]
            let actualHolds = (actual?.holders ?? []).map {
                Hold(holder: $0.holder, value: $0.value, expiresAt: $0.expiresAt)
            }
            let isSame =
                (actual?.value ?? FlagRules.rest(flag)) == value
                && Self.sorted(actualHolds) == Self.sorted(expected)
            return isSame
                ? nil : "\(key) is \(String(describing: actual)), the orders say \(expected)"
        }
    }

    private static func targets(
        _ action: String, _ request: RequestPayload
    ) -> [(flag: String, value: FlagValue)] {
        switch action {
        case "set_safe_mode":
            [
                ("safe_mode", .bool(true)), ("tool_use", .bool(false)),
                ("external_calls", .bool(false)),
            ]
        case "set_write_drain": [("write_drain", .bool(true))]
        case "set_kill_switch": [("kill_switch", .bool(true))]
        case "set_module": [("module:\(request.module ?? "")", .bool(false))]
        case "set_rate_limit": [("rate_limit", .number(request.percent ?? 50))]
        case "set_autoscale": [("autoscale", .number(request.factor ?? 2))]
        case "release_flag": [(request.flag ?? "", .bool(false))]
        default: []
        }
    }

    private static func sorted(_ holds: [Hold]) -> [Hold] {
        holds.sorted { $0.holder < $1.holder }
    }
}
