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
            say(
                ControlEventPayload(
                    type: event, service: service,
                    except: flags.payload(service: service, flag: change.flag)?.except,
                    module: change.flag.hasPrefix("module:")
                        ? String(change.flag.dropFirst("module:".count)) : nil,
                    reason: reason, author: author, commandId: commandID,
                    value: change.after.value.number, incidentId: incidentID,
                    agentId: change.flag.hasPrefix("agent:")
                        ? String(change.flag.dropFirst("agent:".count)) : nil), context)
        }
    }

    func publish(_ setting: SettingPayload, _ context: ReducerContext) {
        for partition in 0..<policy.settingPartitions {
            context.emit(setting, key: setting.service, partition: partition)
        }
        say(
            ControlEventPayload(
                type: ControlEvents.event(setting.name, to: setting.value),
                service: setting.service, reason: setting.reason, author: setting.author,
                commandId: setting.commandId), context)
    }

    func say(_ event: ControlEventPayload, _ context: ReducerContext) {
        context.emit(event, key: event.service)
        guard event.service == ServiceName.all else { return }
        var copy = event
        copy.copy = true
        for partition in otherPartitions {
            context.emit(copy, key: ServiceName.all, partition: partition)
        }
    }

    /// Where what concerns every service is not, under its key: each task of those who read it
    /// gets a copy there.
    private var otherPartitions: [Int32] {
        let count = policy.settingPartitions
        let own = Murmur2.partition(key: ServiceName.all, count: Int(count))
        return (0..<count).filter { $0 != own }
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
        _ outcome: OutcomePayload, copyTo replyKey: String?, attempts: AttemptHeaders? = nil,
        _ context: ReducerContext
    ) {
        let headers = attempts?.headers ?? []
        context.emit(outcome, key: outcome.service, headers: headers)
        var copy = outcome
        copy.copy = true
        // What was done to all services stands in the timelines of all of their incidents.
        if outcome.service == ServiceName.all, outcome.final, outcome.status != .rejected {
            for partition in otherPartitions {
                context.emit(
                    copy, key: ServiceName.all, partition: partition, headers: headers)
            }
        } else if let replyKey, replyKey != outcome.service, !replyKey.isEmpty,
            replyKey.utf8.count <= 64
        {
            context.emit(copy, key: replyKey, headers: headers)
        }
    }
}
