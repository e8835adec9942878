import CommandLineKit
import Testing

struct OutputTests {
    private let plain = Style(isEnabled: false)

    private var services: TextTable {
        var table = TextTable([
            .fixed("SERVICE"), .fixed("p95", .right), .flexible("REASON", minimumWidth: 6),
            .fixed("OWNER"),
        ])
        table.add("checkout", "1,250 ms", "dependency is slow and failing", "alice")
        table.add("日本", "9 ms", "", "b\u{1B}[2Job", "surplus")
        table.add("billing")
        return table
    }

    @Test func `a table aligns its columns, and is whole where there is no terminal`() {
        #expect(
            services.text(for: CapturedOutput().console()) == """
                SERVICE        p95  REASON                          OWNER
                checkout  1,250 ms  dependency is slow and failing  alice
                日本          9 ms                                  b\\u{1B}[2Job
                billing

                """)
    }

    @Test func `a table is cut to the terminal, in the columns that may be`() {
        let narrow = CapturedOutput().console(isTerminal: true, width: 48)
        let lines = services.text(for: narrow).split(separator: "\n")
        #expect(lines[1] == "checkout  1,250 ms  dependency is…  alice")
        let tiny = CapturedOutput().console(isTerminal: true, width: 5)
        #expect(services.text(for: tiny).contains("checkout  1,250 ms  depen…  alice"))
    }

    @Test func `wide characters are cut whole`() {
        var table = TextTable([.flexible("N", minimumWidth: 2)])
        table.add("日本語日本語")
        let console = CapturedOutput().console(isTerminal: true, width: 6)
        #expect(table.text(for: console) == "N\n日本…\n")
    }

    @Test func `cells have a colour only where colours are on`() {
        var table = TextTable([.fixed("STATE")])
        let state = "bad"
        table.add(.init("\(state)!", .bad))
        let console = CapturedOutput().console(
            isTerminal: true, width: 80, style: Style(isEnabled: true))
        #expect(
            table.text(for: console) == "\u{1B}[1mSTATE\u{1B}[0m\n\u{1B}[1;31mbad!\u{1B}[0m\n")
    }

    @Test(
        arguments: [
            (true, [:], true), (false, [:], false), (true, ["NO_COLOR": "1"], false),
            (true, ["NO_COLOR": ""], true), (true, ["TERM": "dumb"], false),
            (true, ["TERM": "xterm"], true),
        ] as [(Bool, [String: String], Bool)])
    func `colour is for terminals that want it`(
        isTerminal: Bool, environment: [String: String], isOn: Bool
    ) {
        let style = Style(isTerminal: isTerminal, environment: environment)
        #expect(style.isEnabled == isOn)
        #expect((style("x", .good) == "x") == !isOn)
        #expect(style("x", nil) == "x")
    }

    @Test func `progress rewrites a line on a terminal, ten times a second at most`() {
        let buffer = CapturedOutput()
        let console = buffer.console(isTerminal: true, width: 30, style: plain)
        var bar = ProgressIndicator("Build", total: 1_000, on: console, nowMs: 0)
        bar.update(0, nowMs: 0)
        bar.update(1, nowMs: 99)
        bar.update(500, note: "kit\n", nowMs: 61_000)
        bar.finish("Built", nowMs: 62_000)
        #expect(
            buffer.text == "\r\u{1B}[K[....................] Build…"
                + "\r\u{1B}[K[##########..........] Build…"
                + "\r\u{1B}[KBuilt (1 min 2 s)\n")
    }

    @Test func `progress is a plain line every few seconds elsewhere`() {
        let buffer = CapturedOutput()
        var bar = ProgressIndicator("Build", total: 10, on: buffer.console(), nowMs: 0)
        for nowMs in stride(from: Int64(0), through: 10_000, by: 1_000) {
            bar.update(Int(nowMs / 1_000), nowMs: nowMs)
        }
        bar.finish("Built", nowMs: 10_500)
        #expect(
            buffer.text == """
                Build 0 of 10 (0 ms)
                Build 5 of 10 (5 s)
                Build 10 of 10 (10 s)
                Built (10.5 s)

                """)
    }

    @Test func `without a total it spins`() {
        let buffer = CapturedOutput()
        let console = buffer.console(isTerminal: true, width: 80, style: plain)
        var spinner = ProgressIndicator("Wait", on: console, nowMs: 0)
        spinner.update(nowMs: 0)
        spinner.update(nowMs: 1_000)
        #expect(buffer.text == "\r\u{1B}[K| Wait (0 ms)\r\u{1B}[K/ Wait (1 s)")
    }

    @Test(
        arguments: [
            (true, "checkout", false, true), (true, " checkout ", false, true),
            (true, "y", false, false), (true, nil, false, false), (false, "checkout", false, false),
            (false, nil, true, true),
        ] as [(Bool, String?, Bool, Bool)])
    func `a confirmation is typed, or given by --yes`(
        isAnswerable: Bool, answer: String?, yes: Bool, isConfirmed: Bool
    ) {
        let buffer = CapturedOutput()
        let prompt = Prompt(on: buffer.console(), isAnswerable: isAnswerable) { answer }
        let outcome = Result {
            try prompt.confirm("This stops checkout.", typing: "checkout", yes: yes)
        }
        switch outcome {
        case .success: #expect(isConfirmed)
        case .failure: #expect(!isConfirmed)
        }
        #expect(buffer.text.contains("Type 'checkout'") == (isAnswerable && !yes))
    }

    @Test func `without a terminal it says what to do`() {
        let prompt = Prompt(on: CapturedOutput().console(), isAnswerable: false) { nil }
        let error = #expect(throws: CommandFailure.self) {
            try prompt.confirm("This stops all.", typing: "all", yes: false)
        }
        #expect(error?.exitCode == .usage)
        #expect(error?.hint == "Add --yes to go on without being asked.")
    }
}
