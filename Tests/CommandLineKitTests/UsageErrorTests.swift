import CommandLineKit
import Testing

struct UsageErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let line: String
        let code: UsageError.Code
        let text: String

        init(_ line: String, _ code: UsageError.Code, _ text: String) {
            self.line = line
            self.code = code
            self.text = text
        }

        var testDescription: String { line }
    }

    @Test(arguments: [
        Case(
            "topcis", .unknownCommand,
            """
            sample: unknown command 'topcis'. Did you mean 'topics'?
            Run 'sample --help' to see the commands.
            """),
        Case(
            "plan", .unknownCommand,
            """
            sample: unknown command 'plan'. Did you mean 'topics plan'?
            Run 'sample --help' to see the commands.
            """),
        Case(
            "xyzzy", .unknownCommand,
            """
            sample: unknown command 'xyzzy'.
            Run 'sample --help' to see the commands.
            """),
        Case(
            "topics", .missingCommand,
            """
            sample topics: a command is missing: plan.
            Run 'sample topics --help' to see what each does.
            """),
        Case(
            "topics plan --lmit 3", .unknownOption,
            """
            sample topics plan: unknown option '--lmit'. Did you mean '--limit'?
            Run 'sample topics plan --help' to see what it takes.
            """),
        Case(
            "--reason x safe-mode on", .unknownOption,
            """
            sample: unknown option '--reason'.
            It belongs after the command: sample safe-mode on --reason.
            """),
        Case(
            "topics plan --limit", .missingValue,
            """
            sample topics plan: --limit needs a value.
            Write --limit N.
            """),
        Case(
            "topics plan --label --yes", .missingValue,
            """
            sample topics plan: --label needs a value, but '--yes' follows.
            Write --label TEXT, or --label=VALUE if it begins with a dash.
            """),
        Case(
            "topics plan --yes=no", .unexpectedValue,
            """
            sample topics plan: --yes takes no value.
            Run 'sample topics plan --help' to see what it takes.
            """),
        Case(
            "topics plan --limit 101", .invalidValue,
            """
            sample topics plan: --limit: '101' is not between -10 and 100.
            Run 'sample topics plan --help' to see what it takes.
            """),
        Case(
            "topics plan --rate 101%", .invalidValue,
            """
            sample topics plan: --rate: '101%' is not between 0.0 and 100.0 percent.
            Run 'sample topics plan --help' to see what it takes.
            """),
        Case(
            "topics plan --limit 1 -n 2", .repeatedOption,
            """
            sample topics plan: --limit is given twice.
            Run 'sample topics plan --help' to see what it takes.
            """),
        Case(
            "incidents ack", .missingArgument,
            """
            sample incidents ack: ID is missing.
            ID: The incident.
            """),
        Case(
            "incidents ack a p9", .invalidValue,
            """
            sample incidents ack: SEVERITY: 'p9' is not one of p0, p1, p2 or p3. \
            Did you mean 'p0', 'p1' or 'p2'?
            Run 'sample incidents ack --help' to see what it takes.
            """),
        Case(
            "incidents ack a p1 b", .unexpectedArgument,
            """
            sample incidents ack: 'b' is one word too many.
            Run 'sample incidents ack --help' to see what it takes.
            """),
        Case(
            "safe-mode on --all", .missingArgument,
            """
            sample safe-mode on: --reason TEXT is missing.
            --reason: Why; it stands in the timeline.
            """),
        Case(
            "safe-mode on --reason x", .missingArgument,
            """
            sample safe-mode on: --service NAME or --all is needed.
            Run 'sample safe-mode on --help' to see what it takes.
            """),
        Case(
            "safe-mode on --reason x --all -s a", .conflictingArguments,
            """
            sample safe-mode on: --service and --all exclude each other: give one only.
            Run 'sample safe-mode on --help' to see what it takes.
            """),
        Case(
            "safe-mode on --all --reason x --for 2d", .invalidValue,
            """
            sample safe-mode on: --for: '2d' is not between 1s and 1d.
            Run 'sample safe-mode on --help' to see what it takes.
            """),
        Case(
            "to\u{1B}[2Jpics", .unknownCommand,
            """
            sample: unknown command 'to\\u{1B}[2Jpics'.
            Run 'sample --help' to see the commands.
            """),
    ])
    func `a wrong line says what is wrong, where, and what to do`(wrong: Case) throws {
        let error = try #require(SampleTool.error(wrong.line))
        #expect(error.code == wrong.code)
        #expect(error.description == wrong.text)
    }

    @Test func `a wrong value in the environment is named by its variable`() throws {
        let error = try #require(SampleTool.error("", ["SAMPLE_COLOR": "maybe"]))
        #expect(
            error.message
                == "--color (environment variable SAMPLE_COLOR): 'maybe' is neither true nor false")
    }

    @Test func `an empty value is refused, and a lone dash is a word`() throws {
        #expect(SampleTool.error("safe-mode on --all --reason=")?.code == .invalidValue)
        #expect(try SampleTool.values("topics plan -")[SampleTool.topics] == ["-"])
    }

    @Test(arguments: [
        ("statsu", ["status", "state", "topics"], ["status", "state"]),
        ("on", ["off", "on"], ["on"]),
        ("inc", ["incidents", "alerts"], ["incidents"]),
        ("x", ["y"], []),
        ("", ["y"], []),
    ])
    func `near words are suggested, the nearest first`(
        word: String, candidates: [String], expected: [String]
    ) {
        #expect(Suggestions.nearest(to: word, among: candidates) == expected)
    }

    @Test func `a huge word is not compared`() {
        let word = String(repeating: "a", count: 1_000_000)
        #expect(Suggestions.nearest(to: word, among: [word]) == [])
    }

    @Test func `mistakes of a declaration are found`() {
        let wrong = Tool(
            ToolCommand(
                "t", summary: "T.", globals: [SampleTool.yes],
                subcommands: [
                    ToolCommand(
                        "a", summary: "A.",
                        arguments: [
                            SampleTool.yes, SampleTool.topics, SampleTool.incident,
                        ], constraints: [.atMostOne(of: SampleTool.all)], run: { _ in .success }),
                    ToolCommand("a", summary: "Nothing."),
                ]), version: "1")
        #expect(
            wrong.declarationProblems() == [
                "t: the command 'a' is declared twice",
                "t a: --yes is declared twice",
                "t a: -y is declared twice",
                "t a: nothing can follow TOPIC...",
                "t a: a constraint names --all, which is not declared",
                "t a: it has neither subcommands nor something to run",
            ])
    }
}
