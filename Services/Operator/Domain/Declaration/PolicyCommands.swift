internal import CommandLineKit
internal import Contracts

/// The commands about files of policy: they need no broker.
struct PolicyCommands: Sendable {
    private static let runbook = Argument.positional(
        "runbook", .string, help: "The runbook's name: that of its file, without .md.")
    private static let mode = Argument.option(
        "automation", .choice(AutomationMode.self), default: .act,
        help: "What the automation may do to the service.")
    private static let severity = Argument.option(
        "severity", .choice(Severity.self), default: .p0, help: "How bad the incident is.")
    private static let time = ValueFormat<Int64>.duration(inMs: 0...30 * 86_400_000)
    private static let clear = Argument.repeatedOption(
        "clear", time,
        help: "The signals are clear so long after the alert (without: after 1m; 0: never).")
    private static let relapse = Argument.repeatedOption(
        "relapse", time, help: "It comes back so long after the alert.")
    private static let refuse = Argument.repeatedOption(
        "refuse", refusal, help: "control-core refuses this step, such as safe-mode=held.")
    private static let end = Argument.option(
        "end", time, default: 3_600_000, help: "The rehearsal ends so long after the alert.")

    private static var refusal: ValueFormat<RehearsalRequest.Refusal> {
        ValueFormat(placeholder: "STEP=CODE") { (text) throws(ValueError) in
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let code = OutcomeCode(rawValue: parts[1]) else {
                let codes = OutcomeCode.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValueError("is no STEP=CODE; codes are \(codes)")
            }
            return RehearsalRequest.Refusal(step: parts[0], code: code)
        }
    }

    let arguments: OperatorArguments
    let shell: any OperatorShell

    var all: [ToolCommand] {
        let shell = shell
        return [
            ToolCommand(
                "config", summary: "The files of config/.", section: "Look after it",
                subcommands: [
                    ToolCommand(
                        "check", summary: "Check config/, runbooks/ and topics/ together.",
                        examples: [
                            .init("dreamnet config check", "Names file and line of what is wrong.")
                        ]
                    ) { try await shell.perform(.checkConfiguration, $0) }
                ]),
            ToolCommand(
                "runbooks", summary: "Runbooks: check and rehearse them.",
                section: "Look after it",
                subcommands: [
                    ToolCommand(
                        "lint", summary: "Check the files of runbooks/.",
                        examples: [
                            .init("dreamnet runbooks lint", "Names file and line of what is wrong.")
                        ]
                    ) { try await shell.perform(.lintRunbooks, $0) }, test,
                ]),
        ]
    }

    private var test: ToolCommand {
        let (shell, service) = (shell, arguments.service)
        return ToolCommand(
            "test", summary: "Rehearse a runbook: what it would do, and when.",
            discussion: """
                Runs the very machine that runs it in earnest, with a clock of its own. Without \
                --clear the signals are clear after a minute.
                """,
            arguments: [
                Self.runbook, service, Self.mode, Self.severity, Self.clear, Self.relapse,
                Self.refuse, Self.end,
            ],
            examples: [
                .init("dreamnet runbooks test p0-safe-mode", "The usual course."),
                .init(
                    "dreamnet runbooks test p0-safe-mode --clear 1m --relapse 8m --clear 9m",
                    "It comes back while the steps are undone."),
                .init(
                    "dreamnet runbooks test p0-safe-mode --refuse safe-mode=held",
                    "A person holds the flag."),
            ]
        ) { invocation in
            let given = try invocation[Self.clear]
            let clears = given.isEmpty ? [60_000] : given.filter { $0 > 0 }
            return try await shell.perform(
                .rehearse(
                    RehearsalRequest(
                        runbook: try invocation[Self.runbook],
                        service: try invocation[service] ?? "checkout",
                        mode: try invocation[Self.mode], severity: try invocation[Self.severity],
                        clearAfterMs: clears.first, relapsesMs: try invocation[Self.relapse],
                        clearsMs: Array(clears.dropFirst()),
                        refusals: try invocation[Self.refuse], endMs: try invocation[Self.end])),
                invocation)
        }
    }
}
