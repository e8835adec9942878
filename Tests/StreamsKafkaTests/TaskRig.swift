import Streams
import TestKit
import Testing

@testable import StreamsKafka

/// A member of a group that is driven by hand, call by call, on the test's thread.
final class TaskRig: GroupDelegate {
    static let topology = Topology(
        service: "rig", inputs: ["in"], outputs: ["out"], changelog: "state")

    let member: KafkaGroupMember
    private(set) var owned: Set<Int32> = []
    private(set) var tasks: [Int32: KafkaTask] = [:]
    private(set) var revocations = 0
    private let topics: TaskTopics
    private let startsInCallback: Bool

    /// - Parameter startsInCallback: Whether tasks begin to consume inside `assigned`.
    init(
        _ kafka: KafkaFixture, instance: String? = nil, inputs: [String] = ["in"],
        startsInCallback: Bool = true, properties: [String: String] = [:]
    ) throws {
        var configuration = kafka.configuration
        configuration.properties.merge(properties) { $1 }
        configuration.instanceID = instance
        member = try KafkaGroupMember(
            configuration, group: "rig", inputs: inputs, log: kafka.log.handler)
        topics = TaskTopics(
            Topology(service: "rig", inputs: inputs, outputs: ["out"], changelog: "state"))
        self.startsInCallback = startsInCallback
    }

    func assigned(_ partitions: [Int32]) {
        owned.formUnion(partitions)
        for partition in partitions {
            do {
                let task = try member.openTask(partition: partition, topics: topics)
                tasks[partition] = task
                guard startsInCallback else { continue }
                try task.initTransactions()
                try begin(task)
            } catch { Issue.record(error) }
        }
    }

    func revoked(_ partitions: [Int32], lost: Bool) {
        revocations += 1
        for partition in partitions {
            owned.remove(partition)
            tasks.removeValue(forKey: partition)?.close()
        }
    }

    /// From the committed offsets, else from the start.
    func begin(_ task: KafkaTask) throws {
        let starts = try task.inputStarts()
        let offsets = zip(try task.committedOffsets(), starts).map { $0 ?? $1 }
        try task.startConsuming(at: offsets)
    }

    func pollUntil(_ what: String, seconds: Int32 = 20, _ condition: () -> Bool) throws {
        let deadline = Deadline(ms: seconds * 1_000)
        while !condition() {
            guard !deadline.hasPassed else { throw RigTimeout(description: what) }
            try member.poll(timeoutMs: 20, self)
        }
    }

    /// The values that a task reads next.
    func take(_ count: Int, from task: KafkaTask, seconds: Int32 = 20) throws -> [String] {
        var values: [String] = []
        let deadline = Deadline(ms: seconds * 1_000)
        while values.count < count {
            guard !deadline.hasPassed else {
                throw RigTimeout(description: "\(count) records, saw \(values)")
            }
            try member.poll(timeoutMs: 0, self)
            _ = try task.poll(timeoutMs: 20) { record in
                values.append(String(decoding: record.copyValue() ?? [], as: UTF8.self))
            }
        }
        return values
    }
}

struct RigTimeout: Error, CustomStringConvertible {
    let description: String
}

extension KafkaTask {
    func produce(
        _ value: String?, topic: Int = 0, partition: Int32? = 0, key: String? = nil,
        headers: [RecordHeader] = []
    ) throws {
        var buffer = OutputBuffer()
        buffer.append(
            topic: topic, partition: partition, key: key?.bytes, value: value?.bytes,
            headers: headers)
        try buffer.withRecord(at: 0) { record throws(LogError) in try produce(record) }
    }

    func commit(at offsets: [Int64]) throws {
        try flush()
        try sendOffsets(offsets)
        try commitTransaction()
    }
}
