import Contracts
import ControlCoreDomain
import Streams
import Testing

@Suite struct `A step that fails and may be tried again` {
    /// Ends an attempt with a failure that may pass, and says when the next one is due.
    private func fail(
        _ desk: ActionFixture, _ intent: ActionIntentPayload,
        at sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> (said: [HarnessOutput], dueMs: Int64) {
        let said = try desk.end(intent, code: "effect_failed", reason: "503", isTransient: true)
        let news = try #require(
            said.last { $0.payload(as: OutcomePayload.self)?.status == .retrying },
            sourceLocation: sourceLocation)
        let dueMs = try #require(
            news.header(AttemptHeaders.nextName).flatMap { Int64($0) },
            sourceLocation: sourceLocation)
        return (said, dueMs)
    }

    @Test func `Is tried at the times that are said, longer apart each time, then it has failed`()
        throws
    {
        let desk = try ActionFixture()
        try desk.ready("e1")
        let firstMs = desk.harness.nowMs
        var intent = try desk.run("stubborn", id: "a1").intent()
        var waits: [Int64] = []
        for attempt in 1...3 {
            #expect(intent.attempt == attempt)
            let (said, dueMs) = try fail(desk, intent)
            #expect(said.intents.isEmpty)
            let outcome = try #require(desk.outcomes(of: "a1").last)
            #expect(outcome.status == .retrying && !outcome.final && outcome.code == .effectFailed)
            #expect(
                outcome.reason?.hasPrefix("effect step 1 failed \(attempt) of 4 times, again in ")
                    == true)
            waits.append(dueMs - desk.harness.nowMs)
            #expect(try desk.harness.advance(to: dueMs - 1).intents.isEmpty)
            let issued = try desk.harness.advance(to: dueMs)
            intent = try issued.intent()
            let record = try #require(issued.first { $0.topic == BusTopic.action.rawValue })
            #expect(record.header(AttemptHeaders.attemptName) == String(attempt + 1))
            #expect(record.header(AttemptHeaders.firstName) == String(firstMs))
        }
        // A second, doubled each time, a quarter less or more.
        for (wait, planned) in zip(waits, [1_000, 2_000, 4_000]) {
            #expect(abs(Int(wait) - planned) <= planned / 4, "\(waits)")
        }
        let ended = try desk.end(
            intent, code: "effect_failed", reason: "503", isTransient: true)
        let final = try #require(ended.last { $0.payload(as: OutcomePayload.self) != nil })
        #expect(final.payload(as: OutcomePayload.self)?.status == .failed)
        #expect(final.payload(as: OutcomePayload.self)?.final == true)
        #expect(final.header(AttemptHeaders.attemptName) == "4")
        #expect(final.header(AttemptHeaders.firstName) == String(firstMs))
        #expect(final.header(AttemptHeaders.nextName) == nil)
        #expect(
            desk.statuses(of: "a1")
                == [.planned, .accepted, .started, .retrying, .retrying, .retrying, .failed])
    }

    @Test func `A restart between two attempts changes neither their number nor their times`()
        throws
    {
        let desk = try ActionFixture()
        try desk.ready("e1")
        let firstMs = desk.harness.nowMs
        let (_, dueMs) = try fail(desk, try desk.run("stubborn", id: "a1").intent())
        try desk.harness.restart()
        #expect(try desk.ready("e2").intents.isEmpty, "not at once")
        #expect(try desk.harness.advance(to: dueMs - 1).intents.isEmpty)
        let issued = try desk.harness.advance(to: dueMs)
        let second = try issued.intent()
        #expect(second.attempt == 2 && second.epoch == "e2")
        #expect(second.idempotencyKey == "a1-effect-0")
        let (_, nextMs) = try fail(desk, second)
        #expect(nextMs - desk.harness.nowMs >= 1_500, "the wait goes on growing")
        try desk.harness.restart()
        try desk.ready("e3")
        let third = try desk.harness.advance(to: nextMs).intent()
        #expect(third.attempt == 3)
        let ended = try desk.end(third)
        let final = try #require(ended.last { $0.payload(as: OutcomePayload.self) != nil })
        #expect(final.payload(as: OutcomePayload.self)?.status == .succeeded)
        #expect(final.header(AttemptHeaders.attemptName) == "3")
        #expect(final.header(AttemptHeaders.firstName) == String(firstMs))
    }

    @Test func `Due while nobody was there, it is tried once, by the effector that comes`() throws {
        let desk = try ActionFixture()
        try desk.ready("e1")
        let (_, dueMs) = try fail(desk, try desk.run("stubborn", id: "a1").intent())
        try desk.harness.restart()
        // For the dead one, which never begins it.
        #expect(try desk.harness.advance(to: dueMs + 60_000).intent().epoch == "e1")
        let second = try desk.ready("e2").intent()
        #expect(second.attempt == 2 && second.epoch == "e2")
    }

    @Test func `Its effector's death in an attempt is no failure, but an attempt`() throws {
        let desk = try ActionFixture()
        try desk.ready("e1")
        var intent = try desk.run("stubborn", id: "a1").intent()
        for number in 2...6 {
            try desk.started(intent)
            try desk.harness.restart()
            intent = try desk.ready("e\(number)").intent()
            #expect(intent.attempt == number)
        }
        _ = try fail(desk, intent)
    }

    @Test func `Other targets do not wait for it, and those behind it on its target do`() throws {
        let desk = try ActionFixture()
        try desk.ready("e1")
        let (_, dueMs) = try fail(desk, try desk.run("stubborn", id: "a1").intent())
        #expect(try desk.run("again", id: "a2").intents.isEmpty)
        let other = try desk.run("once", id: "b1", name: "db").intent()
        #expect(try desk.end(other).outcomes.last?.status == .succeeded)
        let second = try desk.harness.advance(to: dueMs).intent()
        #expect(try desk.end(second).intent().commandId == "a2")
    }

    @Test(arguments: [("once", true), ("again", true), ("stubborn", false)])
    func `Not where it may not be done twice, has no retries, or another attempt would not help`(
        action: String, isTransient: Bool
    ) throws {
        let desk = try ActionFixture()
        try desk.ready("e1")
        let intent = try desk.run(action, id: "a1").intent()
        try desk.end(intent, code: "effect_failed", reason: "no", isTransient: isTransient)
        #expect(desk.statuses(of: "a1") == [.planned, .accepted, .started, .failed])
    }

    @Test func `What is said twice of an attempt that has failed is heard once`() throws {
        let desk = try ActionFixture()
        try desk.ready("e1")
        let intent = try desk.run("stubborn", id: "a1").intent()
        _ = try fail(desk, intent)
        #expect(try desk.end(intent, code: "effect_failed", isTransient: true).isEmpty)
        #expect(desk.statuses(of: "a1").filter { $0 == .retrying }.count == 1)
    }

    @Test func `Once what comes next begins, its attempts count anew`() throws {
        let desk = try ActionFixture()
        try desk.ready("e1")
        let (_, dueMs) = try fail(desk, try desk.run("stubborn", id: "a1").intent())
        try desk.end(try desk.harness.advance(to: dueMs).intent())
        let back = try desk.order(.undoAction, on: "a1", id: "u1").intent()
        #expect(back.attempt == 1)
    }
}
