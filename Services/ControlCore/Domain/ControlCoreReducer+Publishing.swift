internal import Contracts
internal import Streams

/// What control-core says: flags, settings, the seeds' events, and outcomes.
extension ControlCoreReducer {
    func publish(
        _ result: FlagBoard.Result, service: String, author: String, reason: String?,
        commandID: String, incidentID: String?, _ context: ReducerContext
    ) {
        for change in result.changes {
            guard let payload = flags.payload(service: service, flag: change.flag) else { continue }
            context.emit(payload, key: FlagBoard.key(service: service, flag: change.flag))
        }
        for change in result.changes {
            guard
                let event = ControlEvents.event(
                    flag: change.flag, from: change.before, to: change.after.value)
            else { continue }
            context.emit(
                ControlEventPayload(
                    type: event, service: service,
                    module: change.flag.hasPrefix("module:")
                        ? String(change.flag.dropFirst("module:".count)) : nil,
                    reason: reason, author: author, commandId: commandID,
                    value: change.after.value.number, incidentId: incidentID),
                key: service)
        }
    }

    func publish(_ setting: SettingPayload, _ context: ReducerContext) {
        for partition in 0..<policy.settingPartitions {
            context.emit(setting, key: setting.service, partition: partition)
        }
        context.emit(
            ControlEventPayload(
                type: ControlEvents.event(setting.name, to: setting.value),
                service: setting.service, reason: setting.reason, author: setting.author,
                commandId: setting.commandId),
            key: setting.service)
    }

    func outcome(of order: Order, _ status: OutcomeStatus) -> OutcomePayload {
        OutcomePayload(
            commandId: order.id, status: status, final: status.isFinal,
            action: order.type.rawValue, author: order.actor.author, service: order.service,
            except: order.request.except, reason: order.request.reason,
            incidentId: order.request.incidentId, runbook: order.request.runbook,
            step: order.request.step, undo: order.request.undo)
    }

    func say(
        _ outcome: OutcomePayload, copyTo replyKey: String?, _ context: ReducerContext
    ) {
        context.emit(outcome, key: outcome.service)
        guard let replyKey, replyKey != outcome.service, !replyKey.isEmpty,
            replyKey.utf8.count <= 64
        else { return }
        var copy = outcome
        copy.copy = true
        context.emit(copy, key: replyKey)
    }
}
