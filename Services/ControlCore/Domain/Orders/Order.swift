internal import Contracts

/// An order that was read and found well-formed: what control-core can do.
struct Order: Hashable {
    /// What is to be done.
    enum Action: Hashable {
        /// Hold these flags at these values.
        case hold([FlagTarget])
        /// End one's own hold on these flags.
        case letGo([String])
        /// Change a setting.
        case set(SettingName, value: String)
        /// Pass it on to the owner of the incident.
        case direct
        /// Run an action.
        case run(ActionCall)
        /// Something about an action that is named by its id.
        case actOn
    }

    /// A flag and the value that is wanted.
    struct FlagTarget: Hashable {
        let flag: String
        let value: FlagValue
    }

    /// The message's id.
    let id: String
    /// What was ordered, for the record.
    let type: CommandType
    /// What is to be done.
    let action: Action
    /// Who orders it.
    let actor: Actor
    /// The service, or `*`.
    let service: String
    /// The whole request as it came.
    let request: RequestPayload

    /// Whether a step of a runbook is being undone.
    var isUndo: Bool { request.undo == true }
    /// Whether it can only end what the automation itself did: an undo that sets nothing.
    var onlyTakesBack: Bool {
        guard isUndo else { return false }
        switch action {
        case .letGo: return true
        case .set(let name, let value): return value == name.rest
        case .hold, .direct, .run, .actOn: return false
        }
    }
    /// Whether the holds of others end as well: a person's right alone.
    var overrides: Bool { actor.isPerson && request.override == true }
}
