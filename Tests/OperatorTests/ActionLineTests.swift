import CommandLineKit
import Contracts
import OperatorDomain
import Signing
import Streams
import Testing

/// Lines about actions.
@Suite struct ActionLineTests {
    private func order(_ line: String) async throws -> (OperatorOrder, OrderOptions) {
        try await RecordingShell.order(line.split(separator: " ").map(String.init))
    }

    @Test(arguments: [
        ("rollback checkout", "rollback", []), ("rollback checkout --to 3", "rollback", ["to=3"]),
        ("restart checkout", "restart", []),
        ("scale checkout --replicas 5", "scale", ["replicas=5"]),
        ("rotate-keys checkout", "rotate-keys", []),
        ("breach checkout --set pod=web-1", "breach", ["pod=web-1"]),
        ("failover checkout", "failover", []),
        ("shift-traffic checkout --to v41", "shift-traffic", ["to=v41"]),
        ("circuit-breaker open checkout", "open-breaker", []),
        ("circuit-breaker close checkout", "close-breaker", []),
        (
            "actions run kubernetes-scale --service checkout --set deployment=web --set replicas=2",
            "kubernetes-scale", ["deployment=web", "replicas=2"]
        ),
        ("rollback checkout --set a=b=c", "rollback", ["a=b=c"]),
    ])
    func `a verb runs the action of its service`(
        line: String, action: String, values: [String]
    ) async throws {
        let (order, options) = try await order(line)
        #expect(order.payload.type == "run_action" && order.payload.action == action)
        #expect(order.payload.service == "checkout" && order.scope == .service("checkout"))
        #expect((order.payload.arguments ?? []).map { "\($0.name)=\($0.value)" } == values)
        #expect(options.timeoutMs == 180_000, "a rollout takes longer than a flag")
        #expect(!order.needsConfirmation)
        let message = try order.message(nowMs: 0)
        #expect(String(decoding: message.key, as: UTF8.self) == "checkout")
    }

    @Test(arguments: [
        "rollback checkout --dry-run", "actions plan rollback --service checkout",
        "actions run rollback --service checkout --dry-run",
    ])
    func `a dry run sends nothing`(line: String) async {
        let (tasks, code, _) = await RecordingShell.run(line)
        #expect(
            tasks == [.planAction(service: "checkout", action: "rollback", arguments: [])])
        #expect(code == .success)
    }

    @Test(arguments: [
        ("actions approve a1", CommandType.approveAction, "approval of a1"),
        ("actions refuse a1", .refuseAction, "refusal of a1"),
        ("actions settle a1 --result not-done", .settleAction, "a1 settled as not_done"),
        ("actions undo a1", .undoAction, "undo of a1"),
    ])
    func `an action is named by its id`(
        line: String, type: CommandType, words: String
    ) async throws {
        let (order, _) = try await order(line)
        #expect(order.payload.type == type.rawValue && order.payload.actionId == "a1")
        #expect(order.payload.service == nil && order.payload.all == nil)
        #expect(OrderWords.short(order.payload, scope: order.scope) == words)
        #expect(!order.needsConfirmation)
    }

    @Test func `alone is said with solo`() async throws {
        let (order, _) = try await order("actions approve a1 --solo --reason alone")
        #expect(order.payload.solo == true && order.payload.reason == "alone")
    }

    @Test(arguments: [
        ("quarantine citadel --all", CommandType.quarantineAgent, "quarantine of citadel"),
        ("release citadel --service checkout", .releaseAgent, "release of citadel"),
        ("emergency on --all --reason why", .setEmergency, "EMERGENCY on"),
    ])
    func `agents and emergencies are orders about services`(
        line: String, type: CommandType, words: String
    ) async throws {
        let (order, _) = try await order(line)
        #expect(order.payload.type == type.rawValue)
        #expect(OrderWords.action(order.payload) == words)
    }

    @Test(arguments: [
        "rollback", "scale checkout", "scale checkout --replicas -1",
        "actions run Rollback --service a",
        "actions settle a1", "actions settle a1 --result maybe", "rollback checkout --set to",
        "quarantine citadel",
    ])
    func `what is incomplete is wrong usage, and nothing is asked for`(line: String) async {
        let (tasks, code, text) = await RecordingShell.run(line)
        #expect(tasks.isEmpty && code == .usage && !text.isEmpty)
    }
}

