import CommandLineKit
import OperatorDomain
import Runtime

await OperatorTool.make(
    version: "0.1.0", connection: ConnectionOptions.all, fallback: OptionsFile.values,
    shell: DreamNetShell()
).main()
