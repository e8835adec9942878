import Streams
import TestKit
import Testing

@testable import StreamsKafka

private let topics: [String: Int32] = ["in": 4, "out": 4, "in.dlq": 4, "state": 4]

extension BrokerTests {
    @Suite(.onApacheKafka) struct KafkaGroupMemberTests {
        @Test func `two members share the partitions, and one takes over from the other`()
            async throws
        {
            try await KafkaFixture.run(topics: topics) { kafka in
                let one = try TaskRig(kafka, instance: "one")
                try one.pollUntil("all partitions") { one.owned.count == 4 }
                let two = try TaskRig(kafka, instance: "two")
                try two.pollUntil("a share each", seconds: 30) {
                    try? one.member.poll(timeoutMs: 0, one)
                    return one.owned.count == 2 && two.owned.count == 2
                }
                #expect(one.owned.isDisjoint(with: two.owned))
                #expect(one.revocations == 1)
                let start = ContinuousClock.now
                two.member.leave(forGood: true, two)
                #expect(two.owned.isEmpty, "what it owned was revoked")
                try one.pollUntil("all of them again") { one.owned.count == 4 }
                #expect(
                    ContinuousClock.now - start < .seconds(5),
                    "it left at once, and did not wait for its session to end")
                one.member.leave(forGood: true, one)
            }
        }

        @Test func `a static member that restarts finds its place kept`() async throws {
            try await KafkaFixture.run(topics: topics) { kafka in
                let before = try TaskRig(kafka, instance: "one")
                try before.pollUntil("all partitions") { before.owned.count == 4 }
                let other = try TaskRig(kafka, instance: "two")
                try other.pollUntil("a share each", seconds: 30) {
                    try? before.member.poll(timeoutMs: 0, before)
                    return before.owned.count == 2 && other.owned.count == 2
                }
                let owned = before.owned
                before.member.leave(forGood: false, before)
                let after = try TaskRig(kafka, instance: "one")
                try after.pollUntil("its partitions") {
                    try? other.member.poll(timeoutMs: 0, other)
                    return !after.owned.isEmpty
                }
                #expect(after.owned == owned)
                #expect(other.owned.count == 2)
                after.member.leave(forGood: true, after)
                other.member.leave(forGood: true, other)
            }
        }

        @Test func `a second process under one name fences the first`() async throws {
            try await KafkaFixture.run(topics: topics) { kafka in
                let first = try TaskRig(kafka, instance: "one")
                try first.pollUntil("all partitions") { first.owned.count == 4 }
                let second = try TaskRig(kafka, instance: "one")
                try second.pollUntil("all partitions", seconds: 30) { second.owned.count == 4 }
                let error = #expect(throws: LogError.self) {
                    try first.pollUntil("the error") { false }
                }
                #expect(error?.kind == .fenced)
                #expect(error?.code == "FENCED_INSTANCE_ID")
                first.member.leave(forGood: false, first)
                second.member.leave(forGood: true, second)
            }
        }

        @Test func `inputs of different counts are refused`() async throws {
            let uneven: [String: Int32] = ["in": 2, "other": 3]
            try await KafkaFixture.run(topics: uneven) { kafka in
                let rig = try TaskRig(kafka, inputs: ["in", "other"])
                let error = #expect(throws: LogError.self) {
                    try rig.pollUntil("the error") { false }
                }
                #expect(error?.kind == .fatal)
                #expect(error?.code == "NOT_COPARTITIONED")
                #expect(rig.owned.isEmpty)
                rig.member.leave(forGood: true, rig)
            }
        }

        @Test func `a topic that is missing is waited for`() async throws {
            try await KafkaFixture.run { kafka in
                let rig = try TaskRig(kafka)
                let error = #expect(throws: LogError.self) {
                    try rig.pollUntil("the error") { false }
                }
                #expect(error?.kind == .retriable)
                #expect(error?.code == "UNKNOWN_TOPIC_OR_PART")
                let new = topics.map { NewTopic($0, partitions: $1) }
                #expect(try kafka.admin.createTopics(new).isEmpty)
                try rig.pollUntil("all partitions", seconds: 40) { rig.owned.count == 4 }
                rig.member.leave(forGood: true, rig)
            }
        }

        @Test func `what is not owned is not opened`() async throws {
            try await KafkaFixture.run(topics: topics) { kafka in
                let rig = try TaskRig(kafka)
                try rig.pollUntil("all partitions") { rig.owned.count == 4 }
                let notOwned = #expect(throws: LogError.self) {
                    try rig.member.openTask(partition: 9, topics: TaskTopics(TaskRig.topology))
                }
                #expect(notOwned?.code == "NOT_OWNED")
                let other = Topology(service: "rig", inputs: ["x"], outputs: [], changelog: nil)
                let notRead = #expect(throws: LogError.self) {
                    try rig.member.openTask(partition: 0, topics: TaskTopics(other))
                }
                #expect(notRead?.code == "OTHER_INPUTS")
                rig.member.leave(forGood: true, rig)
            }
        }
    }
}
