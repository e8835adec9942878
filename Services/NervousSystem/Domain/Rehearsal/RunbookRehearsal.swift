public import Contracts

/// Plays a script against a runbook with the machine that runs it, and without a broker or a
/// clock: what the automation would do, and when (`dreamnet runbooks test`).
public struct RunbookRehearsal: Sendable {
    /// More lines than any sensible course has: a script that never settles ends here.
    public static let linesMax = 10_000
    private static let startMs: Int64 = 1_700_000_000_000

    private let policy: NervousSystemPolicy
    private let runbook: Runbook
    private let service: String

    /// A rehearsal of `runbook` for a service whose automation is `mode`.
    public init(_ runbook: Runbook, service: String = "checkout", mode: AutomationMode = .act) {
        self.runbook = runbook
        self.service = service
        policy = NervousSystemPolicy(runbooks: [runbook], automation: [service: mode])
    }

    /// What happens, line by line.
    public func run(_ script: RehearsalScript) -> [RehearsalLine] {
        var stage = Stage(policy: policy, runbook: runbook, service: service, script: script)
        return stage.play()
    }

    /// What is to come: of the script, and of control-core.
    private enum Cue {
        case event(RehearsalScript.Event)
        case outcome(OutcomePayload)
        case alarm(dueMs: Int64)
    }

    private struct Stage {
        let policy: NervousSystemPolicy
        let runbook: Runbook
        let service: String
        let script: RehearsalScript
        var machine: ResponseStateMachine?
        var news: IncidentPayload
        var isPaused = false
        var lines: [RehearsalLine] = []
        // By time, then by the order of coming up.
        var cues: [(atMs: Int64, cue: Cue)] = []
        var lastView: ResponseView?

        init(
            policy: NervousSystemPolicy, runbook: Runbook, service: String,
            script: RehearsalScript
        ) {
            self.policy = policy
            self.runbook = runbook
            self.service = service
            self.script = script
            news = IncidentPayload(
                type: "incident_opened", incidentId: "\(service).00000001", service: service,
                state: .open, severity: .p3, title: "rehearsal of \(runbook.name)", revision: 0,
                openedTs: startMs, evidenceTs: startMs, alerts: [], relapses: 0,
                runbook: runbook.name, reason: "rehearsal")
        }

        mutating func play() -> [RehearsalLine] {
            for entry in script.entries where entry.atMs >= 0 && entry.atMs <= script.endMs {
                schedule(.event(entry.event), atMs: entry.atMs)
            }
            while !cues.isEmpty, lines.count < RunbookRehearsal.linesMax {
                let (atMs, cue) = cues.removeFirst()
                guard atMs <= script.endMs else { break }
                switch cue {
                case .event(let event): happen(event, atMs: atMs)
                case .outcome(let outcome):
                    say(.outcome, RunbookRehearsal.describe(outcome), atMs)
                    tell(.outcome(outcome), atMs)
                case .alarm(let dueMs): tell(.alarm(dueMs: dueMs), atMs)
                }
            }
            return lines
        }

        private mutating func happen(_ event: RehearsalScript.Event, atMs: Int64) {
            say(.event, RunbookRehearsal.describe(event), atMs)
            let ts = startMs + atMs
            switch event {
            case .pause, .resume:
                isPaused = event == .pause
                return tell(.automationChanged, atMs)
            case .alert(let severity):
                news.severity = severity
                news.state = .open
                news.evidenceTs = ts
            case .severity(let severity):
                news.severity = severity
                news.evidenceTs = ts
            case .clear:
                news.state = .recovering
                news.clearedTs = ts
            case .relapse:
                news.state = .open
                news.clearedTs = nil
                news.evidenceTs = ts
                news.relapses += 1
            case .resolve: news.state = .resolved
            }
            news.revision += 1
            if machine == nil { machine = ResponseStateMachine(opening: news, policy: policy) }
            tell(.incident(news, runbook: runbook), atMs)
        }

