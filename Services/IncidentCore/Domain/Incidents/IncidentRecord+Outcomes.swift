internal import Contracts

extension IncidentRecord {
    // Far more than any runbook has steps, or any step has flags.
    private static let mitigationsMax = 64
    private static let flagsMax = 64

    /// Takes the final outcome of a command about its service, or of a request on its account.
    mutating func take(_ outcome: OutcomePayload, at moment: Moment) -> Turn {
        let before = (mitigations, mitigatedTs)
        let ours = (outcome.flags ?? []).prefix(Self.flagsMax).filter {
            $0.isKnown && ($0.service == service || $0.service == ServiceName.all)
        }
        let step = outcome.incidentId == id ? outcome.stepName : nil
        if let step, outcome.undo == true, outcome.endsMitigation {
            mitigations.removeAll { $0.step == step }
        }
        if outcome.status.isSuccess {
            release(ours.filter { $0.isAtRest && $0.service == service }.map(\.flag))
            let set = ours.filter { !$0.isAtRest }.map(\.flag)
            let changed = set + outcome.changedSetting
            if let step, outcome.undo != true, !changed.isEmpty { mitigate(step, flags: changed) }
            // Looking closer (MONITOR) mitigates nothing, but has to be undone as well.
            if !set.isEmpty, outcome.undo != true, mitigatedTs == nil, !isResolved {
                mitigatedTs = max(openedTs, moment.ts)
            }
        }
        let text = ActionText.line(outcome)
        let kind: TimelineKind = outcome.action == ActionText.notify ? .notification : .action
        return Turn(
            type: before == (mitigations, mitigatedTs) ? nil : "incident_updated", reason: text,
            lines: [moment.line(kind, text, author: outcome.author)])
    }

    private mutating func mitigate(_ step: String, flags: [String]) {
        let mitigation = Mitigation(step: step, flags: flags)
        if let index = mitigations.firstIndex(where: { $0.step == step }) {
            mitigations[index] = mitigation
        } else if mitigations.count < Self.mitigationsMax {
            mitigations.append(mitigation)
        }
    }

    /// A flag at rest is held by nobody, whoever let go of it: a person's override ends the holds
    /// of incidents, and no undo of ours will say so.
    private mutating func release(_ flags: [String]) {
        for index in mitigations.indices {
            mitigations[index].flags.removeAll(where: flags.contains)
        }
        mitigations.removeAll(where: \.flags.isEmpty)
    }
}

extension OutcomePayload {
    /// Whether an undo leaves nothing of its step behind that the automation could still undo: it
    /// is done, or a person holds the flag now.
    fileprivate var endsMitigation: Bool {
        status.isSuccess || status == .rejected && code == .held
    }

    /// The setting that was changed, by the name of the order; a setting has no flag's name, so
    /// only the step's own undo ends it.
    fileprivate var changedSetting: [String] {
        settingVersion != nil && code != .unchanged ? [action] : []
    }
}

extension FlagChange {
    /// Whether there is such a flag.
    fileprivate var isKnown: Bool { flag.utf8.count <= 128 && FlagRules.rest(flag) != nil }

    /// Whether nobody's hold restricts the flag any more.
    fileprivate var isAtRest: Bool { value == FlagRules.rest(flag) }
}
