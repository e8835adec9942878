import CommandLineKit
import Testing

struct ParsingTests {
    @Test func `the declaration of the sample has no problem`() {
        #expect(SampleTool.tool.declarationProblems() == [])
    }

    @Test(arguments: [
        ("", ["sample"]),
        ("--json", ["sample"]),
        ("topics plan", ["sample", "topics", "plan"]),
        ("--json topics plan --json", ["sample", "topics", "plan"]),
        ("incidents ack inc-1", ["sample", "incidents", "ack"]),
    ])
    func `a line leads to its command`(line: String, path: [String]) {
        guard case .run(let parsed) = SampleTool.parse(line) else {
            Issue.record("'\(line)' does not run a command")
            return
        }
        #expect(parsed.path == path)
    }

    @Test(arguments: [
        "--service checkout", "--service=checkout", "-s checkout", "-scheckout",
        "-s=checkout",
    ])
    func `an option is written in five ways`(option: String) throws {
        let values = try SampleTool.values("safe-mode on --reason x \(option)")
        #expect(try values[SampleTool.service] == "checkout")
        #expect(try values[SampleTool.all] == false)
        #expect(values.origin(of: SampleTool.service) == .commandLine)
    }

    @Test func `short flags stand together, with an option last`() throws {
        let values = try SampleTool.values("topics plan -yvn5 a b")
        #expect(try values[SampleTool.yes])
        #expect(try values[SampleTool.verbose])
        #expect(try values[SampleTool.limit] == 5)
        #expect(try values[SampleTool.topics] == ["a", "b"])
    }

    @Test func `negative numbers are values, and a double dash ends the options`() throws {
        #expect(try SampleTool.values("topics plan --limit -5")[SampleTool.limit] == -5)
        let values = try SampleTool.values("topics plan a -- --yes -x --")
        #expect(try values[SampleTool.topics] == ["a", "--yes", "-x", "--"])
        #expect(try values[SampleTool.yes] == false)
    }

    @Test func `values come from the line, else the environment, else the default`() throws {
        let environment = ["SAMPLE_BOOTSTRAP": "b:1", "SAMPLE_LABELS": "x,y", "SAMPLE_COLOR": "no"]
        let fromLine = try SampleTool.values("topics plan --bootstrap a:1 --label z", environment)
        #expect(try fromLine[SampleTool.bootstrap] == "a:1")
        #expect(try fromLine[SampleTool.label] == ["z"])
        let fromEnvironment = try SampleTool.values("topics plan", environment)
        #expect(try fromEnvironment[SampleTool.bootstrap] == "b:1")
        #expect(try fromEnvironment[SampleTool.label] == ["x", "y"])
        #expect(try fromEnvironment[SampleTool.color] == false)
        #expect(
            fromEnvironment.origin(of: SampleTool.bootstrap) == .environment("SAMPLE_BOOTSTRAP"))
        let byDefault = try SampleTool.values("topics plan", ["SAMPLE_BOOTSTRAP": ""])
        #expect(try byDefault[SampleTool.bootstrap] == "127.0.0.1:9092")
        #expect(byDefault.origin(of: SampleTool.bootstrap) == .default)
        #expect(byDefault.origin(of: SampleTool.config) == nil)
    }

    @Test func `a file comes between the environment and the default, and is named`() throws {
        let tool = Tool(
            ToolCommand(
                "t", summary: "T.", arguments: [SampleTool.limit, SampleTool.config]
            ) { _ in .success }, version: "1"
        ) { values in
            guard let path = try values[SampleTool.config] else { return [:] }
            if path == "none" { throw CommandFailure("cannot read none") }
            return ["limit": FileValue([path == "bad" ? "x" : "7"], place: "\(path):3")]
        }
        guard case .run(let parsed) = tool.parse(["--config", "f"]) else {
            Issue.record("does not run")
            return
        }
        #expect(try parsed.values[SampleTool.limit] == 7)
        #expect(parsed.values.origin(of: SampleTool.limit) == .file("f:3"))
        guard case .failure(let error) = tool.parse(["--config", "bad"]) else {
            Issue.record("takes a bad value")
            return
        }
        #expect(error.message == "--limit (bad:3): 'x' is not a whole number")
        guard case .failure = tool.parse(["--config", "none"]) else {
            Issue.record("takes a file that cannot be read")
            return
        }
    }

    @Test func `the last of a flag and its opposite holds`() throws {
        #expect(try SampleTool.values("--no-color")[SampleTool.color] == false)
        #expect(try SampleTool.values("--no-color --color")[SampleTool.color])
    }

    @Test func `what is on the line outweighs an exclusive value in the environment`() throws {
        let values = try SampleTool.values(
            "safe-mode on --all --reason x", ["SAMPLE_SERVICE": "checkout"])
        #expect(try values[SampleTool.all])
    }

    @Test func `an enumeration, a percentage and a duration have their types`() throws {
        let ack = try SampleTool.values("incidents ack inc-1 p0")
        #expect(try ack[SampleTool.severity] == .p0)
        #expect(try SampleTool.values("incidents ack inc-1")[SampleTool.severity] == nil)
        #expect(try SampleTool.values("topics plan --rate 2.5%")[SampleTool.rate] == 2.5)
        let on = try SampleTool.values("safe-mode on --all --reason x --for 5m")
        #expect(try on[SampleTool.duration] == 300_000)
    }

    @Test func `a command reads only what it declares`() throws {
        let values = try SampleTool.values("topics plan")
        #expect(throws: CommandFailure.self) { try values[SampleTool.reason] }
        #expect(throws: CommandFailure.self) { try values[SampleTool.all] }
    }

    @Test(arguments: [
        ("", false), ("a", true), ("a b", true), ("a --at 2025-11-20T23:00Z", true),
        ("a --at yesterday", false), ("a --factor 0.5", true), ("a --factor nan", false),
        ("a --factor 2", false), ("a --json --yes", false), ("a --json", true), ("help", true),
    ])
    func `numbers, times and rules over several arguments are checked`(line: String, isRight: Bool)
    {
        let tool = Tool(
            ToolCommand(
                "t", summary: "T.",
                arguments: [
                    Argument.rest("topic", .string, required: true, help: "Topics."),
                    Argument.option("at", .time, help: "When."),
                    Argument.option("factor", .number(in: 0...1), help: "How much."),
                    SampleTool.json, SampleTool.yes,
                ], constraints: [.atMostOne(of: SampleTool.json, SampleTool.yes)]
            ) { _ in .success }, version: "1")
        let result = tool.parse(line.split(separator: " ").map(String.init))
        guard case .run = result else {
            #expect(!isRight)
            return
        }
        #expect(isRight)
    }

    @Test func `whatever is typed comes to a result, and errors cannot drive the terminal`() {
        let words = [
            "topics", "plan", "safe-mode", "on", "--", "-", "--=", "--limit", "--limit=", "-n",
            "-yn",
            "--no-", "--no-color", "=", "", "\u{1B}[2J", "-\u{1B}", "--\u{9B}x=y", "\n", "-5", "é",
            "help",
            "__complete", "--service", "completions",
        ]
        var state: UInt64 = 42
        for _ in 0..<20_000 {
            var line: [String] = []
            for _ in 0..<(state >> 33) % 6 {
                // The constants of Knuth's MMIX generator.
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                line.append(words[Int((state >> 33) % UInt64(words.count))])
            }
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            guard case .failure(let error) = SampleTool.tool.parse(line) else { continue }
            let lines = error.description.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines.allSatisfy { String($0).sanitized == $0 })
        }
    }
}
