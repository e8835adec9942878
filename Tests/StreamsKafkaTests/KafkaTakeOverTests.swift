import Streams
import TestKit
import Testing

@testable import StreamsKafka

extension BrokerTests {
    /// What a take-over must not wait for. The library looks at these things only every half or
    /// whole second, unless it is woken. The middle one of five rounds counts.
    @Suite(.onApacheKafka) struct KafkaTakeOverTests {
        private static let topics: [String: Int32] = ["in": 2, "out": 2, "in.dlq": 2, "state": 2]

        private func median(_ round: (Int) async throws -> Duration) async throws -> Duration {
            var all: [Duration] = []
            for number in 0..<5 { all.append(try await round(number)) }
            return all.sorted()[2]
        }

        @Test func `an idle member sends its heartbeats when they are due`() async throws {
            try await KafkaFixture.run(topics: Self.topics) { kafka in
                let rig = try TaskRig(kafka, properties: ["debug": "cgrp"])
                try rig.pollUntil("an assignment") { rig.owned.count == 2 }
                func count() -> Int {
                    kafka.log.all.count {
                        $0.facility == "HEARTBEAT" && $0.message.contains("Heartbeat for group")
                    }
                }
                let before = count()
                try rig.pollUntil("ten in three seconds", seconds: 3) { count() >= before + 10 }
                rig.member.leave(forGood: true, rig)
            }
        }

        @Test func `a transactional id is taken as soon as its transaction is aborted`()
            async throws
        {
            try await KafkaFixture.run(topics: Self.topics) { kafka in
                func producer(_ number: Int) throws -> TaskProducer {
                    try TaskProducer(
                        "t-\(number)", ["out"], kafka.configuration, log: kafka.log.handler)
                }
                let taken = try await median { number in
                    let killed = try producer(number)
                    try killed.initTransactions(timeoutMs: 5_000)
                    try killed.begin()
                    var buffer = OutputBuffer()
                    buffer.append(topic: 0, partition: 0, key: nil, value: "lost".bytes)
                    try buffer.forEach { record throws(LogError) in try killed.produce(record) }
                    try killed.flush(timeoutMs: 5_000)
                    let owner = try producer(number)
                    return try ContinuousClock().measure {
                        try owner.initTransactions(timeoutMs: 5_000)
                    }
                }
                #expect(taken < .milliseconds(400))
                #expect(try kafka.records(of: "out").isEmpty)
            }
        }

        @Test func `a task that begins after the assignment is fetched for at once`()
            async throws
        {
            try await KafkaFixture.run(topics: Self.topics) { kafka in
                let producer = try kafka.producer()
                _ = try await producer.send(topic: "in", partition: 0, key: nil, value: "0".bytes)
                let fetched = try await median { _ in
                    let rig = try TaskRig(kafka, startsInCallback: false)
                    try rig.pollUntil("an assignment") { rig.owned.count == 2 }
                    let task = try #require(rig.tasks[0])
                    let begun = ContinuousClock.now
                    try rig.begin(task)
                    #expect(try rig.take(1, from: task) == ["0"])
                    let took = begun.duration(to: .now)
                    rig.member.leave(forGood: true, rig)
                    return took
                }
                #expect(fetched < .milliseconds(400))
            }
        }
    }
}
