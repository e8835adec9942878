import CommandLineKit
import Testing

@Suite struct `The help of every command` {
    /// The words that a shell is offered after these.
    private func words(after path: [String]) async -> [String] {
        await RecordingShell.run(["__complete", "--"] + path + [""]).text
            .split(separator: "\n").map { line in String(line.prefix { $0 != "\t" }) }
            .filter { !$0.hasPrefix("-") }
    }

    @Test func `Has an example, which is a line that the tool takes`() async {
        var paths: [[String]] = [[]]
        var count = 0
        while let path = paths.popLast() {
            let help = await RecordingShell.run(path + ["--help"])
            #expect(help.code == .success)
            #expect(help.text.contains("\nExamples:\n"), "\(path)")
            count += 1
            for word in await words(after: path) {
                let usage = (["  dreamnet"] + path + [word]).joined(separator: " ")
                let text = await RecordingShell.run(path + [word, "--help"]).text
                // What completes an argument is no command: its help is that of the command.
                if text.contains("Usage:\n" + usage) { paths.append(path + [word]) }
            }
        }
        #expect(count > 60)
    }
}
