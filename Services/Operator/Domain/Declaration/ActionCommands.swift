internal import CommandLineKit
internal import Contracts

/// The commands about actions, and the verbs that stand for one.
struct ActionCommands: Sendable {
    private enum Result: String, CaseIterable, Sendable { case done, notDone = "not-done", retry }
    private enum Switch: String, CaseIterable, Sendable { case on, off }

    private static let section = "Act"
    private static let action = Argument.positional(
        "action", nameFormat, help: "A verb of the service, or an action's name.")
    private static let id = Argument.positional(
        "id", .string.shown(as: "ID"), help: "The id of the action's command.")
    private static let settings = Argument.repeatedOption(
        "set", settingFormat, help: "A parameter of the action; any number of them.")
    private static let dryRun = Argument.flag(
        "dry-run", help: "Show what would be run, on what, and how it is taken back; touch nothing."
    )
    private static let runTimeoutMs: Int64 = 180_000

    let arguments: OperatorArguments
    let shell: any OperatorShell
    private var builder: OrderBuilder { OrderBuilder(arguments: arguments, shell: shell) }

    private static var nameFormat: ValueFormat<String> {
        ValueFormat(placeholder: "ACTION") { (text) throws(ValueError) in
            let isName =
                (1...64).contains(text.utf8.count)
                && text.utf8.allSatisfy {
                    (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
                }
            guard isName else { throw ValueError("is no name of an action (a-z, 0-9 and -)") }
            return text
        }
    }

    private static var settingFormat: ValueFormat<NamedValue> {
        ValueFormat(placeholder: "NAME=VALUE") { (text) throws(ValueError) in
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                throw ValueError("is no NAME=VALUE")
            }
            return NamedValue(
                name: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
        }
    }

    /// `actions` with all that is done about one.
    var command: ToolCommand {
        ToolCommand(
            "actions", summary: "Actions on systems: see, plan, run, approve, take back.",
            section: Self.section,
            subcommands: [
                list, show, plan, run,
                onOne(
                    "approve", .approveAction, "Let an action run: you are its second person.",
                    [Self.solo], "dreamnet actions approve 4104ab11 --reason 'looks right'"
                ) { payload, invocation in
                    payload.solo = try invocation[Self.solo] ? true : nil
                },
                onOne(
                    "refuse", .refuseAction, "End an action that waits for its second person.", [],
                    "dreamnet actions refuse 4104ab11 --reason 'the wrong cluster'"
                ) { _, _ in },
                settle, undo,
            ])
    }

    /// `rollback`, `restart`, `scale`, `rotate-keys` and the rest: each one short command.
    var verbs: [ToolCommand] {
        [
            verb(
                "rollback", "Go back to the version before, or to a named one.",
                [Self.version], "dreamnet rollback checkout --reason 'errors since the deploy'"
            ) { try $0[Self.version].map { [NamedValue(name: "to", value: $0)] } ?? [] },
            verb(
                "restart", "Restart a service.", [], "dreamnet restart checkout"
            ) { _ in [] },
            verb(
                "scale", "Run so many of a service.", [Self.replicas],
                "dreamnet scale checkout --replicas 5"
            ) { [NamedValue(name: "replicas", value: String(try $0[Self.replicas]))] },
            verb(
                "rotate-keys", "Give a service new keys, and restart it; 'all': every service.",
                [arguments.yes], "dreamnet rotate-keys all --reason 'key leaked'"
            ) { _ in [] },
            shiftTraffic,
            verb(
                "failover", "Let the database of a service fail over to its replica.", [],
                "dreamnet failover checkout --reason 'the primary is gone'"
            ) { _ in [] },
            circuitBreaker,
            verb(
                "breach", "Contain a security breach: evidence first, then everything stops.", [],
                "dreamnet breach checkout --set pod=web-1 --set app=web --reason 'shell in a pod'"
            ) { _ in [] },
            quarantine("quarantine", .quarantineAgent, "No app listens to an agent any more."),
            quarantine("release", .releaseAgent, "End the quarantine of an agent."),
            emergency,
        ]
    }

    // MARK: See

    private var list: ToolCommand {
        let (shell, service) = (shell, arguments.service)
        return ToolCommand(
            "list", summary: "What can be run.", arguments: [service],
            examples: [.init("dreamnet actions list --service checkout", "Its verbs.")]
        ) { try await shell.perform(.actions(service: try $0[service]), $0) }
    }

    private var show: ToolCommand {
        let shell = shell
        return ToolCommand(
            "show", summary: "What became of an action: each step, what was found and written.",
            arguments: [Self.id],
            examples: [.init("dreamnet actions show 4104ab11", "All that is on record of it.")]
        ) {
            try await shell.perform(
                .command(id: try $0[Self.id], sinceMs: 24 * 3_600_000), $0)
        }
    }

    private var plan: ToolCommand {
        let (shell, service) = (shell, arguments.requiredService)
        return ToolCommand(
            "plan", summary: "Show what an action would do; touch nothing.",
            discussion: "It reads config/actions.yaml alone, and needs no broker.",
            arguments: [Self.action, service, Self.settings],
            examples: [
                .init(
                    "dreamnet actions plan kubernetes-scale --service shop --set deployment=web "
                        + "--set replicas=3", "The exact commands, the target, the way back.")
            ]
        ) {
            try await shell.perform(
                .planAction(
                    service: try $0[service], action: try $0[Self.action],
                    arguments: try $0[Self.settings]), $0)
        }
    }

    // MARK: Run

    private var run: ToolCommand {
        let service = arguments.requiredService
        return ToolCommand(
            "run", summary: "Run an action.",
            arguments: [Self.action, service, Self.settings, Self.dryRun] + arguments.ofEveryOrder,
            examples: [
                .init(
                    "dreamnet actions run rollback --service checkout --set to=3",
                    "Shows its plan, runs it, and waits until it is verified.")
            ]
        ) { [self] invocation in
            try await send(
                try invocation[Self.action], service: try invocation[service],
                try invocation[Self.settings], invocation)
        }
    }

    private func verb(
        _ name: String, _ summary: String, _ own: [any ArgumentDeclaration], _ example: String,
        _ values: @escaping @Sendable (Invocation) throws -> [NamedValue]
    ) -> ToolCommand {
        let service = arguments.servicePosition
        return ToolCommand(
            name, summary: summary,
            discussion: "What it runs is bound to the service in config/actions.yaml.",
            section: Self.section,
            arguments: [service] + own + [Self.settings, Self.dryRun] + arguments.ofEveryOrder,
            examples: [.init(example, "Shows its plan, runs it, and waits until it is verified.")]
        ) { [self] invocation in
            try await send(
                name, service: try invocation[service],
                try values(invocation) + invocation[Self.settings], invocation)
        }
    }

    private func send(
        _ action: String, service: String, _ values: [NamedValue], _ invocation: Invocation
    ) async throws -> ExitCode {
        // Seed 000, rotateKeys: of one service, or of all.
        let isForAll = action == "rotate-keys" && service == "all"
        guard try !invocation[Self.dryRun] else {
            if isForAll {
                return try await shell.perform(
                    .planEverywhere(action: action, arguments: values), invocation)
            }
            return try await shell.perform(
                .planAction(service: service, action: action, arguments: values), invocation)
        }
        if isForAll {
            return try await builder.sendEverywhere(timeoutMs: Self.runTimeoutMs, invocation) {
                $0.action = action
                $0.arguments = values.isEmpty ? nil : values
            }
        }
        return try await builder.sendAction(
            .runAction, .service(service), timeoutMs: Self.runTimeoutMs, invocation
        ) {
            $0.service = service
            $0.action = action
            $0.arguments = values.isEmpty ? nil : values
        }
    }

    /// Seeds 000 and 001, "Traffic shaping": to the last known good version.
    private var shiftTraffic: ToolCommand {
        let (service, builder) = (arguments.servicePosition, builder)
        let healthy = Argument.option(
            "healthy-for", .duration(inMs: 60_000...12 * 3_600_000), default: 600_000,
            help: "Without --to: how long a version has to have run without an incident.")
        let target = Argument.option(
            "to", .string.shown(as: "VERSION"),
            help: "The version; without it the last known good one.")
        return ToolCommand(
            "shift-traffic", summary: "Send the traffic to the last known good version.",
            discussion: """
                Good is what ran for --healthy-for without an incident within a day, as the \
                heartbeats of its instances and nervous.incident say. What it runs is bound to the \
                service in config/actions.yaml.
                """,
            section: Self.section,
            arguments: [service, target, healthy, Self.settings, Self.dryRun]
                + arguments.ofEveryOrder,
            examples: [
                .init(
                    "dreamnet shift-traffic checkout --reason 'errors since the deploy'",
                    "Says which version that is, runs it, and waits until it is verified.")
            ]
        ) { [self] invocation in
            let name = try invocation[service]
            let values = try invocation[Self.settings]
            if let version = try invocation[target] {
                return try await send(
                    "shift-traffic", service: name,
                    [NamedValue(name: "to", value: version)] + values, invocation)
            }
            return try await builder.sendToLastGood(
                name, healthyMs: try invocation[healthy], isDryRun: try invocation[Self.dryRun],
                timeoutMs: Self.runTimeoutMs, invocation
            ) {
                $0.service = name
                $0.action = "shift-traffic"
                $0.arguments = values.isEmpty ? nil : values
            }
        }
    }

    private enum Breaker: String, CaseIterable, Sendable { case open, close }

    /// Seed 003, "Third-Party Service Outage".
    private var circuitBreaker: ToolCommand {
        let service = arguments.servicePosition
        let state = Argument.positional(
            "state", .choice(Breaker.self),
            help: "open: nothing goes to the dependency; close: it does again.")
        return ToolCommand(
            "circuit-breaker", summary: "Open or close the circuit breaker of a service.",
            discussion: "Its verbs are open-breaker and close-breaker in config/actions.yaml.",
            section: Self.section,
            arguments: [state, service, Self.settings, Self.dryRun] + arguments.ofEveryOrder,
            examples: [
                .init(
                    "dreamnet circuit-breaker open checkout --reason 'payments is down'",
                    "Shows its plan, runs it, and waits until it is verified.")
            ]
        ) { [self] invocation in
            try await send(
                "\(try invocation[state].rawValue)-breaker", service: try invocation[service],
                try invocation[Self.settings], invocation)
        }
    }

    private static let version = Argument.option(
        "to", .string.shown(as: "VERSION"), help: "The version; without it the one before.")
    private static let replicas = Argument.requiredOption(
        "replicas", .integer(in: 0...1000), help: "How many.")

    // MARK: One action

    private static let solo = Argument.flag(
        "solo", help: "Nobody else answers: its author alone, after two minutes, with a reason.")

    private func onOne(
        _ name: String, _ type: CommandType, _ summary: String, _ own: [any ArgumentDeclaration],
        _ example: String,
        _ fill: @escaping @Sendable (inout CommandPayload, Invocation) throws -> Void
    ) -> ToolCommand {
        let builder = builder
        return ToolCommand(
            name, summary: summary, arguments: [Self.id] + own + arguments.ofEveryOrder,
            examples: [.init(example, "Waits for the answer.")]
        ) { invocation in
            let id = try invocation[Self.id]
            return try await builder.sendAction(
                type, .action(id), timeoutMs: type == .undoAction ? Self.runTimeoutMs : nil,
                invocation
            ) {
                $0.actionId = id
                try fill(&$0, invocation)
            }
        }
    }

    private var settle: ToolCommand {
        let result = Argument.requiredOption(
            "result", .choice(Result.self), help: "What became of it: look before you say.")
        return onOne(
            "settle", .settleAction, "Say what became of a step that is in doubt.", [result],
            "dreamnet actions settle 4104ab11 --result done"
        ) { payload, invocation in
            payload.result = try invocation[result].rawValue.replacing("-", with: "_")
        }
    }

    private var undo: ToolCommand {
        onOne(
            "undo", .undoAction, "Take an action back.", [],
            "dreamnet actions undo 4104ab11 --reason 'it was not the deploy'"
        ) { _, _ in }
    }

    // MARK: Agents and emergencies

    private func quarantine(
        _ name: String, _ type: CommandType, _ summary: String
    ) -> ToolCommand {
        let builder = builder
        let agent = Argument.positional(
            "agent", .string.shown(as: "AGENT"), help: "The agent's name.")
        return ToolCommand(
            name, summary: summary, section: Self.section,
            arguments: [
                agent, arguments.service, arguments.all, arguments.except, arguments.duration,
                arguments.override, arguments.yes,
            ] + arguments.ofEveryOrder,
            constraints: [.exactlyOne(of: arguments.service, arguments.all)],
            examples: [
                .init("dreamnet \(name) citadel --all --yes", "Waits until every app obeys.")
            ]
        ) { invocation in
            let name = try invocation[agent]
            return try await builder.sendToServices(type, invocation) { $0.agent = name }
        }
    }

    private var emergency: ToolCommand {
        let builder = builder
        let state = Argument.positional(
            "state", .choice(Switch.self), help: "What it is to be.")
        return ToolCommand(
            "emergency", summary: "Emergency mode: SAFE_MODE and WRITE_DRAIN at once.",
            section: Self.section,
            arguments: [
                state, arguments.service, arguments.all, arguments.except, arguments.duration,
                arguments.override, arguments.yes,
            ] + arguments.ofEveryOrder,
            constraints: [.exactlyOne(of: arguments.service, arguments.all)],
            examples: [
                .init(
                    "dreamnet emergency on --all --reason 'Incident: data at risk'",
                    "Names the services, asks, and waits until every app obeys.")
            ]
        ) { invocation in
            let isOn = try invocation[state] == .on
            return try await builder.sendToServices(.setEmergency, invocation) {
                $0.enabled = isOn
            }
        }
    }
}