/// Orders that are signed.
@Suite struct SignedOrderTests {
    @Test func `a signature is over the very bytes that are sent`() async throws {
        let (order, options) = try await RecordingShell.order([
            "rollback", "checkout", "--key", "alice.key",
        ])
        #expect(options.keyFile == "alice.key")
        let (privateKey, publicKey) = Ed25519.makeKeyPair()
        let message = try #require(try order.message(nowMs: 5, signedBy: privateKey))
        let header = try #require(
            message.headers.first { $0.name == CommandSignature.headerName })
        #expect(
            CommandSignature.verify(
                header.value ?? [], topic: .command, key: message.key, value: message.value,
                publicKeys: [publicKey]))
        #expect(try order.message(nowMs: 5, signedBy: [1]) == nil)
    }
}

/// What is shown of actions.
@Suite struct ActionReportTests {
    private func catalog() throws -> ActionCatalog {
        let action = ActionDefinition(
            name: "go", summary: "Goes.", target: try ActionTemplate("thing/${name}"),
            parameters: [
                ActionParameter(name: "name", kind: .name),
                ActionParameter(name: "to", kind: .integer(0...9), defaultValue: "0"),
            ],
            steps: [
                .effect: [
                    ActionStep(
                        .program(
                            .init(
                                arguments: [
                                    try ActionTemplate("do"), try ActionTemplate("--to=${to}"),
                                ], input: try ActionTemplate("${secret.key|json}"))))
                ]
            ], isIdempotent: false, needsSecondPerson: true)
        var whole = action
        whole.secrets = ["key": .random(bytes: 16)]
        return ActionCatalog(
            actions: ["go": whole],
            services: ["shop": ["rollback": .init(action: "go", arguments: ["name": "web"])]])
    }

    @Test func `a plan shows the exact command and no secret`() throws {
        let call = try catalog().call("rollback", service: "shop", arguments: [])
        let text = try ActionPlanReport(call, action: "rollback").text(
            for: CapturedOutput().console())
        #expect(
            text == """
                go for shop on thing/web
                  runs:
                    do --to=0
                      its input: <secret key>
                  it cannot be taken back
                  if it is interrupted, a person has to say what became of it
                  it waits for a second person

                """)
    }

    @Test func `a list has the verbs of a service, with what still has to be given`() throws {
        let report = ActionListReport(try catalog(), service: "shop")
        #expect(report.actions.map(\.name) == ["rollback"])
        #expect(report.actions.first?.parameters == ["[to]"])
        let all = ActionListReport(try catalog(), service: nil)
        #expect(all.actions.map(\.name) == ["rollback", "go"])
        #expect(all.actions.last?.parameters == ["name", "[to]"])
        #expect(ActionListReport(try catalog(), service: "other").actions.isEmpty)
    }

    @Test func `keys of all are rotated by an order a service`() async {
        let (tasks, code, _) = await RecordingShell.run("rotate-keys all --id k1 --yes")
        guard case .runEverywhere(let order, let options)? = tasks.first else {
            Issue.record("\(tasks)")
            return
        }
        #expect(order.id == "k1" && order.payload.action == "rotate-keys")
        #expect(order.payload.service == nil && options.isConfirmed && code == .success)
        let (dry, _, _) = await RecordingShell.run("rotate-keys all --dry-run")
        #expect(dry == [.planEverywhere(action: "rotate-keys", arguments: [])])
    }

    @Test func `traffic without a version goes to the last known good one`() async {
        let (tasks, code, _) = await RecordingShell.run(
            "shift-traffic checkout --healthy-for 20m --id t1")
        guard case .toLastGood(let order, _, let healthyMs, let isDryRun)? = tasks.first else {
            Issue.record("\(tasks)")
            return
        }
        #expect(order.payload.action == "shift-traffic" && order.payload.service == "checkout")
        #expect(order.id == "t1" && healthyMs == 1_200_000 && !isDryRun && code == .success)
    }
}
