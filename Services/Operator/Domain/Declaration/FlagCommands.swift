internal import CommandLineKit
internal import Contracts

/// The commands that set flags and settings.
struct FlagCommands: Sendable {
    private enum Switch: String, CaseIterable, Sendable { case on, off }
    private enum Module: String, CaseIterable, Sendable { case disable, enable }
    private enum Rate: String, CaseIterable, Sendable { case reduce, restore }
    private enum Monitor: String, CaseIterable, Sendable { case increase, normal }
    private enum Threshold: String, CaseIterable, Sendable { case lower, normal }

    private static let section = "Act"
    private static let state = Argument.positional(
        "state", .choice(Switch.self), help: "What it is to be.")
    private static let hotkey = Argument.positional(
        "hotkey", .string, help: "Such as SAFE_MODE=on or FEATURE_FLAG=disable:citadel.")

    let arguments: OperatorArguments
    let shell: any OperatorShell
    private var builder: OrderBuilder { OrderBuilder(arguments: arguments, shell: shell) }

    var all: [ToolCommand] {
        [
            onOff(
                "safe-mode", .setSafeMode, "Stop tool use and external calls (SAFE_MODE).",
                "dreamnet safe-mode on --service checkout --reason 'p95 at 6 s' --for 30m"),
            onOff(
                "write-drain", .setWriteDrain, "Refuse writes, keep reads (WRITE_DRAIN).",
                "dreamnet write-drain on --service checkout"),
            module,
            onOff(
                "kill-switch", .setKillSwitch,
                "Stop everything that is not needed to recover.",
                "dreamnet kill-switch on --service checkout --reason 'data at risk'"),
            rateLimit, autoscale, monitor, alertThreshold, hotkey,
        ]
    }

    private func command(
        _ name: String, _ summary: String, discussion: String = "",
        _ own: [any ArgumentDeclaration], isAboutFlags: Bool = true, example: String,
        run: @escaping ToolCommand.Run
    ) -> ToolCommand {
        ToolCommand(
            name, summary: summary, discussion: discussion, section: Self.section,
            arguments: own + [
                arguments.service, arguments.all, arguments.except, arguments.duration,
                arguments.override, arguments.yes,
            ] + arguments.ofEveryOrder + (isAboutFlags ? arguments.ofBreakGlass : []),
            constraints: [.exactlyOne(of: arguments.service, arguments.all)],
            examples: [.init(example, "Says where it goes, sends it, and waits for its effect.")],
            run: run)
    }

    private func onOff(
        _ name: String, _ type: CommandType, _ summary: String, _ example: String
    ) -> ToolCommand {
        let builder = builder
        return command(
            name, summary, discussion: "'off' ends your own hold; whoever else holds it is named.",
            [Self.state], example: example
        ) { invocation in
            let isOn = try invocation[Self.state] == .on
            return try await builder.sendToServices(type, invocation) { $0.enabled = isOn }
        }
    }

    private var module: ToolCommand {
        let (builder, shell) = (builder, shell)
        let action = Argument.positional("action", .choice(Module.self), help: "What to do.")
        let name = Argument.positional(
            "module", .string.completed { await shell.candidates(.module, for: $0) },
            help: "The module's name.")
        return command(
            "module", "Turn a module off or on (FEATURE_FLAG).", [action, name],
            example: "dreamnet module disable citadel --service checkout"
        ) { invocation in
            let isOn = try invocation[action] == .enable
            let module = try invocation[name]
            return try await builder.sendToServices(.setModule, invocation) {
                $0.enabled = isOn
                $0.module = module
            }
        }
    }

    private var rateLimit: ToolCommand {
        let builder = builder
        let action = Argument.positional("action", .choice(Rate.self), help: "What to do.")
        let percent = Argument.option(
            "percent", .percentage(in: 0.1...100),
            help: "Of the normal rate; without it what config/control.yaml says.")
        return command(
            "rate-limit", "Take fewer requests, or as many as usual (RATE_LIMIT).",
            [action, percent],
            example: "dreamnet rate-limit reduce --percent 25 --service checkout"
        ) { invocation in
            let isOn = try invocation[action] == .reduce
            let figure = try invocation[percent]
            return try await builder.sendToServices(.setRateLimit, invocation) {
                $0.enabled = isOn
                $0.percent = isOn ? figure : nil
            }
        }
    }

    private var autoscale: ToolCommand {
        let builder = builder
        let factor = Argument.option(
            "factor", .number(in: 1...100),
            help: "Of the normal size; without it what config/control.yaml says.")
        return command(
            "autoscale", "Run more of a service (AUTOSCALE).", [Self.state, factor],
            example: "dreamnet autoscale on --factor 2 --service checkout"
        ) { invocation in
            let isOn = try invocation[Self.state] == .on
            let figure = try invocation[factor]
            return try await builder.sendToServices(.setAutoscale, invocation) {
                $0.enabled = isOn
                $0.factor = isOn ? figure : nil
            }
        }
    }

