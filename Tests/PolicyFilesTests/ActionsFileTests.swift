import Contracts
import PolicyFiles
import Testing

/// config/actions.yaml.
@Suite struct ActionsFileTests {
    private static let file = "config/actions.yaml"
    private static let head = """
        actions:
          act:
            summary: Does something.
            target: thing/${name}
            parameters: {name: {type: name}, note: {type: text, default: none}}
            reversible: false
            idempotent: false

        """

    private static let whole = """
        environment: {A: b}
        passVariables: [HOME]
        approvalTimeout: 5m
        soloAfter: 30s
        actions:
          act:
            summary: Does something.
            target: thing/${name}
            parameters:
              name: {type: name}
              count: {type: integer, min: 1, max: 5, default: 2}
            secrets:
              token: {file: "secrets/${name}"}
              fresh: {random: 32}
            plan:
              - run: [look, "${name}"]
                capture: {name: before, type: word}
            effect:
              - run: [do, "--count=${count}"]
                environment: {B: "${name}"}
                directory: /tmp
                input: '{"k":"${secret.fresh|base64}"}'
                expectStatus: [0, 3]
                timeout: 5s
              - http:
                  method: PUT
                  url: https://hooks.example.org/${name}
                  headers: {Authorization: "Bearer ${secret.token}"}
                  body: '{"before":"${before|json}"}'
                  expectStatus: [200]
              - flags: {safe_mode: true, rate_limit: 50, autoscale: release}
              - message: {topic: shop.control, key: "${name}", value: "stop"}
            verify:
              - run: [look, "${name}"]
                expectOutput: "^ok$"
                poll: 1s
            undo:
              - run: [undo, "${before}"]
            reversible: true
            idempotent: true
            timeout: 10s
            retries: 3
            backoff: 2s
            backoffMax: 1m
            roles: [commander]
            secondPerson: true
            event: {type: rollback_executed, fromVersion: "${before}", toVersion: "${count}"}
        services:
          shop: {rollback: {action: act, with: {name: web}}}
        """

    private func load(_ text: String) throws -> ActionCatalog {
        let home = try TemporaryHome([Self.file: text])
        return try PolicyDirectory(home: home.path).loadActions().value
    }

