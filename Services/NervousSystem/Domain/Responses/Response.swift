internal import Contracts

/// The durable state of a response: one incident, the runbook that answers it, how far it has
/// come. `ResponseStateMachine` moves it.
struct Response: Hashable {
    /// Where the response stands.
    enum Phase: String, Hashable {
        /// The evidence was too old when it was heard: nothing is done.
        case history
        /// The service is only observed: the record says what would have been done.
        case observed
        /// The service's automation asks: a person was given the commands.
        case asked
        /// Steps are being taken.
        case mitigating
        /// Every step was taken; the incident should recover.
        case verifying
        /// The incident has recovered and must stay so.
        case stabilising
        /// The next step is to be taken back.
        case undoing
        /// A step was taken back and is watched.
        case undoWatch
        /// Nothing is left to do.
        case finished
        /// A person was asked to go on; what is in place is undone once the incident recovers.
        case gaveUp
        /// A person was asked to go on; what is in place stays.
        case left
    }

    /// What the response waits for, until when.
    struct Alarm: Hashable {
        enum Kind: String, Hashable {
            /// control-core's answer.
            case outcome
            /// The incident's recovery.
            case verify
            /// The end of the stable window.
            case stable
            /// The end of the watch of an undone step.
            case undoWatch
            /// Another try.
            case retry
            /// The end of the record.
            case forget
        }

        var kind: Kind
        /// Unix ms.
        var dueMs: Int64
    }

    /// What the newest message of the incident said.
    struct Incident: Hashable {
        var state: IncidentState
        var severity: Severity
        var title: String
        var revision: Int64
        var evidenceTs: Int64
        var clearedTs: Int64?
    }

    let incidentID: String
    let service: String
    var incident: Incident
    /// The runbook that runs; nil: none applies, the record is for the notifications alone.
    var runbook: String?
    /// The severity for which the runbook was taken.
    var runbookSeverity: Severity
    var timings = RunbookTimings()
    var phase = Phase.mitigating
    var steps: [ResponseStep] = []
    var alarm: Alarm?
    /// When the first step was taken back, Unix ms; nil: none was since the last relapse.
    var firstUndoMs: Int64?
    /// Whether a relapse has put steps back once.
    var putBack = false
    /// When a run of this runbook ended well last, event time; nil: none did. It says as much as fresh
    /// evidence: what the run was for is under way.
    var provenTs: Int64?
    /// The worst severity for which somebody was woken.
    var pagedSeverity: Severity?
    /// Why it stands so, for people.
    var detail: String?

    init(incidentID: String, service: String, incident: Incident) {
        self.incidentID = incidentID
        self.service = service
        self.incident = incident
        runbookSeverity = incident.severity
    }

    /// The time of what it acts upon: the incident's evidence, or a run's end after it.
    var evidenceTs: Int64 { max(incident.evidenceTs, provenTs ?? incident.evidenceTs) }
    /// The step whose outcome is awaited; there is one at most.
    var pending: Int? { steps.firstIndex(where: \.isPending) }
    /// The next step whose turn has not come.
    var nextWaiting: Int? { steps.firstIndex { $0.state == .waiting } }
    /// The next step to be taken back: the last that is in place.
    var nextUndo: Int? { steps.lastIndex { $0.state == .done && $0.step.undo != nil } }
}
