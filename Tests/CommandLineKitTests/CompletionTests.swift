import CommandLineKit
import Testing

struct CompletionTests {
    /// The lines that the hidden entry prints for these words.
    private func answer(
        _ words: [String], _ environment: [String: String] = [:]
    ) async -> [String] {
        let out = CapturedOutput()
        let code = await SampleTool.tool.run(
            ["__complete", "--"] + words, environment: environment, out: out.console(),
            err: CapturedOutput().console())
        #expect(code == .success)
        return out.text.split(separator: "\n").map(String.init)
    }

    @Test(arguments: [
        (["to"], ["topics\tTopics of the bus."]),
        (["sec"], []),
        (["topics", "plan", "--l"], ["--limit\tHow many.", "--label\tA label of it."]),
        (["topics", "plan", "--limit", "3", "--l"], ["--label\tA label of it."]),
        (["--no-"], ["--no-color\tColour what is printed."]),
        (["incidents", "ack", "a", "p"], ["p0", "p1", "p2", "p3"]),
        (["incidents", "ack", "a", "p1", ""], []),
        (["topics", "plan", "--config", "x"], ["\t:files"]),
        (["topics", "plan", "--bad", "--config=x"], ["\t:files"]),
        (["safe-mode", "on", "-s", "pay"], ["payments"]),
        (["safe-mode", "on", "--", "--"], []),
        (["completions", ""], ["bash", "zsh", "fish"]),
    ])
    func `the hidden entry proposes how a line goes on`(
        words: [String], expected: [String]
    ) async {
        #expect(await answer(words) == expected)
    }

    @Test func `names are asked for with what the line says, and none drives a terminal`() async {
        #expect(
            await answer(["--bootstrap", "b:1", "safe-mode", "on", "--service=c"]) == [
                "--service=checkout\ton b:1", "--service=check in",
            ])
        #expect(
            await answer(["safe-mode", "on", "--service", "checko"], ["SAMPLE_BOOTSTRAP": "e:1"])
                == ["checkout\ton e:1"])
        #expect(await answer(["safe-mode", "on", "--service", "evil"]) == [])
    }

    @Test func `the bash script is one that bash can read`() throws {
        let result = try Bash.run(
            "bash -n <<'END'\n\(CompletionScript.bash.text(tool: "dream-net"))\nEND\n")
        #expect(result.status == 0)
        #expect(result.output == "")
    }

    @Test func `the scripts name the tool, and a function that every shell takes`() {
        for shell in CompletionScript.allCases {
            let script = shell.text(tool: "dream-net")
            #expect(script.contains("_dream_net"))
            #expect(script.contains("__complete --"))
            #expect(!script.contains("@" + "TOOL@") && !script.contains("@FUNCTION@"))
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let line: String
        /// As bash splits the line at its COMP_WORDBREAKS.
        let words: [String]
        let replies: [String]

        var testDescription: String { line }
    }

    @Test(arguments: [
        Case(line: "sample to", words: ["sample", "to"], replies: ["topics"]),
        Case(
            line: "sample incidents ack a ",
            words: ["sample", "incidents", "ack", "a", ""], replies: ["p0", "p1", "p2", "p3"]),
        Case(
            line: "sample safe-mode on --service pay",
            words: ["sample", "safe-mode", "on", "--service", "pay"], replies: ["payments"]),
        Case(
            line: "sample  safe-mode on --service=ch",
            words: ["sample", "safe-mode", "on", "--service", "=", "ch"],
            replies: ["checkout", "check\\ in"]),
        Case(
            line: "sample safe-mode on --service=",
            words: ["sample", "safe-mode", "on", "--service", "="],
            replies: ["checkout", "check\\ in", "payments"]),
        Case(
            line: "sample --bootstrap a:9092 saf",
            words: ["sample", "--bootstrap", "a", ":", "9092", "saf"], replies: ["safe-mode"]),
    ])
    func `a completion evaluated by bash proposes the tool's words`(example: Case) async throws {
        // The tool runs in this process: bash first tells what it asks, then gets the answer.
        let asked = try evaluate(example, tool: "printf '%s\\n' \"$@\" >&3")
        let words = asked.split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast().map(String.init)
        #expect(words.prefix(2) == ["__complete", "--"])
        let lines = await answer(Array(words.dropFirst(2)))
        let printed = lines.map { "printf '%s\\n' \(Bash.quote($0))" }.joined(separator: "\n")
        let replies = try evaluate(example, tool: printed.isEmpty ? ":" : printed)
        #expect(replies.split(separator: "\n").map(String.init) == example.replies)
    }

    private func evaluate(_ example: Case, tool: String) throws -> String {
        let words = example.words.map(Bash.quote).joined(separator: " ")
        let result = try Bash.run(
            """
            exec 3>&1
            sample() {
            \(tool)
            }
            \(CompletionScript.bash.text(tool: "sample"))
            COMP_WORDS=(\(words))
            COMP_CWORD=\(example.words.count - 1)
            COMP_LINE=\(Bash.quote(example.line))
            COMP_POINT=${#COMP_LINE}
            _sample sample
            for reply in "${COMPREPLY[@]}"; do printf '%s\\n' "$reply"; done
            """)
        #expect(result.status == 0)
        return result.output
    }
}