    @Test func `an action is read with all that it has`() throws {
        let catalog = try load(Self.whole)
        let action = try #require(catalog.actions["act"])
        #expect(action.parameters.map(\.name) == ["name", "count"])
        #expect(action.steps[.effect]?.count == 4 && action.isReversible && action.isVerified)
        #expect(action.timeoutMs == 10_000 && action.retries == 3 && action.isIdempotent)
        #expect(action.backoffMs == 2_000 && action.backoffMaxMs == 60_000)
        #expect(action.roles == [.commander] && action.needsSecondPerson)
        #expect(catalog.approvalMs == 300_000 && catalog.soloAfterMs == 30_000)
        let call = try catalog.call("rollback", service: "shop", arguments: [])
        #expect(call.target == "thing/web")
        #expect(
            try call.lines(.effect, id: "c1")
                == [
                    "B=web do --count=2", #"  its input: {"k":"PHNlY3JldCBmcmVzaD4="}"#,
                    "PUT https://hooks.example.org/web", "  Authorization: Bearer <secret token>",
                    #"  its body: {"before":"<before>"}"#, "flag safe_mode: true",
                    "flag rate_limit: 50.0", "flag autoscale: let go",
                    "message on shop.control, key web: stop",
                ])
        #expect(try call.lines(.undo, id: "c1") == ["undo '<before>'"])
    }

    private static let mistakes: [(String, String)] = [
        ("colour: red", "8:5: actions.act.colour: unknown key"),
        ("effect: []", "3:5: actions.act: effect: missing; an action does something"),
        (
            "effect: [{run: [\"${name}\"]}]",
            "8:21: actions.act.effect[0].run[0]: begins with the program, which no parameter names"
        ),
        (
            "effect: [{run: [do, \"${nam}\"]}]",
            "8:14: actions.act.effect[0].run[1]: '${nam}': nothing of this name so far; known: "
                + "name, note"
        ),
        (
            "effect: [{run: [do, \"$name\"]}]",
            "8:25: actions.act.effect[0].run[1]: a '$' is written '$$'; a place is '${name}'"
        ),
        (
            "effect: [{run: [do, \"${name|rot13}\"]}]",
            "8:25: actions.act.effect[0].run[1]: 'rot13' is no filter; expected one of base64, "
                + "json, url"
        ),
        (
            "secrets: {s: {random: 16}}\n    effect: [{run: [do, \"${secret.s}\"]}]",
            "9:14: actions.act.effect[0].run[1]: a secret goes by input, header or body alone: "
                + "others can see the rest"
        ),
        (
            "effect: [{http: {url: \"https://a.example/${note}\"}}]",
            "8:14: actions.act.effect[0].http.url: '${note}' is free text, so it needs a filter "
                + "here"
        ),
        (
            "effect: [{http: {url: \"https://${name}.example/\"}}]",
            "8:27: actions.act.effect[0].http.url: expected an http or https address whose host no "
                + "parameter names, without user and password"
        ),
        (
            "effect: [{http: {url: \"https://a.example/\", method: HEAD}}]",
            "8:21: actions.act.effect[0].http: method: expected GET, POST, PUT, PATCH or DELETE"
        ),
        (
            "effect: [{run: [a], http: {}}]",
            "8:14: actions.act.effect[0]: expected one of run, http, flags and message"
        ),
        (
            "effect: [{message: {topic: nervous.flags, key: a, value: b}}]",
            "8:32: actions.act.effect[0].message.topic: expected a topic of your own, or "
                + "nervous.ingress: the other topics of the bus are written by their owners alone"
        ),
        (
            "effect: [{flags: {save_mode: true}}]",
            "8:23: actions.act.effect[0].flags.save_mode: there is no such flag"
        ),
        (
            "effect: [{run: [a]}]\n    retries: 1",
            "9:14: actions.act.retries: what is not idempotent is never tried again"
        ),
        (
            "effect: [{run: [a]}]\n    backoff: 1s",
            "9:14: actions.act.backoff: there are no retries to wait for"
        ),
        (
            "effect: [{run: [a]}]\n    backoff: 5ms",
            "9:14: actions.act.backoff: expected a duration from 10 to 3600000 ms, got "
                + "'5ms'"
        ),
        (
            "effect: [{run: [a], input: '{\"a\":\"${id}\"}'}]",
            "8:14: actions.act.effect[0].input: '${id}' is free text, so it needs a filter here"
        ),
        (
            "effect: [{run: [a], poll: 1s}]",
            "8:14: actions.act.effect[0].poll: what is not idempotent is never done again"
        ),
        (
            "plan: [{run: [a], capture: {name: id, type: word}}]\n    effect: [{run: [b]}]",
            "8:32: actions.act.plan[0].capture: name: 'id' is the action's own"
        ),
        (
            "effect: [{run: [a]}]\n    undo: [{run: [b]}]",
            "6:17: actions.act.reversible: false, but there is an undo"
        ),
        (
            "effect: [{run: [a]}]\n    roles: [automation]",
            "9:12: actions.act.roles: the automation takes reversible steps; what cannot be taken "
                + "back needs a second person, or says in unattended why it does not"
        ),
        (
            "effect: [{run: [a]}]\n    unattended: it is safe",
            "9:17: actions.act.unattended: is for what the automation runs and cannot take back"
        ),
        (
            "effect: [{run: [a]}]\n    event: {type: alert_raised}",
            "9:19: actions.act.event.type: expected one of "
                + ControlEventPayload.actionTypes.joined(separator: ", ") + ", got 'alert_raised'"
        ),
    ]

    @Test(arguments: mistakes)
    func `a mistake stops the start with its line`(line: String, problem: String) throws {
        let found = try problems([Self.file: "\(Self.head)    \(line)\n"]) {
            directory throws(PolicyFilesError) in try directory.loadActions()
        }
        #expect(found == ["\(Self.file):\(problem)"])
    }

    private static let badBindings: [(String, String)] = [
        (
            "shop: {go: {action: atc}}",
            "10:23: services.shop.go.action: 'atc' is no action; expected one of act"
        ),
        (
            "shop: {go: {action: act, with: {nam: a}}}",
            "10:35: services.shop.go.with.nam: act takes no 'nam'"
        ),
        (
            "shop: {go: {action: act, with: {name: A_b}}}",
            "10:41: services.shop.go.with.name: expected a name of a-z, 0-9, '-' and '.'"
        ),
        ("Shop: {}", "10:3: services.Shop: 'Shop' is no name of a service"),
    ]

    @Test(arguments: badBindings)
    func `a service binds actions that there are`(line: String, problem: String) throws {
        let text = Self.head + "    effect: [{run: [a]}]\nservices:\n  \(line)\n"
        let found = try problems([Self.file: text]) {
            directory throws(PolicyFilesError) in try directory.loadActions()
        }
        #expect(found == ["\(Self.file):\(problem)"])
    }

    @Test func `without the file there are no actions`() throws {
        let home = try TemporaryHome([:])
        let loaded = try PolicyDirectory(home: home.path).loadActions()
        #expect(loaded.value == ActionCatalog() && loaded.warnings.isEmpty)
    }

    @Test func `every shipped action loads and says whether it can be taken back`() throws {
        let loaded = try PolicyDirectory(home: TemporaryHome.checkout).loadActions()
        #expect(loaded.warnings.isEmpty && loaded.value.services.isEmpty)
        let reversible = loaded.value.actions.values.filter(\.isReversible).map(\.name).sorted()
        #expect(
            reversible == [
                "app-runner-rollback", "app-runner-scale", "cloud-run-rollback",
                "kubernetes-close-breaker", "kubernetes-isolate-pod", "kubernetes-lockdown",
                "kubernetes-open-breaker", "kubernetes-rollback", "kubernetes-scale",
                "kubernetes-set-config", "kubernetes-set-resources",
            ])
        #expect(loaded.value.actions.count == 26)
    }
}
