import Contracts
import Testing

@testable import NervousSystemDomain

/// What `dreamnet runbooks test` shows.
@Suite struct RehearsalTests {
    private func requests(_ lines: [RehearsalLine]) -> [String] {
        lines.filter { $0.kind == .request }.map { "\($0.atMs / 1000) \($0.text)" }
    }

    @Test func `the usual course takes every step and takes it back`() {
        let lines = RunbookRehearsal(Scene.p0).run(.usual(.p0))
        #expect(
            requests(lines) == [
                "0 set_safe_mode enabled=true (p0/safe-mode)",
                "0 set_write_drain enabled=true (p0/write-drain)",
                "360 set_write_drain enabled=false (undo of p0/write-drain)",
                "420 set_safe_mode enabled=false (undo of p0/safe-mode)",
            ])
        #expect(lines.last?.text == "finished")
        #expect(lines.first?.description == "     0.000 s  event    an incident opens as P0")
    }

    @Test func `a script of refusals, silence, pauses and relapses is played out`() {
        let script = RehearsalScript(
            [
                .init(atMs: 0, .alert(.p0)), .init(atMs: 5_000, .pause),
                .init(atMs: 10_000, .clear), .init(atMs: 400_000, .resume),
                .init(atMs: 420_000, .relapse), .init(atMs: 500_000, .clear),
                .init(atMs: 900_000, .resolve),
            ],
            answers: ["safe-mode": .init(.rejected, code: .held, heldBy: ["person/alice"])])
        let lines = RunbookRehearsal(Scene.p0).run(script)
        #expect(
            requests(lines) == [
                "0 set_safe_mode enabled=true (p0/safe-mode)",
                "0 set_write_drain enabled=true (p0/write-drain)",
                "400 set_write_drain enabled=false (undo of p0/write-drain)",
                "420 set_write_drain enabled=true (p0/write-drain)",
                "800 set_write_drain enabled=false (undo of p0/write-drain)",
            ])
        let silent = RunbookRehearsal(Scene.p0).run(
            RehearsalScript([.init(atMs: 0, .alert(.p0))], answers: ["safe-mode": .init(nil)]))
        #expect(requests(silent).count == 1)
        #expect(silent.contains { $0.kind == .notify && $0.atMs == 30_000 })
    }

    @Test func `nothing happens for a service that is observed`() {
        let lines = RunbookRehearsal(Scene.p0, mode: .observe).run(.usual(.p0))
        #expect(requests(lines).isEmpty)
        #expect(lines.contains { $0.kind == .state && $0.text.hasPrefix("observed") })
    }

    @Test func `a rehearsal twice gives the same lines`() {
        let rehearsal = RunbookRehearsal(Scene.p1)
        #expect(rehearsal.run(.usual(.p1)) == rehearsal.run(.usual(.p1)))
    }

    @Test func `a script of nonsense ends`() {
        let entries = (0..<2_000).flatMap { index -> [RehearsalScript.Entry] in
            [.init(atMs: Int64(index), .relapse), .init(atMs: Int64(index), .clear)]
        }
        let lines = RunbookRehearsal(Scene.p0).run(
            RehearsalScript(
                entries + [.init(atMs: -5, .alert(.p0)), .init(atMs: .max, .clear)], answerMs: -3))
        #expect(lines.count <= RunbookRehearsal.linesMax + 10)
    }
}
