import Contracts
import NervousSystemDomain
import PolicyFiles
import Testing

@Suite struct RunbookFileTests {
    private static let name = "runbooks/contain.md"

    private static let good = """
        ---
        name: contain
        title: Contain an outage
        trigger:
          severity: [P0]
        steps:
          - id: safe-mode
            title: SAFE_MODE on
            action: set_safe_mode
            with: {enabled: true}
            undo: {enabled: false}
        ---
        # Text
        """

    private func runbookProblems(_ files: [String: String]) throws -> [String] {
        try problems(files) { directory throws(PolicyFilesError) in try directory.loadRunbooks() }
    }

    @Test func `every key is read`() throws {
        let home = try TemporaryHome([
            Self.name: """
            ---
            name: contain
            title: Contain an outage
            trigger:
              severity: [P0, P1]
              signals: [errors, missing_data]
              services: [shop]
            actWithin: 30s
            stableFor: 10s
            undoWatch: 5s
            relapseWithin: 2m
            verifyWithin: 3m
            steps:
              - id: slow-down
                title: Half the rate
                action: set_rate_limit
                with: {enabled: true, percent: 40}
                undo: {enabled: false}
              - id: cause
                title: Find the cause
                ask: What changed on {service}?
                commands:
                  - dreamnet incidents show {incident}
            ---
            # Text

            For people.
            """, "runbooks/README.md": "no front matter", "runbooks/notes.txt": "none either",
            "runbooks/.hidden.md": "nor here",
        ])
        let runbooks = try PolicyDirectory(home: home.path).loadRunbooks().value
        let trigger = RunbookTrigger(
            runbook: "contain", severities: [.p0, .p1], signals: [.errors, .missingData],
            services: ["shop"])
        #expect(
            runbooks == [
                Runbook(
                    name: "contain", title: "Contain an outage", trigger: trigger,
                    timings: RunbookTimings(
                        actWithinMs: 30_000, stableForMs: 10_000, undoWatchMs: 5_000,
                        relapseWithinMs: 120_000, verifyWithinMs: 180_000),
                    steps: [
                        RunbookStep(
                            id: "slow-down", title: "Half the rate",
                            kind: .request(
                                RunbookAction(.setRateLimit, enabled: true, percent: 40),
                                undo: RunbookAction(.setRateLimit, enabled: false))),
                        RunbookStep(
                            id: "cause", title: "Find the cause",
                            kind: .ask(
                                text: "What changed on {service}?",
                                commands: ["dreamnet incidents show {incident}"])),
                    ], text: "# Text\n\nFor people.")
            ])
    }

    @Test(arguments: [
        (
            "name: contain", "name: other",
            ["2:7: name: expected 'contain', for the file is contain.md"]
        ),
        ("name: contain\n", "", ["2:1: name: missing"]),
        ("[P0]", "[]", ["5:13: trigger.severity: expected one or more of P0 to P3"]),
        (
            "  severity: [P0]", "  services: [shop]",
            ["5:3: trigger.severity: expected one or more of P0 to P3"]
        ),
        (
            "severity: [P0]", "severity: [P0, P4]\n  signal: [errors]",
            [
                "5:18: trigger.severity[1]: expected one of P0, P1, P2, P3, got 'P4'",
                "6:3: trigger.signal: unknown key; did you mean 'signals'?",
            ]
        ),
        ("steps:", "stableFor: 0s\nsteps:", ["6:12: stableFor: expected 1 s to 1440 min"]),
        ("steps:", "verify: 5m\nsteps:", ["6:1: verify: unknown key"]),
        ("    undo: {enabled: false}\n", "", ["7:5: steps[0].undo: missing"]),
        (
            "undo: {enabled: false}", "undo: {enabled: true}",
            ["11:11: steps[0].undo: does not take the action back"]
        ),
        (
            "with: {enabled: true}", "with: {enabeld: true}",
            ["10:12: steps[0].with.enabeld: unknown key; did you mean 'enabled'?"]
        ),
        (
            "with: {enabled: true}", "with: {enabled: true, percent: 5}",
            ["10:36: steps[0].with.percent: is no parameter of set_safe_mode"]
        ),
        (
            "set_safe_mode", "set_kill_switch",
            ["9:13: steps[0].action: set_kill_switch is for people: ask for it"]
        ),
        (
            "action: set_safe_mode", "ask: why?\n    action: set_safe_mode",
            ["7:5: steps[0]: expected one of action, run and ask"]
        ),
        ("---\n# Text", "# Text", ["1:1: the front matter has no closing line '---'"]),
        ("---\nname", "name", ["1:1: expected front matter after a line '---'"]),
    ])
    func `a mistake is shown with its place`(
        text: String, replacement: String, expected: [String]
    ) throws {
        let broken = Self.good.replacing(text, with: replacement, maxReplacements: 1)
        #expect(broken != Self.good)
        let found = try runbookProblems([Self.name: broken])
        #expect(found == expected.map { "\(Self.name):\($0)" })
    }

    @Test func `mistakes in two runbooks are shown together`() throws {
        let found = try runbookProblems([
            Self.name: Self.good, "runbooks/a.md": "a", "runbooks/b.md": "b",
        ])
        #expect(
            found == [
                "runbooks/a.md:1:1: expected front matter after a line '---'",
                "runbooks/b.md:1:1: expected front matter after a line '---'",
            ])
    }
}
