internal import Contracts
internal import Streams

/// What the desk wants said or done.
enum ActionNews: Hashable {
    /// An outcome; a copy goes to the action's reply key.
    case outcome(OutcomePayload, replyKey: String?, AttemptHeaders?)
    /// A step for the effector.
    case intent(ActionIntentPayload, AttemptHeaders?)
    /// Flags of the action's service.
    case flags([ActionStep.FlagSetting], ActionState)
    /// An alert.
    case event(ControlEventPayload)
}