        private mutating func tell(_ event: ResponseEvent, _ atMs: Int64) {
            guard var machine else { return }
            let nowMs = startMs + atMs
            let actions = machine.handle(
                event,
                at: ResponseMoment(
                    nowMs: nowMs, saidMs: nowMs, mode: policy.mode(of: service),
                    isPaused: isPaused))
            self.machine = machine
            for action in actions { perform(action, atMs) }
            guard let view = machine.response.view(isPaused: isPaused) else { return }
            if view.state != lastView?.state || view.detail != lastView?.detail {
                let next = view.nextStep.map { "; next: \($0)" } ?? ""
                say(.state, view.state + (view.detail.map { " (\($0))" } ?? "") + next, atMs)
            }
            lastView = view
        }

        private mutating func perform(_ action: ResponseAction, _ atMs: Int64) {
            switch action {
            case .request(let request, let id):
                say(.request, RunbookRehearsal.describe(request), atMs)
                let answer = script.answers[request.step ?? ""] ?? .succeeded
                guard let status = answer.status else { return }
                let outcome = OutcomePayload(
                    commandId: id, status: status, final: true, action: request.type,
                    author: request.author, service: service, code: answer.code,
                    heldBy: answer.heldBy.isEmpty ? nil : answer.heldBy,
                    incidentId: request.incidentId, runbook: request.runbook,
                    step: request.step, undo: request.undo)
                schedule(.outcome(outcome), atMs: atMs + max(0, script.answerMs))
            case .notify(let notification):
                say(.notify, "\(notification.urgency.rawValue): \(notification.title)", atMs)
                for command in notification.commands ?? [] { say(.notify, "  \(command)", atMs) }
            case .setAlarm(let dueMs): schedule(.alarm(dueMs: dueMs), atMs: dueMs - startMs)
            case .cancelAlarm, .forget: break
            }
        }

        private mutating func schedule(_ cue: Cue, atMs: Int64) {
            let index = cues.firstIndex { $0.atMs > atMs } ?? cues.endIndex
            cues.insert((atMs, cue), at: index)
        }

        private mutating func say(_ kind: RehearsalLine.Kind, _ text: String, _ atMs: Int64) {
            lines.append(RehearsalLine(atMs: atMs, kind: kind, text: text))
        }
    }

    private static func describe(_ event: RehearsalScript.Event) -> String {
        switch event {
        case .alert(let severity): "an incident opens as \(severity.rawValue)"
        case .severity(let severity): "the incident is \(severity.rawValue) now"
        case .clear: "every signal is clear"
        case .relapse: "the incident comes back"
        case .resolve: "a person resolves the incident"
        case .pause: "a person pauses the automation"
        case .resume: "a person lets the automation go on"
        }
    }

    private static func describe(_ request: RequestPayload) -> String {
        let arguments = (request.arguments ?? []).map { ($0.name, Optional($0.value)) }
        let parameters: [(String, String?)] =
            [
                ("action", request.action),
                ("enabled", request.enabled.map { "\($0)" }), ("module", request.module),
                ("percent", request.percent.map { "\($0)" }),
                ("factor", request.factor.map { "\($0)" }), ("level", request.level),
            ] + arguments
        let given = parameters.compactMap { name, value in value.map { " \(name)=\($0)" } }
        let step = "\(request.runbook ?? "")/\(request.step ?? "")"
        let undo = request.undo == true ? "undo of " : ""
        return "\(request.type)\(given.joined()) (\(undo)\(step))"
    }

    private static func describe(_ outcome: OutcomePayload) -> String {
        let code = outcome.code.map { " \($0.rawValue)" } ?? ""
        let holders = outcome.heldBy.map { ", held by \($0.joined(separator: ", "))" } ?? ""
        return "\(outcome.status.rawValue)\(code)\(holders) (\(outcome.step ?? ""))"
    }
}