    private var monitor: ToolCommand {
        let builder = builder
        let level = Argument.positional("level", .choice(Monitor.self), help: "How closely.")
        return command(
            "monitor", "Look at a service more often (MONITOR).", [level], isAboutFlags: false,
            example: "dreamnet monitor increase --service checkout --for 1h"
        ) { invocation in
            let text = try invocation[level].rawValue
            return try await builder.sendToServices(.setMonitor, invocation) { $0.level = text }
        }
    }

    private var alertThreshold: ToolCommand {
        let builder = builder
        let level = Argument.positional("level", .choice(Threshold.self), help: "How sensitive.")
        return command(
            "alert-threshold", "Raise alerts sooner (ALERT_THRESHOLD).", [level],
            isAboutFlags: false,
            example: "dreamnet alert-threshold lower --service checkout --for 1h"
        ) { invocation in
            let text = try invocation[level].rawValue
            return try await builder.sendToServices(.setAlertThreshold, invocation) {
                $0.level = text
            }
        }
    }

    private var hotkey: ToolCommand {
        let builder = builder
        return command(
            "hotkey", "The same in the runbooks' notation.",
            discussion: """
                SAFE_MODE=on|off, WRITE_DRAIN=on|off, FEATURE_FLAG=disable:MODULE|enable:MODULE, \
                AUTOSCALE=on|off, RATE_LIMIT=reduce|restore, MONITOR=increase|normal, \
                ALERT_THRESHOLD=lower|normal, ROLLBACK.
                """,
            [Self.hotkey], example: "dreamnet hotkey 'SAFE_MODE=on' --service checkout"
        ) { invocation in
            let text = try invocation[Self.hotkey]
            do throws(HotkeyError) { _ = try Hotkey(text) } catch {
                throw Self.noHotkey(text, error, invocation)
            }
            return try await builder.sendToServices(.hotkey, invocation) { $0.hotkey = text }
        }
    }

    private static func noHotkey(
        _ text: String, _ error: HotkeyError, _ invocation: Invocation
    ) -> UsageError {
        let near = Suggestions.nearest(to: text, among: Hotkey.forms)
        return UsageError(
            .invalidValue, path: invocation.path, message: error.description,
            hint: near.isEmpty ? nil : "Did you mean '\(near.joined(separator: "' or '"))'?")
    }

    // MARK: Holds and the automation

    /// `flags` and `flags release`.
    var flags: ToolCommand {
        let (builder, shell) = (builder, shell)
        let flag = Argument.positional(
            "flag", .string.completed { await shell.candidates(.flag, for: $0) },
            help: "The flag, such as safe_mode or module:citadel.")
        let rest = Argument.flag("rest", help: "Show those at rest as well.")
        let service = arguments.service
        let since = Argument.option(
            "since", .duration(inMs: 1_000...30 * 86_400_000), default: 7 * 86_400_000,
            help: "How far to look back.")
        let history = ToolCommand(
            "history", summary: "Who changed a flag, when and why.",
            arguments: [flag, service, since],
            examples: [
                .init("dreamnet flags history safe_mode --since 30d", "Holds that ran out, too.")
            ]
        ) { invocation in
            let name = try invocation[flag]
            guard FlagRules.rest(name) != nil else {
                throw UsageError(
                    .invalidValue, path: invocation.path, message: "'\(name)' is no flag",
                    hint: "dreamnet flags --rest shows those that there are.")
            }
            return try await shell.perform(
                .flagHistory(
                    flag: name, service: try invocation[service],
                    sinceMs: try invocation[since]), invocation)
        }
        return ToolCommand(
            "flags", summary: "Flags with who holds them, why and until when.", section: "See",
            arguments: [service, rest],
            examples: [.init("dreamnet flags --service checkout", "Flags that somebody holds.")],
            subcommands: [
                history,
                command(
                    "release", "End your hold on one flag.", [flag],
                    example: "dreamnet flags release tool_use --service checkout"
                ) { invocation in
                    let name = try invocation[flag]
                    return try await builder.sendToServices(.releaseFlag, invocation) {
                        $0.flag = name
                    }
                },
            ]
        ) { invocation in
            try await shell.perform(
                .flags(service: try invocation[service], all: try invocation[rest]), invocation)
        }
    }

    /// `automation pause` and `automation resume`.
    var automation: ToolCommand {
        let builder = builder
        return ToolCommand(
            "automation", summary: "Stop the next automatic step, or let it go on.",
            section: Self.section,
            subcommands: [
                command(
                    "pause", "No automatic step until 'resume', or for a time.", [],
                    isAboutFlags: false,
                    example: "dreamnet automation pause --service checkout --for 30m"
                ) { try await builder.sendToServices(.pauseAutomation, $0) { _ in } },
                command(
                    "resume", "Automatic steps again.", [], isAboutFlags: false,
                    example: "dreamnet automation resume --service checkout"
                ) { try await builder.sendToServices(.resumeAutomation, $0) { _ in } },
            ])
    }
}
