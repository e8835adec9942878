import Contracts
import Streams
import TestKit
import Testing

@testable import StreamsKafka

extension BrokerTests {
    @Suite(.onApacheKafka) struct FetchWakingTests {
        private static let count = 30_000
        private static let valueBytes = 1_000
        private static let queueKbytes = 2_048
        /// Messages of a full queue: what the library calls a kbyte has 1,000 bytes here.
        private static let full = queueKbytes * 1_000 / valueBytes

        /// Sent as they are, so that a fetch of a megabyte holds a megabyte.
        private static func send(_ kafka: KafkaFixture) throws {
            var configuration = kafka.configuration
            configuration.properties["compression.type"] = "none"
            let producer = try KafkaProducer(configuration, log: kafka.log.handler)
            let value = [UInt8](repeating: 65, count: valueBytes)
            for index in 1...count {
                try #require(
                    producer.post(NewRecord(topic: "in", partition: 0, key: nil, value: value)))
                if index.isMultiple(of: 5_000) { try producer.flush(deadlineMs: 20_000) }
            }
        }

        /// Runs `body` with a task of partition 0, which has more to read than its queue holds; in
        /// the other partitions is nothing.
        private static func withBacklog(
            partitions: Int32 = 1, _ body: @Sendable (TaskRig, KafkaTask) throws -> Void
        ) async throws {
            let names = ["in", "out", "in.dlq", "state"]
            let topics = Dictionary(uniqueKeysWithValues: names.map { ($0, partitions) })
            try await KafkaFixture.run(topics: topics) { kafka in
                try send(kafka)
                let rig = try TaskRig(
                    kafka,
                    properties: [
                        "queued.max.messages.kbytes": "\(queueKbytes)", "compression.type": "none",
                    ])
                try rig.pollUntil("an assignment") { rig.owned.count == Int(partitions) }
                try body(rig, try #require(rig.tasks[0]))
                rig.member.leave(forGood: true, rig)
            }
        }

        /// The library alone would sleep for up to a second. The median counts: a machine that is
        /// busy with other tests may hold one of them up.
        ///
        /// And a fetch of a partition that has nothing more is waited for before another is fetched,
        /// by the library's default half a second.
        @Test(arguments: [1, 2] as [Int32])
        func `who has drained a queue that was full goes on within 50 ms`(
            partitions: Int32
        ) async throws {
            try await Self.withBacklog(partitions: partitions) { rig, task in
                var taken = 0
                var gapsMs: [Int64] = []
                while taken < Self.count {
                    // Of the last ones some may be in the task's hands already.
                    let wanted = min(Self.full, Self.count - taken - MessageBatch.countMax)
                    try rig.pollUntil("a full queue") { task.feed.queue.count >= wanted }
                    // Who is slower than the fetcher never finds it dry, and does not wait.
                    let most = taken + 2 * Self.full
                    while taken < most, try task.poll(timeoutMs: 0, { _ in taken += 1 }) {}
                    guard taken < Self.count else { break }
                    let gap = ContinuousClock().measure {
                        #expect(throws: Never.self) {
                            let came = try task.poll(timeoutMs: 5_000) { _ in taken += 1 }
                            #expect(came)
                        }
                    }
                    gapsMs.append(Int64(gap / .milliseconds(1)))
                }
                try #require(gapsMs.count >= 5)
                #expect(gapsMs.sorted()[gapsMs.count / 2] < 50, "\(gapsMs) ms")
            }
        }

        /// The library alone would look again after up to a second.
        @Test func `a queue of which half was taken is filled again before it is dry`() async throws
        {
            try await Self.withBacklog { rig, task in
                var waitsMs: [Int64] = []
                for _ in 1...7 {
                    try rig.pollUntil("a full queue") { task.feed.queue.count >= Self.full }
                    while task.feed.queue.count > Self.full / 3 {
                        try #require(try task.poll(timeoutMs: 0) { _ in })
                    }
                    let wait = try ContinuousClock().measure {
                        try rig.pollUntil("a queue that is filled again") {
                            task.feed.queue.count >= Self.full
                        }
                    }
                    waitsMs.append(Int64(wait / .milliseconds(1)))
                }
                #expect(waitsMs.sorted()[waitsMs.count / 2] < 100, "\(waitsMs) ms")
            }
        }

        /// A fetch waits for half a second where nothing comes, and the broker answers in order:
        /// whoever waits for an answer after the first task has begun takes that for each input.
        @Test func `tasks start while the fetches of others wait for records`() async throws {
            let inputs = ["in", "second", "third"]
            let names = inputs + inputs.map { $0 + ".dlq" } + ["out", "state"]
            let topics = Dictionary(uniqueKeysWithValues: names.map { ($0, Int32(4)) })
            try await KafkaFixture.run(topics: topics) { kafka in
                let rig = try TaskRig(kafka, inputs: inputs, startsInCallback: false)
                try rig.pollUntil("an assignment") { rig.owned.count == 4 }
                var starts: [(KafkaTask, [Int64])] = []
                for task in rig.tasks.values {
                    try task.initTransactions()
                    starts.append((task, try task.inputStarts()))
                }
                let time = try ContinuousClock().measure {
                    for (task, offsets) in starts { try task.startConsuming(at: offsets) }
                }
                #expect(time < .milliseconds(450))
                rig.member.leave(forGood: true, rig)
            }
        }
    }
}
