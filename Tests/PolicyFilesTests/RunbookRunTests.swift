import Contracts
import NervousSystemDomain
import PolicyFiles
import Testing

/// Steps of runbooks that run an action of config/actions.yaml.
@Suite struct RunbookRunTests {
    private static let runbook = "runbooks/letters.md"

    private static func files(
        _ step: String = "run: replay\n    with: {topic: '{service}', max: 20}\n    within: 5m",
        roles: String = "[responder, automation]"
    ) -> [String: String] {
        [
            runbook: """
            ---
            name: letters
            title: Send letters back
            trigger:
              severity: [P2]
            steps:
              - id: canary
                title: Twenty of them
                \(step)
            ---
            """,
            "config/actions.yaml": """
            actions:
              replay:
                summary: Send letters back.
                target: dlq/${topic}
                parameters:
                  topic: {type: name}
                  max: {type: integer, min: 20, max: 1000, default: "100"}
                effect: [{run: [dreamnet, dlq, replay, "${topic}", "--max=${max}"]}]
                reversible: false
                idempotent: false
                roles: \(roles)
                unattended: Each goes once.
            """,
        ]
    }

    @Test func `every key is read`() throws {
        let home = try TemporaryHome(Self.files())
        let runbooks = try PolicyDirectory(home: home.path).loadRunbooks()
        let run = RunbookRun(
            "replay",
            arguments: [
                NamedValue(name: "topic", value: "{service}"), NamedValue(name: "max", value: "20"),
            ], withinMs: 300_000)
        #expect(runbooks.value.first?.steps.map(\.kind) == [.run(run)])
        #expect(runbooks.warnings.isEmpty)
    }

    @Test(arguments: [
        (
            "run: replya",
            "9:10: steps[0].run: 'replya' is no action of config/actions.yaml; expected one of replay"
        ),
        (
            "run: replay\n    with: {topic: a, mox: 20}",
            "10:11: steps[0].with: parameter 'mox': replay takes topic, max"
        ),
        ("run: replay", "7:5: steps[0].with: parameter 'topic': missing"),
        (
            "run: replay\n    with: {topic: a, max: 19}",
            "10:11: steps[0].with: parameter 'max': expected a whole number from 20 to 1000"
        ),
        (
            "run: replay\n    with: {topic: '{severity} x'}",
            "10:11: steps[0].with: parameter 'topic': expected a name of a-z, 0-9, '-' and '.'"
        ),
        (
            "run: replay\n    with: {topic: a}\n    within: 0s",
            "11:13: steps[0].within: expected 1 s to 24 h"
        ),
        (
            "run: replay\n    with: {topic: a}\n    undo: {enabled: false}",
            "11:5: steps[0].undo: unknown key"
        ),
        ("run: replay\n    ask: why?", "7:5: steps[0]: expected one of action, run and ask"),
    ])
    func `a mistake stops the start with its line`(step: String, problem: String) throws {
        var files = Self.files(step)
        let found = try problems(files) { directory throws(PolicyFilesError) in
            try directory.loadRunbooks()
        }
        #expect(found == ["\(Self.runbook):\(problem)"])
        files["config/services.yaml"] = "services: {}"
        files["config/nervous.yaml"] = ""
        let atStart = try problems(files) { directory throws(PolicyFilesError) in
            try directory.loadNervousSystem()
        }
        #expect(atStart == found)
    }

    @Test func `an action that does not name the automation is a warning`() throws {
        var files = Self.files(roles: "[responder]")
        files["config/actions.yaml"]?.replace("    unattended: Each goes once.", with: "")
        let found = try warnings(files) { directory throws(PolicyFilesError) in
            try directory.loadRunbooks()
        }
        #expect(found.count == 1)
        #expect(found.first?.contains("letters.md:9:10: steps[0].run: the roles of replay") == true)
    }

    @Test func `of queues of dead letters what is not named is as deadLetterQueues says`() throws {
        let home = try TemporaryHome([
            "config/services.yaml": """
            deadLetterQueues: act
            services:
              dlq-signal: {automation: observe}
              shop: {}
            """
        ])
        let policy = try PolicyDirectory(home: home.path).loadServices().value.automation
        #expect(policy["dlq-signal"] == .observe && policy["dlq-ingress"] == .act)
        #expect(policy["shop"] == .observe && policy["dlq-shop"] == nil)
        let wrong = try problems(["config/services.yaml": "deadLetterQueues: always"]) {
            directory throws(PolicyFilesError) in try directory.loadServices()
        }
        #expect(
            wrong == [
                "config/services.yaml:1:19: deadLetterQueues: expected one of observe, ask, act, "
                    + "got 'always'"
            ])
    }
}
