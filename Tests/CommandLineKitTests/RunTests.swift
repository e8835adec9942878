import CommandLineKit
import Testing

struct RunTests {
    private func run(_ line: String) async -> (code: ExitCode, out: String, err: String) {
        let out = CapturedOutput()
        let err = CapturedOutput()
        let code = await SampleTool.tool.run(
            line.split(separator: " ").map(String.init), environment: [:], out: out.console(),
            err: err.console())
        return (code, out.text, err.text)
    }

    @Test(arguments: [
        ("", 0, "status\n", ""),
        ("safe-mode on --all --reason x", 0, "on all 1800000\n", ""),
        ("topics plan", 3, "", ""),
        ("--version", 0, "sample 1.2.3\n", ""),
        ("safe-mode off", 6, "", "sample: no broker\nStart one.\n"),
        ("secret", 0, "", ""),
        (
            "incidents ack a", 1, "",
            "sample: 'sample incidents ack' reads --reason but does not declare it\n"
        ),
        (
            "topics", 2, "",
            "sample topics: a command is missing: plan.\n"
                + "Run 'sample topics --help' to see what each does.\n"
        ),
    ])
    func `a line ends with its code, results and errors apart`(
        line: String, code: UInt8, out: String, err: String
    ) async {
        let result = await run(line)
        #expect(result.code == ExitCode(rawValue: code))
        #expect(result.out == out)
        #expect(result.err == err)
    }
}
