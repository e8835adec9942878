import CommandLineKit
import OperatorDomain
import Runtime

await OperatorTool.make(
    version: DreamNetVersion.text, connection: ConnectionOptions.all, fallback: OptionsFile.values,
    shell: DreamNetShell()
).main()
