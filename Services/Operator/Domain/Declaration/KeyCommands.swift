internal import CommandLineKit
internal import Contracts

/// `keys new`: the key that signs a person's orders.
struct KeyCommands: Sendable {
    private static let file = Argument.positional(
        "file", .string.shown(as: "FILE"), help: "Where the private key goes; it must not be there."
    )

    private static let of = Argument.option(
        "of", .string.shown(as: "SERVICE"),
        help: "The key of a service, such as nervous-system, which signs its requests.")

    let arguments: OperatorArguments
    let shell: any OperatorShell

    var command: ToolCommand {
        let (shell, author) = (shell, arguments.author)
        return ToolCommand(
            "keys", summary: "Keys that sign orders.", section: "Look after it",
            subcommands: [
                ToolCommand(
                    "new",
                    summary: "Make a key: the private half in a file that you alone may read.",
                    discussion: "The public half is printed as config/access.yaml wants it.",
                    arguments: [Self.file, author, Self.of],
                    examples: [
                        .init("dreamnet keys new ~/.dreamnet.key", "Then: export DREAMNET_KEY."),
                        .init(
                            "dreamnet keys new ns.key --of nervous-system",
                            "Then: nervous-system --key ns.key."),
                    ]
                ) {
                    let service = try $0[Self.of]
                    guard service.map(ServiceName.isValid) ?? true else {
                        throw CommandFailure(
                            "--of: '\(service?.sanitized ?? "")' is no name of a service",
                            exitCode: .usage)
                    }
                    return try await shell.perform(
                        .newKey(
                            file: try $0[Self.file], person: try $0[author] ?? "NAME",
                            service: service), $0)
                }
            ])
    }
}
