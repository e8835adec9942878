import CommandLineKit
import Contracts
import OperatorDomain
import Testing

/// Lines and the orders that they come to.
@Suite struct OrderLineTests {
    struct Line: Sendable, CustomTestStringConvertible {
        let words: String
        let type: CommandType
        let summary: String
        var testDescription: String { words }
    }

    private static let lines = [
        Line(words: "safe-mode on", type: .setSafeMode, summary: "SAFE_MODE on"),
        Line(words: "safe-mode off", type: .setSafeMode, summary: "SAFE_MODE off"),
        Line(words: "write-drain on", type: .setWriteDrain, summary: "WRITE_DRAIN on"),
        Line(words: "module disable citadel", type: .setModule, summary: "module citadel off"),
        Line(words: "module enable citadel", type: .setModule, summary: "module citadel on"),
        Line(words: "kill-switch on", type: .setKillSwitch, summary: "KILL SWITCH on"),
        Line(
            words: "rate-limit reduce --percent 25", type: .setRateLimit,
            summary: "RATE_LIMIT reduced to 25%"),
        Line(words: "rate-limit restore", type: .setRateLimit, summary: "RATE_LIMIT restored"),
        Line(words: "autoscale on --factor 3", type: .setAutoscale, summary: "AUTOSCALE on to 3x"),
        Line(words: "monitor increase", type: .setMonitor, summary: "MONITOR increase"),
        Line(
            words: "alert-threshold lower", type: .setAlertThreshold,
            summary: "ALERT_THRESHOLD lower"),
        Line(words: "hotkey SAFE_MODE=on", type: .hotkey, summary: "SAFE_MODE=on"),
        Line(words: "flags release tool_use", type: .releaseFlag, summary: "release of tool_use"),
        Line(words: "automation pause", type: .pauseAutomation, summary: "pause of the automation"),
        Line(words: "automation resume", type: .resumeAutomation, summary: "automation again"),
    ]

    @Test(arguments: lines)
    func `a line becomes the order that control-core knows`(line: Line) async throws {
        let words = (line.words + " --service checkout").split(separator: " ").map(String.init)
        let (order, options) = try await RecordingShell.order(words)
        #expect(order.payload.type == line.type.rawValue)
        #expect(order.payload.author == "alice")
        #expect(order.payload.service == "checkout" && order.payload.all == nil)
        #expect(order.scope == .service("checkout"))
        #expect(OrderWords.action(order.payload) == line.summary)
        #expect(options == OrderOptions())
    }

    @Test(arguments: [
        ("SAFEMODE=on", "SAFE_MODE=on"), ("SAFE_MODE=onn", "SAFE_MODE=on"),
        ("MONITOR=increse", "MONITOR=increase"), ("ROLBACK", "ROLLBACK"),
        ("x", "expected one"),
        ("FEATURE_FLAG=disable:", "FEATURE_FLAG=disable:<module>"),
    ])
    func `a hotkey that control-core would refuse is not sent`(
        hotkey: String, said: String
    ) async {
        let (tasks, code, text) = await RecordingShell.run(
            ["hotkey", hotkey, "--service", "checkout"])
        #expect(tasks.isEmpty && code == .usage)
        #expect(text.contains(said), "\(text)")
    }

