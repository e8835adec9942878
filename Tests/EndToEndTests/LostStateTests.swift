import AuditKit
import Contracts
import Processes
import Runtime
import Streams
import StreamsKafka
import TestKit
import Testing

extension EndToEnd {
    /// What a service must not go on from: it stops, says what and where, and ends with status 1.
    @Suite(.onApacheKafka) struct `Lost or unreadable state` {
        private static let changelog = "nervous.control-core.state"
        private static let command = BusTopic.command.rawValue

        /// control-core has obeyed an order and has ended; `body` spoils something; then it is
        /// started again, and its end and its log are looked at.
        private static func spoiled(
            within limit: Duration = .seconds(60),
            _ body: (Stack) async throws -> Void
        ) async throws -> (status: TerminationStatus, log: String) {
            let stack = try Stack(try await TestBroker.shared())
            do {
                try await stack.applyTopics()
                let first = try stack.start(.controlCore)
                try await first.awaitReady()
                let id = try await Orders.give(stack.kafka, "SAFE_MODE=on")
                _ = try await Orders.awaitOutcome(stack.kafka, of: id)
                first.child.terminate()
                _ = try await first.awaitEnd()
                try await body(stack)
                let second = try stack.start(.controlCore)
                let status = try await second.awaitEnd(within: limit)
                let log = second.log
                await stack.remove()
                return (status, log)
            } catch {
                await stack.remove()
                throw error
            }
        }

        /// Deletes the records of a partition before `offset`; of a compacted topic as well.
        private static func dropHead(
            _ stack: Stack, _ topic: String, before offset: Int64
        ) async throws {
            let kafka = stack.kafka
            try await offPool {
                let admin = try KafkaAdmin(kafka) { _ in }
                let own = try admin.topicSettings(of: [topic])[topic] ?? [:]
                let settings = own.filter(\.value.isOwn).compactMapValues(\.value)
                try admin.replaceTopicSettings(
                    of: topic, with: settings.merging(["cleanup.policy": "delete"]) { $1 })
                try admin.deleteRecords(of: topic, partition: 0, before: offset)
                try admin.replaceTopicSettings(of: topic, with: settings)
            }
        }

        @Test(.timeLimit(.minutes(3)))
        func `A record of a later release stops it, with place and version`() async throws {
            let place = Locked("?")
            let (status, log) = try await Self.spoiled { stack in
                let producer = try KafkaProducer(stack.kafka) { _ in }
                defer { producer.close() }
                // The table of flags, and a value whose first byte is its version.
                let delivered = try await producer.send(
                    NewRecord(
                        topic: Self.changelog, partition: 0, key: [1, 0x61], value: [77, 0, 0]))
                place.withLock { $0 = "\(Self.changelog)[0], offset \(delivered.offset)" }
            }
            #expect(status == .exited(1))
            #expect(log.contains("changelog_corrupt"), "\(log)")
            #expect(log.contains(place.withLock { $0 }), "\(log)")
            #expect(log.contains("version 77 of its form; this release reads 1 to"), "\(log)")
        }

        @Test(.timeLimit(.minutes(3)))
        func `A changelog without its head stops it`() async throws {
            let (status, log) = try await Self.spoiled { stack in
                try await Self.dropHead(stack, Self.changelog, before: 2)
            }
            #expect(status == .exited(1))
            #expect(log.contains("changelog_truncated"), "\(log)")
            #expect(log.contains("\(Self.changelog)[0] begins at offset 2"), "\(log)")
        }

        @Test(.timeLimit(.minutes(3)))
        func `A changelog that was deleted and made again stops it`() async throws {
            let (status, log) = try await Self.spoiled { stack in
                let kafka = stack.kafka
                try await offPool {
                    let admin = try KafkaAdmin(kafka) { _ in }
                    _ = try admin.deleteTopics([Self.changelog])
                }
                try await eventually("the topics are applied again") {
                    do { try await stack.applyTopics() } catch { return false }
                    return true
                }
            }
            #expect(status == .exited(1))
            #expect(log.contains("changelog_truncated"), "\(log)")
            #expect(log.contains("\(Self.changelog)[0] holds no record"), "\(log)")
        }

        @Test(.timeLimit(.minutes(3)))
        func `Orders that retention dropped unread stop it, and are counted`() async throws {
            let expected = Locked("?")
            let (status, log) = try await Self.spoiled { stack in
                let kafka = stack.kafka
                let before = try await offPool {
                    try KafkaAdmin(kafka) { _ in }.committedOffsets(
                        group: Service.controlCore.rawValue, topic: Self.command, partitions: [0])
                }
                let next = try #require(before[0])
                for _ in 0..<3 { _ = try await Orders.give(kafka, "SAFE_MODE=off") }
                try await Self.dropHead(stack, Self.command, before: next + 2)
                expected.withLock {
                    $0 =
                        "\(Self.command)[0] begins at offset \(next + 2), but the next to read "
                        + "would be \(next): its retention has dropped 2 offsets"
                }
            }
            #expect(status == .exited(1))
            #expect(log.contains("input_lost"), "\(log)")
            #expect(log.contains(expected.withLock { $0 }), "\(log)")
        }

        @Test(.timeLimit(.minutes(5)))
        func `A transaction that hangs in the changelog is waited for, then named`() async throws {
            let hanging = Locked<HangingTransaction?>(nil)
            defer { hanging.withLock { $0?.end() } }
            let start = ContinuousClock.now
            let (status, log) = try await Self.spoiled(within: .seconds(150)) { stack in
                let made = try await HangingTransaction.begin(stack.kafka, on: Self.changelog)
                hanging.withLock { $0 = made }
            }
            let offset = try #require(hanging.withLock { $0?.offset })
            #expect(ContinuousClock.now - start > .seconds(60))
            #expect(status == .exited(1))
            #expect(log.contains("changelog_hanging"), "\(log)")
            #expect(log.contains("\(Self.changelog)[0] has a transaction that did not"), "\(log)")
            #expect(log.contains("it begins at offset \(offset), written at "), "\(log)")
            #expect(log.contains("describe-producers --topic"), "\(log)")
        }
    }
}
