internal import CommandLineKit
internal import Contracts

/// The commands about incidents.
struct IncidentCommands: Sendable {
    private static let severity = Argument.positional(
        "severity", .choice(Severity.self), help: "How bad it is.")
    private static let text = Argument.positional("text", .string, help: "The note.")
    private static let title = Argument.positional(
        "title", .string, help: "What is wrong, one line.")
    private static let declaredSeverity = Argument.requiredOption(
        "severity", .choice(Severity.self), help: "How bad it is.")

    let arguments: OperatorArguments
    let shell: any OperatorShell
    private var builder: OrderBuilder { OrderBuilder(arguments: arguments, shell: shell) }

    var command: ToolCommand {
        ToolCommand(
            "incidents", summary: "Incidents: see them, take them on, resolve them.",
            section: "See",
            subcommands: [
                list, show, declare,
                order("ack", .ackIncident, "Say that you look at it.", [], "checkout.1a2b3c4d"),
                order(
                    "note", .noteIncident, "Put a line on its timeline.", [Self.text],
                    "checkout.1a2b3c4d 'payments answers 503'"
                ) { $0.text = try $1[Self.text] },
                order(
                    "severity", .setIncidentSeverity, "Say how bad it is.", [Self.severity],
                    "checkout.1a2b3c4d P1"
                ) { $0.severity = try $1[Self.severity] },
                order(
                    "resolve", .resolveIncident, "Close it by hand.", [], "checkout.1a2b3c4d"),
            ])
    }

    private var list: ToolCommand {
        let shell = shell
        let all = Argument.flag("all", help: "Resolved ones as well.")
        return ToolCommand(
            "list", summary: "Incidents that are open.", arguments: [all],
            examples: [.init("dreamnet incidents list --all", "With those that are over.")]
        ) { try await shell.perform(.incidents(all: try $0[all]), $0) }
    }

    private var show: ToolCommand {
        let (shell, incident) = (shell, arguments.incident)
        return ToolCommand(
            "show", summary: "One incident: alerts, runbook, timeline.", arguments: [incident],
            examples: [.init("dreamnet incidents show checkout.1a2b3c4d", "All that is known.")]
        ) { try await shell.perform(.incident(id: try $0[incident]), $0) }
    }

    private var declare: ToolCommand {
        let (builder, service) = (builder, arguments.requiredService)
        return ToolCommand(
            "declare", summary: "Open an incident by hand.",
            arguments: [service, Self.declaredSeverity, Self.title] + arguments.ofEveryOrder,
            examples: [
                .init(
                    "dreamnet incidents declare --service checkout --severity P1 'orders are lost'",
                    "Opens it; a person resolves it.")
            ]
        ) { invocation in
            let name = try invocation[service]
            return try await builder.sendToIncident(.declareIncident, service: name, invocation) {
                $0.service = name
                $0.severity = try invocation[Self.declaredSeverity]
                $0.title = try invocation[Self.title]
            }
        }
    }

    private func order(
        _ name: String, _ type: CommandType, _ summary: String,
        _ own: [any ArgumentDeclaration], _ example: String,
        fill: @escaping @Sendable (inout CommandPayload, Invocation) throws -> Void = { _, _ in }
    ) -> ToolCommand {
        let (builder, incident) = (builder, arguments.incident)
        return ToolCommand(
            name, summary: summary, arguments: [incident] + own + arguments.ofEveryOrder,
            examples: [.init("dreamnet incidents \(name) \(example)", "Waits for the answer.")]
        ) { invocation in
            let id = try invocation[incident]
            // The format has checked the id.
            let service = ServiceName.ofIncident(id) ?? ServiceName.all
            return try await builder.sendToIncident(type, service: service, invocation) {
                $0.incidentId = id
                try fill(&$0, invocation)
            }
        }
    }
}
