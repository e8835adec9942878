import Contracts
import Runtime
import Streams
import StreamsKafka
import Synchronization

/// Plain orders of a person, one every few milliseconds, each of which has to be carried out.
final class OrderStream: Sendable {
    private let sent = Atomic<Int>(0)
    private let isEnding = Atomic<Bool>(false)
    private let task = Locked<Task<Void, any Error>?>(nil)

    init(_ kafka: KafkaConfiguration, everyMs: Int) {
        let sending = Task { [self] in try await send(kafka, everyMs: everyMs) }
        task.withLock { $0 = sending }
    }

    /// Ends it, once everything is on the broker.
    /// - Returns: how many orders there were.
    func finish() async throws -> Int {
        isEnding.store(true, ordering: .releasing)
        try await task.withLock { $0 }?.value
        return sent.load(ordering: .acquiring)
    }

    private func send(_ kafka: KafkaConfiguration, everyMs: Int) async throws {
        let producer = try KafkaProducer(
            kafka, deliveryDeadlineMs: 120_000, queueLimit: 100_000
        ) { _ in }
        defer { producer.close() }
        let begun = ContinuousClock.now
        var number = 0
        while !isEnding.load(ordering: .acquiring) {
            producer.post(Self.order(number))
            number += 1
            sent.store(number, ordering: .releasing)
            try await Task.sleep(until: begun + .milliseconds(everyMs * number))
        }
        try await offPool { try producer.flush(deadlineMs: 60_000) }
        guard producer.failedPosts == 0 else {
            throw EndToEndError("\(producer.failedPosts) orders were not delivered")
        }
    }

    private static func order(_ number: Int) -> NewRecord {
        let service = "shop-\(number % 7)"
        let value =
            #"{"id":"order-\#(number)","ts":\#(SystemClock.nowMs()),"role":"operator","#
            + #""topic":"command","payload":{"type":"set_write_drain","author":"alice","#
            + #""service":"\#(service)","enabled":\#(number.isMultiple(of: 2))}}"#
        return NewRecord(
            topic: BusTopic.command.rawValue, key: Array(service.utf8), value: Array(value.utf8),
            headers: [RecordHeader(Fate.header, text: Fate.taken.text)])
    }
}
