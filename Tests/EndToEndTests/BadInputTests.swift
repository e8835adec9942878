import AuditKit
import Contracts
import Runtime
import Streams
import StreamsKafka
import TestKit
import Testing

extension EndToEnd {
    @Suite struct `Bad input` {
        private struct Sent: Sendable {
            let topic: BusTopic
            let value: [UInt8]
            let code: Rejection.Code
        }

        /// What no service can take, for each topic that is read.
        private static func hostile(nowMs: Int64) -> [Sent] {
            let inputs = Set(Service.allCases.flatMap(\.inputs)).subtracting([.outcome])
            return inputs.sorted { $0.rawValue < $1.rawValue }.flatMap { topic -> [Sent] in
                let future = nowMs + 3_600_000
                let unknown = """
                    {"id":"u-\(topic.kind)","ts":\(nowMs),"role":"system","topic":"\(topic.kind)",\
                    "payload":{"type":"horoscope","service":"checkout","instance":"a"}}
                    """
                let bytes: [[UInt8]] = [
                    [], [0], [0xff, 0xfe, 0x00], Array("null".utf8), Array("{".utf8),
                    Array(repeating: UInt8(ascii: "["), count: 100_000),
                    Array(#"{"id":"a","id":"b"}"#.utf8),
                    Array(#"{"id":"x","ts":1e400,"role":"system","topic":"t","payload":{}}"#.utf8),
                    Array(
                        #"{"id":"x","ts":\#(future),"role":"nobody","topic":"t","payload":{}}"#.utf8
                    ),
                ]
                return bytes.map { Sent(topic: topic, value: $0, code: .malformed) }
                    + [
                        Sent(
                            topic: topic, value: Array(unknown.utf8),
                            code: topic == .ingress ? .noRoute : .unknownType)
                    ]
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func `Hostile bytes on any topic become dead letters, and the services go on`() async throws
        {
            let broker = try await TestBroker.shared()
            try await Stack.with(broker) { stack in
                let producer = try KafkaProducer(stack.kafka) { _ in }
                defer { producer.close() }
                var expected: [String: Rejection.Code] = [:]
                for sent in Self.hostile(nowMs: SystemClock.nowMs()) {
                    let delivered = try await producer.send(
                        NewRecord(
                            topic: sent.topic.rawValue, key: Array("checkout".utf8),
                            value: sent.value))
                    let place = "\(sent.topic.rawValue)/\(delivered.partition)/\(delivered.offset)"
                    expected[place] = sent.code
                }
                let topics = Set(expected.keys.map { "\($0.prefix { $0 != "/" }).dlq" }).sorted()
                let found = try await Self.letters(stack, topics, count: expected.count)
                for (place, code) in expected.sorted(by: { $0.key < $1.key }) {
                    #expect(found[place] == code.rawValue, "\(place)")
                }
                #expect(found.count == expected.count)
                try await Self.expectAtWork(stack)
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func `A message above a topic's limit is refused, and one just under it is kept whole`()
            async throws
        {
            let broker = try await TestBroker.shared()
            try await Stack.with(broker) { stack in
                let producer = try KafkaProducer(stack.kafka) { _ in }
                defer { producer.close() }
                var random = SeededRandom(seed: 5)
                func noise(_ count: Int) -> [UInt8] {
                    (0..<count).map { _ in UInt8.random(in: 0x20...0x7e, using: &random) }
                }
                let headers = [RecordHeader("sender", text: String(repeating: "h", count: 4_000))]
                for topic in [BusTopic.command, .ingress, .signal] {
                    let tooLarge = NewRecord(
                        topic: topic.rawValue, key: Array("checkout".utf8), value: noise(2_000_000))
                    await #expect(throws: KafkaError.self) { _ = try await producer.send(tooLarge) }
                    // Noise does not compress: what fits here fits as it is.
                    let large = NewRecord(
                        topic: topic.rawValue, key: Array("checkout".utf8),
                        value: noise(1_048_576 - 6_000), headers: headers)
                    let delivered = try await producer.send(large)
                    let dead = topic.deadLetterName
                    let record = try await eventualValue("\(dead) has it", within: .seconds(60)) {
                        try await BusReader.records(stack.kafka, of: [dead]).first {
                            $0.headerText(DeadLetter.Header.offset) == "\(delivered.offset)"
                        }
                    }
                    #expect(record.value == large.value)
                    #expect(record.headerText("sender")?.count == 4_000)
                    let code = record.headerText(DeadLetter.Header.code)
                    #expect(code == (topic == .ingress ? "too_large" : "malformed"))
                }
                try await Self.expectAtWork(stack)
            }
        }

        /// The code of each dead letter by where it came from, once there are `count` of them.
        private static func letters(
            _ stack: Stack, _ topics: [String], count: Int
        ) async throws -> [String: String] {
            let kafka = stack.kafka
            let found = Locked<[String: String]>([:])
            do {
                try await eventually("\(count) dead letters", within: .seconds(90)) {
                    var codes: [String: String] = [:]
                    for record in try await BusReader.records(kafka, of: topics) {
                        let parts = [
                            DeadLetter.Header.topic, DeadLetter.Header.partition,
                            DeadLetter.Header.offset,
                        ].map { record.headerText($0) ?? "?" }
                        let code = record.headerText(DeadLetter.Header.code) ?? "?"
                        codes[parts.joined(separator: "/")] = code
                    }
                    found.withLock { $0 = codes }
                    return codes.count >= count
                }
            } catch {
                print("\(error): \(found.withLock { $0.count }) found\n\(stack.logTails)")
            }
            return found.withLock { $0 }
        }

        /// Every service is alive and ready, and an order still has its outcome.
        static func expectAtWork(_ stack: Stack) async throws {
            for process in stack.processes {
                #expect(await process.isAlive)
                try await process.awaitReady()
            }
            let id = try await Orders.give(stack.kafka, "SAFE_MODE=on")
            let outcome = try await Orders.awaitOutcome(stack.kafka, of: id)
            #expect(outcome.status == .succeeded)
        }
    }
}
