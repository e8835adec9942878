internal import Contracts

/// What to do after an outcome that is not what was wanted.
enum OutcomeAdvice {
    /// One line; nil where nothing is to be done.
    static func text(_ outcome: OutcomePayload) -> String? {
        switch outcome.code {
        case nil, .unchanged: nil
        case .heldByOthers:
            "Repeat it with --override to end the holds of others, or ask them to release it."
        case .held: "A person holds the flag: ask them, or take it over with --override."
        case .unknownType, .invalid:
            "Mend what the reason names and give the command again (without --id)."
        case .stale, .fromTheFuture:
            "Look whether it is still wanted, and at this machine's clock, then give it again."
        case .unknownIncident: "dreamnet incidents list shows the incidents that there are."
        case .unknownService: "Name the service in config/services.yaml, or check its spelling."
        case .undelivered:
            "Its owner did not answer; it may still do it. Look before you repeat."
        case .unknownAction: "dreamnet actions list shows what there is for the service."
        case .busy: "Wait until one of them has ended, then give it again."
        case .expired: "Look whether it is still wanted, then give it again."
        case .wrongState: "dreamnet actions show \(outcome.correlationId ?? "ID") says where it is."
        case .timedOut, .effectFailed, .unverified:
            "dreamnet actions show \(outcome.correlationId ?? outcome.commandId) has its plan and "
                + "what was written."
        case .needsSecondPerson:
            "Another person runs: dreamnet actions approve "
                + "\(outcome.correlationId ?? outcome.commandId)"
        case .superseded: "dreamnet flags history shows what was decided in between."
        case .paused: "dreamnet automation resume lets the automation go on."
        case .notAllowed, .brake, .observed: "dreamnet status shows what holds now."
        }
    }
}
