import Contracts
import ControlCoreDomain
import JSON
import Streams
import Testing

/// Orders about actions that are wrong, hostile, out of time, or against each other.
@Suite struct `Bad input about actions` {
    private func run(
        _ desk: ActionFixture, _ arguments: [(String, String)], id: String = "a1",
        action: String = "whole", at ts: Int64? = nil
    ) throws -> [HarnessOutput] {
        try desk.control.order(.runAction, id: id, at: ts) {
            $0.action = action
            $0.arguments = arguments.map { NamedValue(name: $0, value: $1) }
        }
    }

    private static let hostile: [(String, String)] = [
        ("nane", "web"), ("", "web"), ("name ", "web"), ("\u{0}", "web"),
        ("name", ""), ("name", "; reboot"), ("name", "$(reboot)"), ("name", "`id`"),
        ("name", "a|b"), ("name", "a&b"), ("name", "a>b"), ("name", "*"), ("name", "~root"),
        ("name", "../../etc/passwd"), ("name", "--help"), ("name", "a\nb"), ("name", "a\r\nb"),
        ("name", "a\u{0}b"), ("name", "a\u{1b}[2Jb"), ("name", "ａ"), ("name", "${secret.key}"),
        ("name", "a\u{202e}b"), ("name", String(repeating: "a", count: 1_000_000)),
        (String(repeating: "n", count: 1_000_000), "web"),
    ]

    @Test(arguments: hostile.indices)
    func `A parameter that is unknown or hostile is refused, and nothing is run`(
        index: Int
    ) throws {
        let (name, value) = Self.hostile[index]
        let desk = try ActionFixture()
        try desk.ready("e1")
        let said = try run(desk, [(name, value)])
        let outcome = try said.outcome()
        #expect(outcome.status == .rejected && outcome.code == .invalid && outcome.final)
        #expect(outcome.reason?.contains("parameter '") == true, "\(outcome.reason ?? "")")
        #expect((outcome.reason ?? "").utf8.count < 1_000, "a reason that people can read")
        #expect(said.intents.isEmpty)
        let good = try run(desk, [("name", "web")], id: "a2")
        #expect(good.intents.count == 1, "the next one is taken")
    }

    @Test func `Free text takes what a shell would read, and nothing that drives a terminal`()
        throws
    {
        var catalog = try ActionFixture.catalog()
        catalog.actions["once"]?.parameters = [ActionParameter(name: "note", kind: .text)]
        catalog.actions["once"]?.target = try ActionTemplate("thing")
        catalog.actions["once"]?.steps[.effect] = [try ActionFixture.step("do", "--note=${note}")]
        func status(_ note: String) throws -> OutcomeStatus {
            let desk = try ActionFixture(catalog: catalog)
            try desk.ready("e1")
            return try #require(
                run(desk, [("note", note)], action: "once").outcomes.first
            ).status
        }
        for note in [
            "it's \"q\"; $(reboot) `id` & | > < * ? ~", "日本語", String(repeating: "x", count: 1024),
        ] {
            #expect(try status(note) == .planned, "\(note)")
        }
        for note in [
            "a\nb", "a\u{0}", "\u{7f}", "\u{1b}[2J", "-rf", "",
            String(repeating: "x", count: 1025),
        ] { #expect(try status(note) == .rejected, "\(note.prefix(8))") }
    }

    @Test func `More parameters than are taken, and one twice, are refused`() throws {
        let desk = try ActionFixture()
        let many = (0..<33).map { ("p\($0)", "x") }
        #expect(try run(desk, many).outcome().code == .invalid)
        let twice = try run(desk, [("name", "a"), ("name", "b")], id: "a2").outcome()
        #expect(twice.reason == "a parameter is given twice")
    }

    private static let clocks: [(Int64, OutcomeCode)] = [
        (31_000, .fromTheFuture), (-3_600_000, .stale),
    ]

    @Test(arguments: clocks)
    func `A clock that is off has its order refused with a reason`(
        offMs: Int64, code: OutcomeCode
    ) throws {
        let desk = try ActionFixture()
        try desk.ready("e1")
        // The broker's clock is right, whatever the sender's says.
        var payload = CommandPayload(type: "run_action", author: "alice", service: "checkout")
        payload.action = "whole"
        let nowMs = desk.harness.nowMs
        let envelope = try Envelope(id: "a1", ts: nowMs + offMs, role: .operator, payload)
        let said = try desk.harness.send(
            key: Array("checkout".utf8), value: try envelope.serialized(),
            to: BusTopic.command.rawValue, at: nowMs)
        let outcome = try said.outcome()
        #expect(outcome.status == .rejected && outcome.code == code, "\(outcome)")
        #expect(said.intents.isEmpty)
        #expect(try run(desk, [], id: "a2", at: nowMs + 29_000).intents.count == 1)
    }

    @Test(arguments: [true, false])
    func `Of a yes and a no at the same moment the first wins, and both see it`(
        yesFirst: Bool
    ) throws {
        let desk = try ActionFixture()
        try desk.ready("e1")
        try desk.run("two", id: "a1")
        func say(_ isYes: Bool) throws -> OutcomePayload {
            let id = isYes ? "yes" : "no"
            try desk.order(
                isYes ? .approveAction : .refuseAction, on: "a1", as: isYes ? "bob" : "carol",
                id: id)
            return try #require(desk.outcomes(of: id).last)
        }
        let first = try say(yesFirst)
        let second = try say(!yesFirst)
        #expect(first.status == .succeeded)
        #expect(second.status == .rejected && second.code == .wrongState)
        #expect(second.reason == "a1 does not wait for anybody")
        let ends = desk.statuses(of: "a1")
        #expect(ends.contains(yesFirst ? .approved : .rejected))
        #expect(!ends.contains(yesFirst ? .rejected : .approved))
    }

    @Test func `Two that do opposite things to one target are done in the order of the topic`()
        throws
    {
        let desk = try ActionFixture()
        try desk.ready("e1")
        let first = try desk.run("again", id: "up", as: "alice", name: "web")
        let second = try desk.run("once", id: "down", as: "bob", name: "web")
        #expect(first.intents.count == 1)
        #expect(second.intents.isEmpty, "it waits for its turn")
        #expect(desk.statuses(of: "down") == [.planned, .accepted])
        let ended = try desk.end(try first.intent())
        #expect(ended.intents.map(\.commandId) == ["down"])
        try desk.end(try #require(ended.intents.first))
        #expect(desk.outcomes(of: "up").last?.status == .succeeded)
        #expect(desk.outcomes(of: "down").last?.status == .succeeded)
        let order = desk.harness.outputs.outcomes.filter(\.final).map(\.commandId)
        #expect(order == ["up", "down"])
    }
}
