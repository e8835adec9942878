internal import CommandLineKit
internal import Contracts

/// The commands about signals, alerts and what became of commands.
struct SignalCommands: Sendable {
    private static let figures = (
        latency: Argument.option(
            "latency-p95", .number(in: 0...1e12), help: "95th percentile of latency, ms."),
        errors: Argument.option(
            "error-rate", .percentage(), help: "Failed requests, percent of all."),
        rate: Argument.option(
            "requests", .number(in: 0...1e12), help: "Requests a second."),
        cpu: Argument.option("cpu", .percentage(), help: "CPU in use, percent."),
        memory: Argument.option("memory", .percentage(), help: "Memory in use, percent.")
    )
    private static let instance = Argument.option(
        "instance", .string.shown(as: "NAME"), default: "dreamnet", help: "The instance.")

    let arguments: OperatorArguments
    let shell: any OperatorShell

    var signals: ToolCommand {
        ToolCommand(
            "signals", summary: "The four golden signals against their thresholds.",
            section: "See", subcommands: [show, check, send])
    }

    private var show: ToolCommand {
        let (shell, service) = (shell, arguments.servicePosition)
        return ToolCommand(
            "show", summary: "Latency, errors, traffic and saturation of a service.",
            arguments: [service],
            examples: [.init("dreamnet signals show checkout", "As os-core sees them now.")]
        ) { try await shell.perform(.signals(service: try $0[service]), $0) }
    }

    private var check: ToolCommand {
        let (shell, service) = (shell, arguments.servicePosition)
        return ToolCommand(
            "check", summary: "Whether its metrics can show what its profile judges.",
            discussion: """
                Reads the targets of config/services.yaml; of a service without any, what its \
                instances sent within the last 5 min. Exit status 1 if a line can never be seen, \
                such as a latency threshold without a bucket near it.
                """,
            arguments: [service],
            examples: [.init("dreamnet signals check checkout", "Line by line of the profile.")]
        ) { try await shell.perform(.checkSignals(service: try $0[service]), $0) }
    }

    private var send: ToolCommand {
        let (shell, service) = (shell, arguments.servicePosition)
        let all = Self.figures
        return ToolCommand(
            "send", summary: "Send signals of a service as figures.",
            discussion: "For drills, and for monitors of other makers. It counts as real.",
            arguments: [
                service, Self.instance, all.latency, all.errors, all.rate, all.cpu, all.memory,
            ],
            examples: [
                .init("dreamnet signals send checkout --latency-p95 6100 --requests 120", "Once.")
            ]
        ) { invocation in
            let payload = SignalValuesPayload(
                service: try invocation[service], instance: try invocation[Self.instance],
                latencyP95Ms: try invocation[all.latency],
                errorRate: try invocation[all.errors].map { $0 / 100 },
                requestsPerSecond: try invocation[all.rate],
                cpu: try invocation[all.cpu].map { $0 / 100 },
                memory: try invocation[all.memory].map { $0 / 100 })
            let given: [Double?] = [
                payload.latencyP95Ms, payload.errorRate, payload.requestsPerSecond, payload.cpu,
                payload.memory,
            ]
            guard given.contains(where: { $0 != nil }) else {
                throw UsageError(
                    .missingArgument, path: invocation.path, message: "no figure is given")
            }
            return try await shell.perform(.sendSignals(payload), invocation)
        }
    }

    var alerts: ToolCommand {
        let (shell, service) = (shell, arguments.service)
        let since = Argument.option(
            "since", .duration(inMs: 0...30 * 86_400_000), default: 600_000,
            help: "From how long ago.")
        let follow = Argument.toggle(
            "follow", default: true, help: "Go on with what comes, until Ctrl-C.")
        return ToolCommand(
            "alerts", summary: "What was noticed and done, as it comes.", section: "See",
            subcommands: [
                ToolCommand(
                    "tail", summary: "Print alerts, a line each.",
                    arguments: [service, since, follow],
                    examples: [
                        .init(
                            "dreamnet alerts tail --service checkout --since 1h --no-follow",
                            "The last hour of one service.")
                    ]
                ) { invocation in
                    try await shell.perform(
                        .alerts(
                            service: try invocation[service], sinceMs: try invocation[since],
                            follow: try invocation[follow]), invocation)
                }
            ])
    }

    var commands: ToolCommand {
        let shell = shell
        let id = Argument.positional("id", .string, help: "The id of the command.")
        let since = Argument.option(
            "since", .duration(inMs: 1_000...30 * 86_400_000), default: 86_400_000,
            help: "How far to look back.")
        return ToolCommand(
            "commands", summary: "What became of a command.", section: "See",
            subcommands: [
                ToolCommand(
                    "show", summary: "A command and its outcomes.",
                    discussion: """
                        Exit status: 0 done, 1 nothing is known of it, 3 refused, 4 failed, 5 not \
                        answered yet.
                        """,
                    arguments: [id, since],
                    examples: [
                        .init(
                            "dreamnet commands show 3f1c9a7e0d2b4c5f8a6e1d0c9b8a7f6e",
                            "The id is printed when a command is sent.")
                    ]
                ) { invocation in
                    try await shell.perform(
                        .command(id: try invocation[id], sinceMs: try invocation[since]),
                        invocation)
                }
            ])
    }
}
