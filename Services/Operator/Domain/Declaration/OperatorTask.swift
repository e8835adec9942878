public import Contracts

/// What a line asks for: everything that its shell needs to carry it out.
public enum OperatorTask: Sendable, Hashable {
    /// Send an order.
    case order(OperatorOrder, OrderOptions)
    /// Run a verb on every service that has it: the order is one of them, without its service.
    case runEverywhere(OperatorOrder, OrderOptions)
    /// Run an action with the last version that was good for so many ms; or show what it would do.
    case toLastGood(OperatorOrder, OrderOptions, healthyMs: Int64, isDryRun: Bool)
    /// What one would do to each.
    case planEverywhere(action: String, arguments: [NamedValue])
    /// Give an order to the subscribers of this machine, by the break-glass file.
    case breakGlass(OperatorOrder, BreakGlassOptions)
    /// What matters now.
    case status
    /// Flags: of one service or of all, those at rest included or not.
    case flags(service: String?, all: Bool)
    /// Who changed a flag, looked for so many ms back.
    case flagHistory(flag: String, service: String?, sinceMs: Int64)
    /// The golden signals of a service.
    case signals(service: String)
    /// Whether what a service reports can show what its profile judges.
    case checkSignals(service: String)
    /// Send signals as gauges.
    case sendSignals(SignalValuesPayload)
    /// Incidents; with `all` the resolved ones as well.
    case incidents(all: Bool)
    /// One incident with its timeline.
    case incident(id: String)
    /// The stream of alerts, from so many ms ago.
    case alerts(service: String?, sinceMs: Int64, follow: Bool)
    /// What is on record of a command, looked for so many ms back.
    case command(id: String, sinceMs: Int64)
    /// What can be run, or the verbs of a service.
    case actions(service: String?)
    /// What an action would do.
    case planAction(service: String, action: String, arguments: [NamedValue])
    /// The contexts that there are.
    case contexts
    /// Use a context where a line names none.
    case useContext(name: String)
    /// What a context says; nil: the one that is used.
    case showContext(name: String?)
    /// Keep a file with flags current.
    case agent(AgentRequest)
    /// Make a key that signs the orders of a person, or the requests of a service.
    case newKey(file: String, person: String, service: String?)
    /// How many dead letters there are, and why.
    case deadLetterStatus
    /// Dead letters in a table; with `all` those that were replayed or discarded as well.
    case deadLetters(DeadLetterListRequest)
    /// One dead letter.
    case deadLetter(DeadLetterPlace)
    /// Send dead letters to their topic again.
    case replay(ReplayRequest, author: String)
    /// Mend one letter in an editor, and send it.
    case edit(DeadLetterPlace, isConfirmed: Bool, takesForeign: Bool, author: String)
    /// Let one letter out of quarantine.
    case release(DeadLetterPlace, author: String)
    /// Mend many letters by a program, and send them.
    case transform(MendRequest, author: String)
    /// Bring the letters of an archive back.
    case restore(path: String, isConfirmed: Bool, author: String)
    /// Show the status again and again.
    case watchDeadLetters(everyMs: Int64, times: Int?)
    /// Give dead letters up.
    case discard(DiscardRequest, author: String)
    /// Tell an instance to leave its group for good; `admin`: where its admin port is.
    case drain(instance: String, admin: String?)
    /// The difference between topics/ and the cluster.
    case planTopics(profile: String)
    /// Make the cluster as topics/ says, as far as nothing breaks.
    case applyTopics(profile: String)
    /// Give the writers and readers their rights, as topics/ says.
    case applyAccess(AccessRequest)
    /// Check topics/ without a broker.
    case lintTopics
    /// Check config/, runbooks/ and topics/ without a broker.
    case checkConfiguration
    /// Check runbooks/ without a broker.
    case lintRunbooks
    /// Play a course of events against a runbook.
    case rehearse(RehearsalRequest)
}

extension OperatorTask {
    /// Whether it changes anything on the cluster.
    public var changesCluster: Bool {
        switch self {
        case .order, .runEverywhere, .sendSignals, .edit, .release, .restore, .applyTopics: true
        case .replay(let request, _): !request.isDryRun
        case .transform(let request, _): !request.replay.isDryRun
        case .discard(let request, _): !request.isDryRun
        case .applyAccess(let request): !request.isDryRun
        case .toLastGood(_, _, _, let isDryRun): !isDryRun
        default: false
        }
    }
}

/// How an order is given by break-glass.
public struct BreakGlassOptions: Sendable, Hashable {
    /// The file of orders.
    public var file: String
    /// The last-known file of a subscriber.
    public var lastKnownFile: String?
    /// The file of the key that signs it.
    public var keyFile: String
    /// Whether the confirmation is given already.
    public var isConfirmed: Bool
}

/// How an order is sent.
public struct OrderOptions: Sendable, Hashable {
    /// Whether to wait until it is in effect; nil: if a person looks at the output.
    public var wait: Bool?
    /// How long to wait, ms.
    public var timeoutMs: Int64
    /// Whether the confirmation is given already.
    public var isConfirmed: Bool
    /// The file of the key that signs it; nil: it is not signed.
    public var keyFile: String?

    /// Options.
    public init(
        wait: Bool? = nil, timeoutMs: Int64 = 15_000, isConfirmed: Bool = false,
        keyFile: String? = nil
    ) {
        self.wait = wait
        self.timeoutMs = timeoutMs
        self.isConfirmed = isConfirmed
        self.keyFile = keyFile
    }
}
