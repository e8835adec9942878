internal import CommandLineKit

/// `context`: named clusters.
struct ContextCommands: Sendable {
    let shell: any OperatorShell

    var command: ToolCommand {
        let shell = shell
        let format = ValueFormat.string.shown(as: "NAME").completed {
            await shell.candidates(.context, for: $0)
        }
        let name = Argument.positional(
            "name", format, help: "The context; 'none' to use none of them.")
        let shown = Argument.option(
            "name", format, help: "The context; without it the one that is used.")
        return ToolCommand(
            "context", summary: "Named clusters, and which of them is used.",
            discussion: """
                They stand in ~/.config/dreamnet/contexts.yaml. A change on one that is marked as \
                production names it in capitals before it is done.
                """,
            section: "Look after it",
            subcommands: [
                ToolCommand(
                    "list", summary: "The contexts that there are.",
                    examples: [.init("dreamnet context list", "The one that is used has a *.")]
                ) { try await shell.perform(.contexts, $0) },
                ToolCommand(
                    "use", summary: "Use a context where a line names none.", arguments: [name],
                    examples: [
                        .init("dreamnet context use staging", "What follows goes to staging."),
                        .init("dreamnet context use none", "The default again."),
                    ]
                ) { try await shell.perform(.useContext(name: try $0[name]), $0) },
                ToolCommand(
                    "show", summary: "What a context says.", arguments: [shown],
                    examples: [.init("dreamnet context show --name shop-eu", "Files, no secrets.")]
                ) { try await shell.perform(.showContext(name: try $0[shown]), $0) },
            ])
    }
}
