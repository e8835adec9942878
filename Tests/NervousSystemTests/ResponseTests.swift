import Contracts
import Streams
import Testing

@testable import NervousSystemDomain

/// A response from its opening to its end.
@Suite struct ResponseTests {
    @Test func `steps are requested in order, each after the outcome of the one before`() throws {
        let scene = try Scene()
        try scene.open()
        #expect(scene.course == ["safe-mode"])
        try scene.answer()
        #expect(scene.course == ["safe-mode", "write-drain"])
        try scene.answer()
        #expect(scene.course == ["safe-mode", "write-drain"])
        #expect(
            scene.steps == ["p0/safe-mode": "done", "p0/write-drain": "done", "p0/cause": "asked"])
        #expect(scene.view?.state == "watching")
    }

    @Test func `a request says for which incident, runbook and step it is made, upon what`() throws
    {
        let scene = try Scene()
        try scene.open(evidenceAgeMs: 400)
        let request = try #require(scene.requests.first)
        #expect(request.type == "set_safe_mode" && request.enabled == true)
        #expect(request.author == "service/nervous-system")
        #expect(request.incidentId == Scene.incidentID)
        #expect(request.runbook == "p0" && request.step == "safe-mode" && request.undo == nil)
        #expect(request.evidenceTs == Scene.startMs - 400)
        #expect(scene.harness.outputs.last { $0.topic == "nervous.request" }?.key == "checkout")
    }

    @Test func `it acts on the service of its incident only, never on all`() throws {
        let scene = try Scene()
        try scene.mitigate()
        try scene.clear()
        try scene.wait(5 * Scene.minute)
        try scene.answer()
        #expect(scene.requests.count == 3)
        #expect(scene.requests.allSatisfy { $0.service == "checkout" && $0.all == nil })
    }

    @Test func `steps are undone in reverse, one at a time, each watched`() throws {
        let scene = try Scene()
        try scene.mitigate()
        try scene.wait(30 * Scene.second)
        try scene.clear()
        #expect(scene.view?.nextStep == "undo p0/write-drain")
        #expect(scene.view?.nextAtMs == scene.nowMs + 5 * Scene.minute)
        try scene.wait(5 * Scene.minute - 1)
        #expect(scene.course == ["safe-mode", "write-drain"])
        try scene.wait(1)
        #expect(scene.course.suffix(1) == ["-write-drain"])
        let undo = try #require(scene.requests.last)
        #expect(undo.undo == true && undo.enabled == false)
        try scene.answer()
        try scene.wait(Scene.minute - 1)
        #expect(scene.course.count == 3)
        try scene.wait(1)
        #expect(scene.course.suffix(1) == ["-safe-mode"])
        try scene.answer()
        #expect(scene.view?.state == "undoing")
        try scene.wait(Scene.minute)
        #expect(scene.view?.state == "finished")
        #expect(scene.steps["p0/safe-mode"] == "undone")
    }

    @Test func `the stable window counts from when the signals were clear`() throws {
        let scene = try Scene()
        try scene.mitigate()
        scene.news.clearedTs = scene.nowMs
        try scene.wait(2 * Scene.minute)
        try scene.clear()
        try scene.wait(3 * Scene.minute)
        #expect(scene.course.last == "-write-drain")
    }

    @Test func `an incident that recovers while steps are taken gets no further step`() throws {
        let scene = try Scene()
        try scene.open()
        try scene.clear()
        try scene.answer()
        #expect(scene.course == ["safe-mode"])
        try scene.wait(5 * Scene.minute)
        #expect(scene.course == ["safe-mode", "-safe-mode"])
        try scene.answer()
        try scene.wait(Scene.minute)
        #expect(scene.steps["p0/write-drain"] == "skipped")
        #expect(scene.view?.state == "finished")
    }

    @Test func `a response is forgotten a day after its incident was resolved`() throws {
        let scene = try Scene()
        try scene.mitigate()
        try scene.clear()
        try scene.wait(5 * Scene.minute)
        try scene.answer()
        try scene.wait(Scene.minute)
        try scene.answer()
        try scene.wait(Scene.minute)
        try scene.resolve()
        try scene.wait(24 * Scene.hour - 1)
        #expect(scene.view?.state == "finished")
        let said = try scene.wait(1)
        #expect(said.map(\.key) == ["response/\(Scene.incidentID)"])
        #expect(said.first?.value == nil)
        #expect(scene.harness.nextDueMs == nil)
        try scene.harness.restart()
    }

    @Test func `a step that was so already counts as done, and is undone`() throws {
        let scene = try Scene()
        try scene.open()
        try scene.answer(.succeeded, .unchanged)
        #expect(scene.steps["p0/safe-mode"] == "done")
        #expect(scene.view?.steps.first?.detail == "was so already")
    }

    @Test func `a person who resolves in the middle gets the steps undone at once, each watched`()
        throws
    {
        let scene = try Scene()
        try scene.open()
        try scene.answer()
        try scene.resolve()
        #expect(scene.course == ["safe-mode", "write-drain"])
        try scene.answer()
        #expect(scene.course.suffix(1) == ["-write-drain"])
        try scene.answer()
        try scene.wait(Scene.minute)
        #expect(scene.course.suffix(1) == ["-safe-mode"])
        try scene.answer()
        try scene.wait(Scene.minute)
        #expect(scene.view?.state == "finished")
        #expect(scene.urgencies(.tell).count == 1)
    }

    @Test func `no step is left to undo: a resolved incident ends the response`() throws {
        let scene = try Scene()
        try scene.open()
        try scene.answer(.rejected, .held, heldBy: ["person/alice"])
        try scene.answer(.rejected, .held, heldBy: ["person/alice"])
        try scene.resolve()
        #expect(scene.view?.state == "finished")
        #expect(scene.course == ["safe-mode", "write-drain"])
    }

    @Test func `a duplicate outcome, one of nobody and one that is not final change nothing`()
        throws
    {
        let scene = try Scene()
        try scene.open()
        try scene.answer(.accepted)
        #expect(scene.course == ["safe-mode"])
        try scene.answer(.succeeded, to: "somebody-else")
        #expect(scene.course == ["safe-mode"])
        let first = try #require(scene.requestIDs.first)
        try scene.answer(to: first)
        #expect(scene.course == ["safe-mode", "write-drain"])
        #expect(try scene.answer(to: first).isEmpty)
        #expect(scene.course == ["safe-mode", "write-drain"])
    }

    @Test func `old news of an incident changes nothing`() throws {
        let scene = try Scene()
        try scene.mitigate()
        let stale = scene.news
        try scene.clear()
        let said = try scene.harness.send(stale, key: "checkout")
        #expect(said.isEmpty)
        #expect(scene.view?.nextStep == "undo p0/write-drain")
    }

    @Test func `silence of control-core asks a person once, and a late answer still counts`() throws
    {
        let scene = try Scene()
        try scene.open()
        try scene.wait(30 * Scene.second - 1)
        #expect(scene.urgencies(.ask).isEmpty)
        try scene.wait(1)
        let ask = try #require(scene.urgencies(.ask).first)
        #expect(ask.commands?.first == "dreamnet safe-mode on --service checkout")
        #expect(ask.commands?.contains("dreamnet commands show \(scene.requestIDs[0])") == true)
        try scene.wait(20 * Scene.second)
        #expect(scene.urgencies(.ask).count == 1)
        #expect(scene.course == ["safe-mode"])
        try scene.answer()
        #expect(scene.course == ["safe-mode", "write-drain"])
    }

    @Test func `an undo without an answer is not repeated, and goes on with the late answer`()
        throws
    {
        let scene = try Scene()
        try scene.mitigate()
        try scene.clear()
        try scene.wait(10 * Scene.minute)
        #expect(scene.course == ["safe-mode", "write-drain", "-write-drain"])
        try scene.answer()
        try scene.wait(Scene.minute)
        #expect(scene.course.last == "-safe-mode")
    }

    @Test func `two runs over the same inputs say the same bytes`() throws {
        func run() throws -> [HarnessOutput] {
            let scene = try Scene()
            try scene.mitigate()
            try scene.clear()
            try scene.wait(5 * Scene.minute)
            try scene.answer()
            try scene.relapse()
            try scene.answer()
            try scene.resolve()
            try scene.wait(25 * Scene.hour)
            return scene.harness.outputs
        }
        #expect(try run() == run())
    }

    @Test func `a restart in every state changes neither the tables nor the course`() throws {
        func run(restarting: Bool) throws -> [HarnessOutput] {
            let scene = try Scene()
            func turn(_ body: () throws -> Void) throws {
                try body()
                if restarting { try scene.harness.restart() }
            }
            try turn { try scene.open() }
            try turn { try scene.answer() }
            try turn { try scene.answer() }
            try turn { try scene.clear() }
            try turn { try scene.wait(5 * Scene.minute) }
            try turn { try scene.answer() }
            try turn { try scene.relapse() }
            try turn { try scene.automation("paused") }
            try turn { try scene.answer() }
            try turn { try scene.automation("running") }
            try turn { try scene.clear() }
            try turn { try scene.wait(5 * Scene.minute) }
            try turn { try scene.answer() }
            try turn { try scene.wait(Scene.minute) }
            try turn { try scene.answer() }
            try turn { try scene.wait(Scene.minute) }
            try turn { try scene.resolve() }
            try turn { try scene.wait(24 * Scene.hour) }
            return scene.harness.outputs.filter { $0.key?.hasPrefix("settings/") != true }
        }
        #expect(try run(restarting: true) == run(restarting: false))
    }
}
