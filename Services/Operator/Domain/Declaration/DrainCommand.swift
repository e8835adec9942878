internal import CommandLineKit

/// The command that lets an instance leave its group for good.
struct DrainCommand: Sendable {
    private static let instance = Argument.positional(
        "instance", .string.shown(as: "INSTANCE"),
        help: "The name of the instance, as control-core-1.")
    private static let admin = Argument.option(
        "admin", .string.shown(as: "HOST:PORT"),
        help: "Its admin port. Default: that of its service on 127.0.0.1.")

    let shell: any OperatorShell

    var command: ToolCommand {
        let shell = shell
        return ToolCommand(
            "drain", summary: "Let an instance of a service leave for good.",
            discussion: """
                It commits what is open, gives its place in the group up, and ends with status 0; \
                another instance takes over within a second. Run it on the instance's \
                machine: its admin port takes this from the loopback alone. SIGTERM is for a restart: it keeps \
                the place until the session ends.
                """,
            section: "Look after it", arguments: [Self.instance, Self.admin],
            examples: [
                .init("dreamnet drain control-core-1 --admin 127.0.0.1:7111", "One of two leaves.")
            ]
        ) { invocation in
            try await shell.perform(
                .drain(
                    instance: try invocation[Self.instance], admin: try invocation[Self.admin]),
                invocation)
        }
    }
}
