import Contracts
import NervousSystemDomain
import Testing

/// How many dead letters wait in each queue, and how fast new ones come.
@Suite struct QueueWatchTests {
    private static let startMs: Int64 = 1_763_679_600_000

    private func place(_ offset: Int64, _ topic: BusTopic = .signal) -> DeadLetterPlace {
        DeadLetterPlace(topic: topic, partition: Int32(offset % 2), offset: offset)
    }

    private func signal(_ watch: inout QueueWatch, atMs: Int64 = startMs) -> QueueFigures? {
        watch.figures(nowMs: atMs).first { $0.topic == .signal }
    }

    @Test func `the depth is what lies there without what the ledger has done`() {
        var watch = QueueWatch(topics: [.signal, .alert])
        // The ledger's entry may come before the letter.
        watch.take(ledgerKey: Ledger.key(of: place(3)), value: [1])
        for offset: Int64 in 0..<6 {
            watch.take(letterAt: place(offset), atMs: 0, nowMs: Self.startMs)
        }
        watch.take(letterAt: place(9, .outcome), atMs: 0, nowMs: Self.startMs)
        #expect(signal(&watch)?.waiting == 5)
        watch.take(ledgerKey: Ledger.key(of: place(0)), value: [1])
        watch.take(ledgerKey: Ledger.key(of: place(0)), value: [1])
        watch.take(ledgerKey: Ledger.key(of: place(40)), value: [1])
        #expect(signal(&watch)?.waiting == 4)
        // Restored from an archive.
        watch.take(ledgerKey: Ledger.key(of: place(3)), value: nil)
        #expect(signal(&watch)?.waiting == 5)
        // Expired, or purged.
        watch.holds(.signal, partition: 0, from: 4, to: 6)
        #expect(signal(&watch)?.waiting == 4)
        watch.holds(.signal, partition: 0, from: 6, to: 6)
        watch.holds(.signal, partition: 1, from: 6, to: 6)
        #expect(signal(&watch)?.waiting == 0)
        #expect(signal(&watch)?.seen == 6)
    }

    @Test func `a queue counts as used as soon as there ever was a letter`() {
        var watch = QueueWatch(topics: [.signal, .alert, .incident])
        watch.holds(.alert, partition: 0, from: 12, to: 12)
        watch.holds(.incident, partition: 0, from: 0, to: 0)
        watch.take(letterAt: place(0), atMs: 0, nowMs: Self.startMs)
        #expect(
            watch.figures(nowMs: Self.startMs).filter(\.isUsed).map(\.topic) == [.alert, .signal])
    }

    @Test func `the rate is of the last minute by the log's clock, and falls again`() {
        var watch = QueueWatch(topics: [.signal])
        for second: Int64 in 0..<120 {
            let atMs = Self.startMs + second * 1_000
            watch.take(letterAt: place(2 * second), atMs: atMs, nowMs: atMs)
            watch.take(letterAt: place(2 * second + 1), atMs: atMs, nowMs: atMs)
        }
        let endMs = Self.startMs + 119_999
        #expect(signal(&watch, atMs: endMs)?.perMinute == 120)
        #expect((20...40).contains(signal(&watch, atMs: endMs + 45_000)?.perMinute ?? 0))
        #expect(signal(&watch, atMs: endMs + 60_000)?.perMinute == 0)
        // What lay there before the watch began is not new; a time ahead of ours is now.
        watch.take(letterAt: place(400), atMs: endMs, nowMs: endMs + 200_000)
        watch.take(letterAt: place(401), atMs: .max, nowMs: endMs + 200_000)
        #expect(signal(&watch, atMs: endMs + 200_000)?.perMinute == 1)
    }

    @Test func `letters of a whole day, half of them done out of order, take little`() {
        var watch = QueueWatch(topics: [.signal])
        for offset: Int64 in 0..<400_000 {
            watch.take(letterAt: place(offset), atMs: 0, nowMs: Self.startMs)
        }
        for offset in stride(from: Int64(399_999), to: 0, by: -4) {
            watch.take(ledgerKey: Ledger.key(of: place(offset)), value: [1])
        }
        #expect(signal(&watch)?.waiting == 300_000)
    }

    private func sender(_ delayMs: Int64?, _ task: String = "os-core/1") -> QueueWatch.Sender {
        QueueWatch.Sender(task: task, delayMs: delayMs)
    }

    @Test func `a task is slowed from the letter that says so to one that does not`() {
        var watch = QueueWatch(topics: [.signal, .alert])
        let nowMs = Self.startMs
        func take(
            _ offset: Int64, _ atMs: Int64, _ sender: QueueWatch.Sender, _ watch: inout QueueWatch
        ) -> Bool {
            watch.take(letterAt: place(offset), atMs: atMs, nowMs: nowMs + 10, from: sender)
        }
        let before = take(0, nowMs, sender(nil), &watch)
        #expect(!before && signal(&watch)?.slowedTasks == 0 && signal(&watch)?.wasSlowed == false)
        let news = [
            take(1, nowMs + 1, sender(100), &watch), take(2, nowMs + 2, sender(100), &watch),
            take(3, nowMs + 2, sender(100, "os-core/3"), &watch),
        ]
        #expect(news == [true, false, true], "once each")
        #expect(signal(&watch)?.slowedTasks == 2)
        // Read late, of another partition of the queue.
        _ = take(4, nowMs + 1, sender(nil), &watch)
        #expect(signal(&watch)?.slowedTasks == 2)
        _ = take(5, nowMs + 3, sender(nil), &watch)
        #expect(signal(&watch)?.slowedTasks == 1 && signal(&watch)?.wasSlowed == true)
        #expect(watch.figures(nowMs: nowMs).first { $0.topic == .alert }?.slowedTasks == 0)
    }

    @Test func `a task of which no letter comes any more is not slowed`() {
        var watch = QueueWatch(topics: [.signal])
        let nowMs = Self.startMs
        watch.take(letterAt: place(0), atMs: nowMs, nowMs: nowMs, from: sender(100))
        watch.take(letterAt: place(1), atMs: nowMs, nowMs: nowMs, from: sender(30_000, "slower"))
        #expect(signal(&watch, atMs: nowMs + 59_999)?.slowedTasks == 2)
        #expect(signal(&watch, atMs: nowMs + 60_000)?.slowedTasks == 1)
        #expect(signal(&watch, atMs: nowMs + 90_000)?.slowedTasks == 0)
        #expect(signal(&watch, atMs: nowMs + 90_000)?.wasSlowed == true)
    }

    @Test(arguments: [Int64.max, Int64.min, -1, 0])
    func `whatever delay a letter claims, it ends`(delayMs: Int64) {
        var watch = QueueWatch(topics: [.signal])
        let nowMs = Self.startMs
        watch.take(letterAt: place(0), atMs: nowMs, nowMs: nowMs, from: sender(delayMs))
        #expect(signal(&watch)?.slowedTasks == 1)
        #expect(signal(&watch, atMs: nowMs + 180_000)?.slowedTasks == 0)
    }
}
