import Contracts
import Effectors
import Testing

struct DeliveryQueueTests {
    /// Two attempts, a second apart.
    private static let settings = WebhookSettings(
        url: "http://127.0.0.1/hook", attemptsMax: 2, backoffMs: 1_000)

    /// The time of day at 0 of the clock, Unix ms.
    private static let epochMs: Int64 = 1_763_679_600_000

    private func delivery(
        _ id: String, _ incident: String?, at offset: Int64, partition: Int32 = 0,
        mark: DeliveryMark? = nil
    ) -> Delivery {
        Delivery(
            id: id, saidMs: 0,
            notification: NotificationPayload(
                urgency: .page, service: "checkout", incidentId: incident, title: id, text: id),
            source: Delivery.Source(partition: partition, offset: offset), mark: mark)
    }

    /// Every attempt that is due, all at once.
    private func attempts(_ queue: inout DeliveryQueue, _ nowMs: Int64) -> [Delivery] {
        var attempts: [Delivery] = []
        while let next = queue.nextAttempt(nowMs: nowMs, unixMs: Self.epochMs + nowMs) {
            attempts.append(next)
        }
        return attempts
    }

    @Test func `incidents go side by side, each in order`() {
        var queue = DeliveryQueue(settings: Self.settings)
        queue.add(delivery("a1", "a", at: 0), nowMs: 0)
        queue.add(delivery("a2", "a", at: 1), nowMs: 0)
        queue.add(delivery("b1", "b", at: 2), nowMs: 0)
        queue.add(delivery("c1", nil, at: 3), nowMs: 0)
        let first = attempts(&queue, 0)
        #expect(first.map(\.id) == ["a1", "b1", "c1"])
        queue.finish(first[0], .delivered, nowMs: 5, unixMs: Self.epochMs + 5)
        #expect(attempts(&queue, 5).map(\.id) == ["a2"])
        #expect(queue.count == 3)
    }

    @Test func `one that waits for its next attempt holds back its own incident alone`() {
        var queue = DeliveryQueue(settings: Self.settings)
        queue.add(delivery("a1", "a", at: 0), nowMs: 0)
        queue.add(delivery("a2", "a", at: 1), nowMs: 0)
        let first = attempts(&queue, 0)
        queue.finish(first[0], .failed("500"), nowMs: 10, unixMs: Self.epochMs + 10)
        queue.add(delivery("b1", "b", at: 2), nowMs: 10)
        #expect(attempts(&queue, 1_009).map(\.id) == ["b1"])
        #expect(attempts(&queue, 9_000).isEmpty, "not before the first attempt is on record")
        let marks = queue.takeEnded()
        #expect(marks.map(\.type) == ["notification_tried"] && marks.map(\.reason) == ["500"])
        #expect(marks.map(\.attempts) == [1])
        #expect(marks.map(\.firstAt) == [Self.epochMs])
        #expect(marks.map(\.nextAt) == [Self.epochMs + 1_010])
        #expect(queue.nextDueMs == nil)
        queue.said(marks)
        #expect(queue.nextDueMs == 1_010)
        let second = attempts(&queue, 1_010)
        #expect(second.map(\.id) == ["a1"] && second.map(\.attempt) == [2])
        queue.finish(second[0], .failed("502"), nowMs: 1_011, unixMs: Self.epochMs + 1_011)
        let effects = queue.takeEnded()
        #expect(effects.map(\.type) == ["notification_failed"])
        #expect(effects.map(\.reason) == ["502"] && effects.map(\.attempts) == [2])
        #expect(effects.map(\.code) == [OutcomeCode.undelivered.rawValue])
        #expect(attempts(&queue, 1_011).map(\.id) == ["a2"])
    }

    @Test func `what is refused is not tried again`() {
        var queue = DeliveryQueue(settings: Self.settings)
        queue.add(delivery("a1", "a", at: 0), nowMs: 0)
        queue.finish(attempts(&queue, 0)[0], .refused("404"), nowMs: 0, unixMs: Self.epochMs + 0)
        #expect(queue.takeEnded().map(\.type) == ["notification_failed"])
        #expect(attempts(&queue, 9_000).isEmpty && queue.nextDueMs == nil && queue.count == 0)
    }

    @Test func `only what is done up to a position is committed`() {
        var queue = DeliveryQueue(settings: Self.settings)
        queue.add(delivery("a", "a", at: 10), nowMs: 0)
        queue.pass(Delivery.Source(partition: 0, offset: 11))
        queue.add(delivery("b", "b", at: 12), nowMs: 0)
        queue.add(delivery("c", "c", at: 7, partition: 1), nowMs: 0)
        // Read again after the group has given the partition anew.
        queue.add(delivery("a", "a", at: 10), nowMs: 0)
        let all = attempts(&queue, 0)
        #expect(all.map(\.id) == ["a", "b", "c"])
        queue.finish(all[1], .delivered, nowMs: 1, unixMs: Self.epochMs + 1)
        queue.finish(all[2], .delivered, nowMs: 1, unixMs: Self.epochMs + 1)
        #expect(queue.commitPositions() == [1: 8])
        queue.finish(all[0], .delivered, nowMs: 2, unixMs: Self.epochMs + 2)
        #expect(queue.commitPositions() == [0: 13])
        #expect(queue.commitPositions() == [:])
    }

    @Test func `whoever takes over goes on with the number, the time and the order`() throws {
        var dead = DeliveryQueue(settings: Self.settings)
        dead.add(delivery("a1", "a", at: 0), nowMs: 0)
        dead.add(delivery("a2", "a", at: 1), nowMs: 0)
        dead.add(delivery("b1", "b", at: 2), nowMs: 0)
        let first = attempts(&dead, 0)
        dead.finish(first[0], .failed("500"), nowMs: 10, unixMs: Self.epochMs + 10)
        dead.finish(first[1], .delivered, nowMs: 10, unixMs: Self.epochMs + 10)
        // Killed once this is on record, before anything is committed.
        var marks = DeliveryMarks()
        for effect in dead.takeEnded() { marks.take(effect) }
        #expect(marks.count == 1)

        var queue = DeliveryQueue(settings: Self.settings)
        let (taken, none) = (marks.remove("a1"), marks.remove("b1"))
        let mark = try #require(taken)
        #expect(mark.nextMs == Self.epochMs + 1_010 && none == nil)
        // It comes back 400 ms later, its own clock at 5.
        queue.add(delivery("a1", "a", at: 0, mark: mark), waitMs: 600, nowMs: 5)
        queue.add(delivery("a2", "a", at: 1), nowMs: 5)
        #expect(attempts(&queue, 604).isEmpty)
        let second = attempts(&queue, 605)
        #expect(second.map(\.id) == ["a1"] && second.map(\.attempt) == [2])
        queue.finish(second[0], .failed("502"), nowMs: 606, unixMs: Self.epochMs + 1_011)
        let ended = queue.takeEnded()
        #expect(ended.map(\.type) == ["notification_failed"])
        #expect(ended.map(\.attempts) == [2] && ended.map(\.firstAt) == [Self.epochMs])
        #expect(attempts(&queue, 606).map(\.id) == ["a2"])
    }
}
