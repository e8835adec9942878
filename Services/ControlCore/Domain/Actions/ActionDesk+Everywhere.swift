internal import Contracts
internal import Signing
internal import Streams

/// What follows from an action on the other services.
extension ActionDesk {
    /// Runs the verb that the action names on every other service that has it, in the same person's
    /// name: each is an action of its own, with an outcome of its own.
    func goEverywhere(_ state: ActionState, nowMs: Int64) {
        guard let verb = call(of: state)?.definition.everywhere else { return }
        let services = policy.actions.services.keys.sorted().filter {
            $0 != state.service && policy.actions.services[$0]?[verb] != nil
        }
        for (ordinal, service) in services.enumerated() {
            let id = DerivedID.make(from: state.id, ordinal: ordinal, salt: "everywhere")
            let request = RequestPayload(
                type: CommandType.runAction.rawValue, author: state.actor.author, service: service,
                reason: "after \(state.id)" + (state.reason.map { ": \($0)" } ?? ""),
                incidentId: nil, action: verb)
            follow(state, service, verb, id: id, request, nowMs: nowMs)
        }
    }

    private func follow(
        _ state: ActionState, _ service: String, _ verb: String, id: String,
        _ request: RequestPayload, nowMs: Int64
    ) {
        do throws(OrderRefusal) {
            let call: ActionCall
            do throws(ActionError) {
                call = try policy.actions.call(verb, service: service, arguments: [])
            } catch { throw OrderRefusal(.invalid, error.message) }
            // One that goes everywhere itself would never end.
            guard call.definition.everywhere == nil else { return }
            let order = Order(
                id: id, type: .runAction, action: .run(call), actor: state.actor, service: service,
                request: request)
            try run(call, order, nowMs: nowMs)
        } catch {
            news.append(
                .outcome(
                    OutcomePayload(
                        commandId: id, status: .rejected, final: true,
                        action: CommandType.runAction.rawValue, author: state.actor.author,
                        service: service, code: error.code, reason: error.reason),
                    replyKey: nil, nil))
        }
    }
}
