import Contracts
import Glibc
import Streams
import TestKit
import Testing

@testable import StreamsKafka

extension BrokerTests {
    /// A member whose session has run out on its own side.
    @Suite(.startsApacheKafka) struct KafkaGroupSessionTests {
        /// Gives its partitions up as slowly as it is told.
        private final class Delegate: GroupDelegate {
            private(set) var owned: Set<Int32> = []
            private(set) var losses = 0
            private let givingUp: () -> Void

            init(givingUp: @escaping () -> Void) { self.givingUp = givingUp }

            func assigned(_ partitions: [Int32]) { owned.formUnion(partitions) }

            func revoked(_ partitions: [Int32], lost: Bool) {
                if lost {
                    losses += 1
                    givingUp()
                }
                owned.subtract(partitions)
            }
        }

        /// While the partitions are given up, the library sends heartbeats without a member id,
        /// which the broker takes for those of another process under the same name.
        @Test(.timeLimit(.minutes(4)))
        func `it joins again, however long it takes to give its partitions up`() async throws {
            let broker = try await TestBroker.start(kind: .kafka)
            var kafka = KafkaConfiguration(
                bootstrapServers: broker.bootstrapServers, topicPrefix: TestBroker.topicPrefix())
            let admin = try KafkaAdmin(kafka) { _ in }
            #expect(try admin.createTopics([NewTopic("in", partitions: 1)]).isEmpty)
            kafka.instanceID = "one"
            let member = try KafkaGroupMember(kafka, group: "rig", inputs: ["in"]) { _ in }
            let isLost = Locked(false)
            let backSince = Locked<ContinuousClock.Instant?>(nil)
            let delegate = Delegate {
                isLost.withLock { $0 = true }
                // Until two heartbeats have gone to the broker that is back.
                let deadline = ContinuousClock.now + .seconds(120)
                while ContinuousClock.now < deadline {
                    let since = backSince.withLock { $0 }
                    if let since, ContinuousClock.now - since > .seconds(5) { return }
                    _ = poll(nil, 0, 50)
                }
            }
            var errors: [LogError] = []
            func pollUntil(_ what: String, _ condition: () -> Bool) throws {
                let deadline = ContinuousClock.now + .seconds(150)
                while !condition() {
                    do throws(LogError) { try member.poll(timeoutMs: 100, delegate) } catch {
                        errors.append(error)
                        guard error.kind == .retriable else { throw error }
                    }
                    try #require(ContinuousClock.now < deadline, "\(what): \(errors)")
                }
            }
            try pollUntil("the partition") { !delegate.owned.isEmpty }
            try await broker.kill()
            let restart = Task.detached {
                while !isLost.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(20)) }
                try await broker.restart()
                backSince.withLock { $0 = ContinuousClock.now }
            }
            try pollUntil("the loss") { delegate.losses > 0 }
            try await restart.value
            try pollUntil("the partition again") { !delegate.owned.isEmpty }
            #expect(errors.contains { $0.code == "FENCED_INSTANCE_ID" }, "\(errors)")
            member.leave(forGood: true, delegate)
            try await broker.kill()
        }

        /// The library's own question of an administrative client ends the process there.
        @Test(.timeLimit(.minutes(4)))
        func `its offsets can be asked for while the coordinator starts`() async throws {
            let broker = try await TestBroker.start(kind: .kafka)
            let kafka = KafkaConfiguration(
                bootstrapServers: broker.bootstrapServers, topicPrefix: TestBroker.topicPrefix())
            let admin = try KafkaAdmin(kafka) { _ in }
            #expect(try admin.createTopics([NewTopic("in", partitions: 1)]).isEmpty)
            let consumer = try KafkaGroupConsumer(kafka, group: "rig", topics: ["in"]) { _ in }
            try await eventually("it has joined") {
                _ = try consumer.poll(timeoutMs: 100)
                return try !consumer.assignment().isEmpty
            }
            try consumer.commit(topic: "in", partition: 0, next: 7)
            consumer.close(forGood: true)
            func ask() throws -> [Int32: Int64] {
                try admin.committedOffsets(
                    group: "rig", topic: "in", partitions: [0], timeoutMs: 300)
            }
            #expect(try ask() == [0: 7])
            for _ in 0..<3 {
                try await broker.kill()
                async let restart: Void = broker.restart()
                try await eventually("an answer", within: .seconds(60), every: .milliseconds(1)) {
                    (try? ask()) == [0: 7]
                }
                try await restart
            }
            try await broker.kill()
        }
    }
}
