import Contracts
import Streams
import Testing

@testable import NervousSystemDomain

/// Whether it helped, and what happens when it comes back or becomes worse.
@Suite struct RelapseTests {
    @Test func `without recovery in time a person is asked, with a record of every step`() throws {
        let scene = try Scene()
        try scene.mitigate()
        try scene.wait(5 * Scene.minute - 1)
        #expect(scene.view?.state == "watching")
        try scene.wait(1)
        #expect(scene.view?.state == "gave_up")
        #expect(scene.view?.detail == "not recovered within 300 s of the last step")
        let ask = try #require(scene.urgencies(.ask).last)
        #expect(ask.text.contains("- p0/safe-mode: done"))
        #expect(ask.text.contains("- p0/write-drain: done"))
        #expect(ask.text.contains("undone when the incident recovers"))
    }

    @Test func `after giving up the automation still takes back what it did`() throws {
        let scene = try Scene()
        try scene.mitigate()
        try scene.wait(10 * Scene.minute)
        try scene.clear()
        try scene.wait(5 * Scene.minute)
        #expect(scene.course.last == "-write-drain")
    }

    @Test func `a relapse puts back once what was undone, the second is left to a person`() throws {
        let scene = try Scene()
        try scene.mitigate()
        try scene.clear()
        try scene.wait(5 * Scene.minute)
        try scene.answer()
        try scene.relapse()
        #expect(scene.course.suffix(2) == ["-write-drain", "write-drain"])
        try scene.answer()
        #expect(scene.view?.state == "watching")
        try scene.clear()
        try scene.wait(5 * Scene.minute)
        try scene.answer()
        #expect(scene.course.last == "-write-drain")
        let count = scene.course.count
        try scene.relapse()
        #expect(scene.course.count == count)
        #expect(scene.view?.state == "gave_up")
        let ask = try #require(scene.urgencies(.ask).last)
        #expect(
            ask.commands?.prefix(2) == [
                "dreamnet write-drain on --service checkout",
                "dreamnet safe-mode off --service checkout --override",
            ])
        try scene.clear()
        try scene.resolve()
        try scene.wait(25 * Scene.hour)
        #expect(scene.course.count == count)
    }

    @Test func `a relapse while an undo is under way puts it back after the answer`() throws {
        let scene = try Scene()
        try scene.mitigate()
        try scene.clear()
        try scene.wait(5 * Scene.minute)
        try scene.relapse()
        #expect(scene.course.last == "-write-drain")
        try scene.answer()
        #expect(scene.course.suffix(2) == ["-write-drain", "write-drain"])
    }

    @Test func `a relapse before any undo keeps the steps and counts as none`() throws {
        let scene = try Scene()
        try scene.mitigate()
        for _ in 0..<3 {
            try scene.clear()
            try scene.wait(Scene.minute)
            try scene.relapse()
            #expect(scene.course == ["safe-mode", "write-drain"])
            #expect(scene.view?.state == "watching")
        }
    }

    @Test func `what comes back later than a relapse may is a new fault`() throws {
        let scene = try Scene()
        for _ in 0..<3 {
            if scene.requests.isEmpty { try scene.open() } else { try scene.relapse() }
            try scene.answer()
            try scene.answer()
            try scene.clear()
            try scene.wait(5 * Scene.minute)
            try scene.answer()
            try scene.wait(Scene.minute)
            try scene.answer()
            try scene.wait(11 * Scene.minute)
        }
        let round = ["safe-mode", "write-drain", "-write-drain", "-safe-mode"]
        #expect(scene.course == round + round + round)
    }

    @Test func `a runbook that begins anew asks under ids of its own`() throws {
        let scene = try Scene()
        try scene.open()
        // Refused while this service was away: history, until there is fresh evidence.
        try scene.answer(.rejected, .stale, ageMs: 2 * Scene.minute)
        try scene.wait(5 * Scene.minute)
        try scene.hear("incident_updated", .open)
        try scene.answer()
        try scene.answer()
        #expect(scene.course == ["safe-mode", "safe-mode", "write-drain"])
        #expect(Set(scene.requestIDs).count == 3)
    }

    @Test func `an incident that is reopened soon after the undo gets its steps once more`() throws
    {
        let scene = try Scene()
        try scene.mitigate()
        try scene.clear()
        try scene.wait(5 * Scene.minute)
        try scene.answer()
        try scene.wait(Scene.minute)
        try scene.answer()
        try scene.wait(Scene.minute)
        try scene.resolve()
        try scene.wait(Scene.minute)
        try scene.hear("incident_reopened", .open)
        #expect(scene.course.last == "safe-mode")
        #expect(scene.urgencies(.page).count == 2)
        try scene.answer()
        #expect(scene.course.last == "write-drain")
    }

    @Test func `a refused undo is left to a person`() throws {
        let scene = try Scene()
        try scene.mitigate()
        try scene.clear()
        try scene.wait(5 * Scene.minute)
        try scene.answer(.failed, .undelivered)
        #expect(scene.view?.state == "gave_up")
        #expect(
            scene.urgencies(.ask).last?.commands?.first
                == "dreamnet write-drain off --service checkout --override")
        try scene.wait(Scene.hour)
        #expect(scene.course.last == "-write-drain")
    }

    // MARK: Escalation

    @Test func `the runbook of a worse severity takes over, what is done stays done`() throws {
        let scene = try Scene()
        try scene.open(.p1)
        #expect(scene.course == ["rate"])
        try scene.answer()
        #expect(scene.course == ["rate", "safe-mode"])
        try scene.answer()
        try scene.hear("incident_escalated", .open, severity: .p0, runbook: "p0")
        #expect(scene.course == ["rate", "safe-mode", "write-drain"])
        #expect(scene.requests.last?.runbook == "p0")
        #expect(scene.steps["p0/safe-mode"] == "skipped")
        #expect(scene.steps["p1/rate"] == "done")
        try scene.answer()
        try scene.clear()
        try scene.wait(5 * Scene.minute)
        for _ in 0..<3 {
            try scene.answer()
            try scene.wait(Scene.minute)
        }
        #expect(scene.course.suffix(3) == ["-write-drain", "-safe-mode", "-rate"])
        #expect(scene.view?.state == "finished")
    }

    @Test func `an escalation while an answer is awaited drops the steps that were left`() throws {
        let scene = try Scene()
        try scene.open(.p1)
        try scene.hear("incident_escalated", .open, severity: .p0, runbook: "p0")
        #expect(scene.course == ["rate"])
        try scene.answer()
        #expect(scene.course == ["rate", "safe-mode"])
        #expect(scene.requests.last?.runbook == "p0")
        #expect(scene.steps["p1/safe-mode"] == nil)
    }

    @Test func `a milder severity changes nothing in a response under way`() throws {
        let scene = try Scene()
        try scene.open()
        try scene.hear("incident_deescalated", .open, severity: .p1, runbook: "p1")
        try scene.answer()
        #expect(scene.course == ["safe-mode", "write-drain"])
        #expect(scene.view?.runbook == "p0")
    }
}
