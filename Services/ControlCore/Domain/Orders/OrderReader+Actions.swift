internal import Contracts

/// Orders about actions, agents and emergencies.
extension OrderReader {
    func run(_ request: RequestPayload, service: String) throws(OrderRefusal) -> Order.Action {
        guard let name = request.action else { throw OrderRefusal(.invalid, "action: missing") }
        guard (request.arguments ?? []).count <= 32 else {
            throw OrderRefusal(.invalid, "arguments: more than 32")
        }
        do throws(ActionError) {
            return .run(
                try policy.actions.call(
                    name, service: service, arguments: request.arguments ?? []))
        } catch {
            throw OrderRefusal(
                error.code == .unknownAction ? .unknownAction : .invalid, error.message)
        }
    }

    func checkActOn(_ type: CommandType, _ request: RequestPayload) throws(OrderRefusal) {
        guard let id = request.actionId, (1...256).contains(id.utf8.count) else {
            throw OrderRefusal(.invalid, "actionId: expected 1 to 256 bytes")
        }
        guard type == .settleAction else { return }
        guard ["done", "not_done", "retry"].contains(request.result) else {
            throw OrderRefusal(.invalid, "result: expected done, not_done or retry")
        }
    }

    /// Seed 000, quarantineAgent: apps see by its flag that nobody is to listen to the agent.
    func quarantine(
        _ type: CommandType, _ request: RequestPayload
    ) throws(OrderRefusal) -> Order.Action {
        guard let agent = request.agent, FlagRules.rest(FlagRules.agent(agent)) != nil,
            agent.utf8.count <= 128,
            agent.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7f }),
            !agent.contains(where: { "/|".contains($0) })
        else {
            throw OrderRefusal(.invalid, "agent: expected a name without '/', '|' and spaces")
        }
        let flag = FlagRules.agent(agent)
        return type == .quarantineAgent
            ? .hold([.init(flag: flag, value: .bool(false))]) : .letGo([flag])
    }

    /// Seed 001, "Emergency Mode": nothing goes out and nothing is written, in one order.
    func emergency(_ request: RequestPayload) throws(OrderRefusal) -> Order.Action {
        let targets: [Order.FlagTarget] = [
            .init(flag: FlagRules.emergency, value: .bool(true)),
            .init(flag: FlagRules.safeMode, value: .bool(true)),
            .init(flag: FlagRules.toolUse, value: .bool(false)),
            .init(flag: FlagRules.externalCalls, value: .bool(false)),
            .init(flag: FlagRules.writeDrain, value: .bool(true)),
        ]
        guard let enabled = request.enabled else {
            throw OrderRefusal(.invalid, "enabled: missing; expected true or false")
        }
        if enabled, (request.reason ?? "").isEmpty {
            throw OrderRefusal(.invalid, "reason: missing; emergency mode is never without one")
        }
        return enabled ? .hold(targets) : .letGo(targets.map(\.flag))
    }
}

extension CommandType {
    /// Whether it is about an action that is named by its id.
    var actsOnAction: Bool {
        switch self {
        case .approveAction, .refuseAction, .settleAction, .undoAction: true
        default: false
        }
    }
}
