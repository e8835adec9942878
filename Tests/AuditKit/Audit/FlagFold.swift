package import Contracts

/// The flags as they must be: an account of its own of who holds what, kept from the orders that
/// control-core says that it has carried out. It shares no code with control-core.
package struct FlagFold {
    private struct Hold: Equatable {
        let holder: String
        let value: FlagValue
    }

    private var holds: [String: [Hold]] = [:]

    /// Keeps the account from every final outcome, service by service, in the order of each.
    package init(_ audit: TopicAudit) {
        for outcomes in audit.finalsOfService.values {
            for outcome in outcomes where outcome.status == .succeeded {
                guard let order = audit.orders[outcome.commandId] else { continue }
                take(outcome, order)
            }
        }
    }

    /// How the flags differ from the account, a line each.
    package func differences(from flags: [String: FlagPayload]) -> [String] {
        Set(holds.keys).union(flags.keys).sorted().compactMap { key in
            let flag = String(key[key.index(after: key.firstIndex(of: "/") ?? key.startIndex)...])
            let expected = holds[key] ?? []
            let value = FlagRules.fold(flag, expected.map(\.value))
            let actual = flags[key]
            let actualHolds = (actual?.holders ?? []).map {
                Hold(holder: $0.holder, value: $0.value)
            }
            let isSame =
                (actual?.value ?? FlagRules.rest(flag)) == value
                && Self.sorted(actualHolds) == Self.sorted(expected)
            return isSame ? nil : "\(key): \(String(describing: actual)), expected \(expected)"
        }
    }

    private mutating func take(_ outcome: OutcomePayload, _ order: TopicAudit.Order) {
        let request = order.request
        let isPerson = order.role == .operator
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
                all.append(Hold(holder: holder, value: value))
            } else if overrides, !isRelease, let rest = FlagRules.rest(flag) {
                all.append(Hold(holder: holder, value: rest))
            }
            holds["\(outcome.service)/\(flag)"] = all
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
