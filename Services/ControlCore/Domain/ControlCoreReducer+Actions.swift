internal import Contracts
internal import Streams

/// Actions: what the desk wants said is said here.
extension ControlCoreReducer {
    /// Approves, refuses, settles or takes back an action that is named by its id.
    func actOn(_ order: Order, _ context: ReducerContext) throws(OrderRefusal) {
        let service: String
        switch order.type {
        case .approveAction:
            service = try actions.approve(
                order, isSolo: order.request.solo == true, nowMs: context.nowMs)
        case .refuseAction: service = try actions.refuse(order, nowMs: context.nowMs)
        case .settleAction: service = try actions.settle(order, nowMs: context.nowMs)
        default:
            // The undo is an action of its own: its outcomes are the desk's.
            _ = try actions.undo(order, nowMs: context.nowMs)
            return tell(actions.takeNews(), context)
        }
        let news = actions.takeNews()
        var done = outcome(of: order, .succeeded)
        done.service = service
        done.correlationId = order.request.actionId
        say(done, copyTo: order.request.replyKey, context)
        tell(news, context)
    }

    /// A signature that is wrong, or missing where it is required, is refused and told: somebody may
    /// be trying to give orders under another's name.
    func checkSignature(
        _ envelope: Envelope, author: String, isBreakGlass: Bool, _ source: AccessCheck.Source,
        _ context: ReducerContext
    ) throws(OrderRefusal) {
        do throws(OrderRefusal) {
            try access.checkSignature(
                of: envelope.role, author: author, isBreakGlass: isBreakGlass, source)
        } catch {
            say(
                ControlEventPayload(
                    type: "signature_refused", service: ServiceName.all, reason: error.reason,
                    author: author.isEmpty ? "unknown" : String(author.prefix(64)),
                    commandId: envelope.id), context)
            throw error
        }
    }

    /// An order whose id was seen changes nothing, and its outcome stands. Where orders are signed, who
    /// sends one again may be somebody who has seen it on the way.
    func tellReplay(of envelope: Envelope, _ context: ReducerContext) {
        guard policy.access.requiresSignatures else { return }
        let request = try? envelope.payload(as: RequestPayload.self)
        // Each subscriber of a machine publishes the orders that were given there.
        guard request?.breakGlass == nil else { return }
        let author = request?.author ?? ""
        say(
            ControlEventPayload(
                type: "order_replayed", service: ServiceName.all,
                reason: "an order with this id was taken before; this one changes nothing",
                author: author.isEmpty ? "unknown" : String(author.prefix(64)),
                commandId: envelope.id), context)
    }

    func take(actionEffect envelope: Envelope, _ context: ReducerContext) throws(Rejection) {
        let effect: ActionEffectPayload
        do { effect = try envelope.payload(as: ActionEffectPayload.self) } catch {
            throw Rejection(error)
        }
        actions.take(effect, nowMs: context.nowMs)
        tell(actions.takeNews(), context)
    }

    func tell(_ news: [ActionNews], _ context: ReducerContext) {
        for item in news {
            switch item {
            case .outcome(let outcome, let replyKey, let attempts):
                say(outcome, copyTo: replyKey, attempts: attempts, context)
            case .intent(let intent, let attempts):
                context.emit(intent, key: intent.target, headers: attempts?.headers ?? [])
            case .event(let event): say(event, context)
            case .flags(let settings, let state): set(settings, for: state, context)
            }
        }
    }

    /// Holds, or lets go of, flags of the action's service for its author.
    private func set(
        _ settings: [ActionStep.FlagSetting], for state: ActionState, _ context: ReducerContext
    ) {
        let request = RequestPayload(
            type: CommandType.runAction.rawValue, author: state.actor.author,
            service: state.service, reason: state.reason, incidentId: state.incidentID)
        let order = Order(
            id: state.id, type: .runAction, action: .actOn, actor: state.actor,
            service: state.service, request: request)
        var result = FlagBoard.Result()
        for setting in settings {
            let one: FlagBoard.Result
            if let value = setting.value {
                // What a person holds stays as it is: people come first.
                guard
                    let held = try? flags.hold(
                        [.init(flag: setting.flag, value: value)], for: order, nowMs: context.nowMs)
                else { continue }
                one = held
            } else {
                one = flags.letGo([setting.flag], for: order, nowMs: context.nowMs)
            }
            result.changes += one.changes
        }
        publish(
            result, service: state.service, author: state.actor.author, reason: state.reason,
            commandID: state.id, incidentID: state.incidentID, context)
    }
}
