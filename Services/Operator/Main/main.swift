import CommandLineKit
import OperatorDomain
import Runtime

let shell = DreamNetShell()
let context = ContextsFile.context { await shell.candidates(.context, for: $0) }
await OperatorTool.make(
    version: DreamNetVersion.text,
    connection: ConnectionOptions.all + [context, ContextsFile.contexts],
    fallback: ContextsFile.values, shell: shell
).main()
