import CommandLineKit
import Testing

struct HelpTests {
    @Test(arguments: ["--help", "-h", "help", "--json --help"])
    func `the tool's help lists commands by section and global options`(line: String) {
        #expect(
            SampleTool.text(line) == """
                See and steer.

                Usage:
                  sample [options]
                  sample COMMAND [options]

                Commands:
                  topics                 Topics of the bus.
                  incidents              Incidents and their timelines.
                  completions            Print the script that completes sample in a shell.

                Act:
                  safe-mode              Stop what is risky.

                Global options:
                  --[no-]color           Colour what is printed. (default: on; env:
                                         SAMPLE_COLOR)
                  --json                 Print JSON.
                  -h, --help             Show this help.

                Connection:
                  --bootstrap HOST:PORT  The brokers to connect to. (default: 127.0.0.1:9092;
                                         env: SAMPLE_BOOTSTRAP)

                Run 'sample COMMAND --help' for more about a command.

                """)
    }

    @Test(arguments: [
        "safe-mode on --help", "help safe-mode on", "safe-mode on --bad --help",
        "safe-mode --help on",
    ])
    func `a command's help has usage, arguments, defaults and examples`(line: String) {
        #expect(
            SampleTool.text(line) == """
                Turn safe mode on.

                Every call to the outside stops.
                It is undone by 'sample safe-mode off'.

                Usage:
                  sample safe-mode on (--service NAME | --all) --reason TEXT [options]

                Options:
                  -s, --service NAME     The service that it is about. (env: SAMPLE_SERVICE)
                  --all                  All services.
                  --reason TEXT          Why; it stands in the timeline. (required)
                  --for DURATION         How long it holds. (default: 30m)
                  -y, --yes              Do not ask.

                Global options:
                  --[no-]color           Colour what is printed. (default: on; env:
                                         SAMPLE_COLOR)
                  --json                 Print JSON.
                  -h, --help             Show this help.

                Connection:
                  --bootstrap HOST:PORT  The brokers to connect to. (default: 127.0.0.1:9092;
                                         env: SAMPLE_BOOTSTRAP)

                Examples:
                  sample safe-mode on --service checkout --reason 'errors'
                      For one service.

                """)
    }

    @Test func `positional arguments are shown with their choices`() throws {
        let text = try #require(SampleTool.text("incidents ack --help"))
        #expect(text.contains("  sample incidents ack [options] ID [SEVERITY]\n"))
        #expect(text.contains("  SEVERITY               How bad it is. (p0, p1, p2 or p3)\n"))
    }

    @Test func `no line of the help is wider than asked`() {
        for width in [40, 60, 80] {
            guard case .text(let text) = SampleTool.tool.parse(["--help"], helpWidth: width) else {
                Issue.record("no help")
                return
            }
            #expect(text.split(separator: "\n").allSatisfy { $0.count <= max(width, 48) })
        }
    }

    @Test func `the version is the tool's`() {
        #expect(SampleTool.text("--version") == "sample 1.2.3\n")
        #expect(SampleTool.error("topics plan --version")?.code == .unknownOption)
        #expect(SampleTool.text("topics plan -- --help") == nil)
    }
}