    @Test func `what is said beside the order comes with it`() async throws {
        let (order, options) = try await RecordingShell.order([
            "write-drain", "on", "--all", "--except", "billing", "--except", "auth", "--except",
            "billing", "--reason", "disk full", "--for", "30m", "--override", "--id", "abc",
            "--as", "bob", "--yes", "--no-wait", "--timeout", "3s",
        ])
        #expect(order.payload.all == true && order.payload.service == nil)
        #expect(order.payload.except == ["auth", "billing"])
        #expect(order.payload.reason == "disk full")
        #expect(order.payload.expiresAt == RecordingShell.nowMs + 1_800_000)
        #expect(order.payload.override == true)
        #expect(order.payload.author == "bob")
        #expect(order.id == "abc" && order.isRepetition)
        #expect(options == OrderOptions(wait: false, timeoutMs: 3_000, isConfirmed: true))
        #expect(
            OrderWords.text(order.payload, scope: order.scope)
                == "WRITE_DRAIN on for all services except auth, billing, until "
                + "2025-11-20T23:30:00.000Z, ending the holds of others (reason: disk full)")
    }

    @Test func `all services and the kill switch need a confirmation`() async throws {
        let all = try await RecordingShell.order(["safe-mode", "on", "--all"]).0
        #expect(all.needsConfirmation && all.confirmationWord == "all")
        let kill = try await RecordingShell.order(["kill-switch", "on", "--service", "checkout"]).0
        #expect(kill.needsConfirmation && kill.confirmationWord == "checkout")
        let one = try await RecordingShell.order(["safe-mode", "on", "--service", "checkout"]).0
        #expect(!one.needsConfirmation)
    }

    @Test(arguments: [
        "safe-mode on", "safe-mode on --service checkout --all", "safe-mode --service checkout",
        "safe-mode on --service UPPER", "safe-mode on --service checkout --except billing",
        "rate-limit reduce --percent 0 --service checkout", "incidents ack checkout",
        "incidents severity checkout.1a2b3c4d P9", "signals send checkout", "dlq show signal",
        "safe-mode on --service checkout --for 0s", "dlq replay nonsense",
        "dlq replay signal --max 0", "dlq replay signal --stop-at 5", "dlq discard signal",
        "dlq transform signal", "dlq transform signal --jq . --max 0", "dlq edit signal",
        "dlq drain signal", "dlq purge signal", "dlq drain signal --reason x --code stale",
        "dlq replay signal --reissue", "dlq replay command --reissue --canary 2",
        "dlq restore", "dlq watch --every 1ms",
        "dlq discard signal --reason old --archive a --no-archive",
    ])
    func `a wrong line is a usage error and asks for nothing`(line: String) async {
        let (tasks, code, _) = await RecordingShell.run(line)
        #expect(code == .usage)
        #expect(tasks.isEmpty)
    }

    @Test func `an order without a name is refused`() async {
        let (tasks, code, text) = await RecordingShell.run(
            "safe-mode on --service checkout", environment: [:])
        #expect(tasks.isEmpty && code == .usage)
        #expect(text.contains("--as NAME"))
    }

    @Test func `orders about incidents go to the service of the incident`() async throws {
        let note = try await RecordingShell.order([
            "incidents", "note", "check-out.1a2b3c4d", "payments is back", "--reason", "call",
        ]).0
        #expect(note.payload.type == "note_incident")
        #expect(note.payload.text == "payments is back")
        #expect(note.payload.incidentId == "check-out.1a2b3c4d" && note.payload.service == nil)
        #expect(note.scope == .service("check-out"))
        let declared = try await RecordingShell.order([
            "incidents", "declare", "--service", "checkout", "--severity", "P1", "orders are lost",
        ]).0
        #expect(declared.payload.severity == .p1 && declared.payload.title == "orders are lost")
        #expect(declared.payload.service == "checkout" && declared.payload.incidentId == nil)
        #expect(!declared.needsConfirmation)
    }

    @Test func `alone and with status it asks for what matters now`() async {
        #expect(await RecordingShell.run("").tasks == [.status])
        #expect(await RecordingShell.run("status").tasks == [.status])
    }

    @Test func `queries carry what the line says`() async {
        #expect(
            await RecordingShell.run("flags --service checkout --rest").tasks
                == [.flags(service: "checkout", all: true)])
        #expect(
            await RecordingShell.run("alerts tail --since 1h --no-follow").tasks
                == [.alerts(service: nil, sinceMs: 3_600_000, follow: false)])
        #expect(
            await RecordingShell.run("dlq show nervous.signal.dlq/2/15").tasks
                == [.deadLetter(DeadLetterPlace(topic: .signal, partition: 2, offset: 15))])
        #expect(
            await RecordingShell.run(
                "dlq replay signal --code schema --since 1h --max all --stop-at 5% -y"
            ).tasks == [
                .replay(
                    ReplayRequest(
                        topic: .signal,
                        filter: DeadLetterFilter(
                            code: "schema", fromMs: RecordingShell.nowMs - 3_600_000),
                        limit: nil, returnsMax: 0.05, isConfirmed: true),
                    author: "alice")
            ])
        #expect(
            await RecordingShell.run("dlq purge signal --reason old -y").tasks == [
                .discard(
                    DiscardRequest(
                        topic: .signal, filter: DeadLetterFilter(), reason: "old",
                        archive: "dlq-signal-\(RecordingShell.nowMs).jsonl.zst", deletes: true,
                        isDryRun: false, isConfirmed: true), author: "alice")
            ])
        #expect(
            await RecordingShell.run("dlq watch --times 2").tasks
                == [.watchDeadLetters(everyMs: 2_000, times: 2)])
        #expect(
            await RecordingShell.run("dlq edit signal/2/15 -y").tasks == [
                .edit(
                    DeadLetterPlace(topic: .signal, partition: 2, offset: 15), isConfirmed: true,
                    takesForeign: false, author: "alice")
            ])
        #expect(
            await RecordingShell.run("dlq transform signal --jq .payload --max all --dry-run")
                .tasks == [
                    .transform(
                        MendRequest(
                            replay: ReplayRequest(topic: .signal, limit: nil, isDryRun: true),
                            program: ".payload"), author: "alice")
                ])
        #expect(
            await RecordingShell.run("topics plan --profile production").tasks
                == [.planTopics(profile: "production")])
    }

    @Test func `letters are paged, and let out of quarantine`() async {
        #expect(
            await RecordingShell.run("dlq release signal/2/15").tasks == [
                .release(
                    DeadLetterPlace(topic: .signal, partition: 2, offset: 15), author: "alice")
            ])
        #expect(
            await RecordingShell.run("dlq list --limit 3 --after 9/signal/2/15").tasks == [
                .deadLetters(
                    DeadLetterListRequest(limit: 3, after: DeadLetterPosition("9/signal/2/15")))
            ])
    }

    @Test func `no command declares an argument twice, or otherwise wrong`() {
        let tool = OperatorTool.make(version: "9.9.9", connection: [], shell: RecordingShell())
        #expect(tool.declarationProblems() == [])
    }

    @Test func `the key that signs is not the key of letters`() async {
        let run = await RecordingShell.run(
            "dlq replay command --reissue --key checkout -y",
            environment: ["USER": "alice", "DREAMNET_KEY": "alice.key"])
        guard case .replay(let request, _) = run.tasks.first else {
            Issue.record("\(run.text)")
            return
        }
        #expect(request.filter.key == "checkout" && request.keyFile == "alice.key")
    }

    @Test func `the help says what each exit status means`() async {
        let text = await RecordingShell.run("--help").text
        for part in ["3 the command, or a breaking", "4 it was tried and failed", "6 not sent"] {
            #expect(text.contains(part), "\(text)")
        }
    }

    @Test func `a service is completed from what the shell knows`() async {
        let text = await RecordingShell.run([
            "__complete", "--", "safe-mode", "on", "--service", "ch",
        ]).text
        #expect(text == "checkout\n")
    }

    @Test func `drain names an instance, and where to ask it`() async throws {
        #expect(
            await RecordingShell.run("drain control-core-1").tasks
                == [.drain(instance: "control-core-1", admin: nil)])
        #expect(
            await RecordingShell.run("drain os-core-1 --admin 127.0.0.1:7113").tasks
                == [.drain(instance: "os-core-1", admin: "127.0.0.1:7113")])
        #expect(await RecordingShell.run("drain").code == .usage)
    }
}
