/// Why a command was rejected, failed, or changed nothing.
public enum OutcomeCode: String, Codable, Sendable, Hashable, CaseIterable {
    /// What was ordered was so already.
    case unchanged
    /// A person holds the flag.
    case held
    /// One's own hold ended, but others keep the flag as it is.
    case heldByOthers = "held_by_others"
    /// The automation has touched too many services within the hour.
    case brake
    /// The service's automation is `observe` or `ask`.
    case observed
    /// The automation is paused.
    case paused
    /// The command, or the evidence behind it, is too old.
    case stale
    /// `ts` is ahead of the broker's clock.
    case fromTheFuture = "from_the_future"
    /// No such command.
    case unknownType = "unknown_type"
    /// A field is missing or out of range.
    case invalid
    /// config/services.yaml does not name the service.
    case unknownService = "unknown_service"
    /// No such incident.
    case unknownIncident = "unknown_incident"
    /// Not something that this author may order.
    case notAllowed = "not_allowed"
    /// The notification reached nobody.
    case undelivered
    /// No such action for the service.
    case unknownAction = "unknown_action"
    /// As many actions are under way as there may be.
    case busy
    /// The second person, or the evidence, did not come in time.
    case expired
    /// The action is not where this could be done to it.
    case wrongState = "wrong_state"
    /// An effect did not end in time.
    case timedOut = "timed_out"
    /// An effect failed.
    case effectFailed = "effect_failed"
    /// The effect was done, but does not show.
    case unverified
    /// Given by break-glass, and outweighed by what was decided on the bus in between.
    case superseded
    /// Somebody else has to approve it.
    case needsSecondPerson = "needs_second_person"
}
