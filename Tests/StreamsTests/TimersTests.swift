import Contracts
import Streams
import Testing

struct TimersTests {
    private let timers = Timers()

    @Test func `timers fire by due time, then by key, and once`() {
        timers.set("b", dueMs: 5)
        timers.set("a", dueMs: 5)
        timers.set("c", dueMs: 1)
        timers.set("later", dueMs: 9)
        var fired: [String] = []
        while let timer = timers.popDue(nowMs: 5) { fired.append("\(timer.key)@\(timer.dueMs)") }
        #expect(fired == ["c@1", "a@5", "b@5"])
        #expect(timers.nextDueMs == 9)
        #expect(timers.count == 1)
    }

    @Test func `a moved or cancelled timer does not fire at its old time`() {
        timers.set("a", dueMs: 1)
        timers.set("a", dueMs: 8)
        timers.set("b", dueMs: 2)
        timers.cancel("b")
        timers.cancel("never")
        #expect(timers.popDue(nowMs: 7) == nil)
        #expect(timers.nextDueMs == 8)
        timers.set("a", dueMs: 1)
        #expect(timers.popDue(nowMs: 1)?.key == "a")
        #expect(timers.nextDueMs == nil)
    }

    @Test func `what is undone is due again, or no more`() {
        timers.set("kept", dueMs: 3)
        timers.set("moved", dueMs: 4)
        timers.commitTransaction()
        timers.beginMessage()
        #expect(timers.popDue(nowMs: 3)?.key == "kept")
        timers.set("moved", dueMs: 90)
        timers.set("new", dueMs: 1)
        timers.rollbackMessage()
        #expect(timers.nextDueMs == 3)
        #expect(timers.popDue(nowMs: 10)?.key == "kept")
        #expect(timers.popDue(nowMs: 10)?.key == "moved")
        timers.rollbackTransaction()
        #expect(timers.popDue(nowMs: 10)?.key == "kept")
        #expect(timers.popDue(nowMs: 10)?.key == "moved")
        #expect(timers.popDue(nowMs: 10) == nil)
    }

    @Test func `they fire as a sorted list does, whatever is set, moved and undone`() {
        var generator = Generator(seed: 11)
        var model: [String: Int64] = [:]
        var committed: [String: Int64] = [:]
        var nowMs: Int64 = 0
        for _ in 0..<5_000 {
            let key = "k\(generator.next() % 20)"
            switch generator.next() % 12 {
            case 0:
                timers.commitTransaction()
                committed = model
            case 1:
                timers.rollbackTransaction()
                model = committed
            case 2:
                timers.cancel(key)
                model[key] = nil
            case 3, 4, 5:
                nowMs += Int64(generator.next() % 10)
                while let timer = timers.popDue(nowMs: nowMs) {
                    let first = model.min { ($0.value, $0.key) < ($1.value, $1.key) }
                    #expect(first?.key == timer.key)
                    #expect(first?.value == timer.dueMs)
                    model[timer.key] = nil
                }
            default:
                let dueMs = nowMs + Int64(generator.next() % 40)
                timers.set(key, dueMs: dueMs)
                model[key] = dueMs
            }
            #expect(timers.nextDueMs == model.values.min())
        }
    }

    @Test func `they come back from the changelog`() throws {
        timers.set("a", dueMs: 5)
        timers.set("b", dueMs: 2)
        let restored = Timers()
        timers.forEachEntry { key, value in
            #expect(throws: Never.self) { try restored.restore(key: key, value: value) }
        }
        #expect(restored.popDue(nowMs: 9)?.key == "b")
        #expect(restored.popDue(nowMs: 9)?.key == "a")
    }
}
