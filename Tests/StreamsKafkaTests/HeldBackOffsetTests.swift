import Glibc
import Streams
import TestKit
import Testing

@testable import StreamsKafka

extension BrokerTests {
    /// Offsets of a transaction of which its coordinator does not know: nobody will end it.
    @Suite(.startsApacheKafka) struct HeldBackOffsetTests {
        private static let topics: [String: Int32] = ["in": 1, "out": 1, "in.dlq": 1, "state": 1]

        /// The broker is told not to ask whether there is such a transaction; brokers before 3.8
        /// never do.
        @Test(.timeLimit(.minutes(3)))
        func `a new owner ends what holds its offsets back, and goes on`() async throws {
            let broker = try await TestBroker.start(
                kind: .kafka, settings: ["transaction.partition.verification.enable=false"])
            try await KafkaFixture.run(on: broker, topics: Self.topics) { kafka in
                let rig = try TaskRig(kafka, properties: ["debug": "eos"])
                try rig.pollUntil("an assignment") { rig.owned.count == 1 }
                let first = try #require(rig.tasks[0])
                try first.beginTransaction()
                try first.produce("1")
                try first.commit(at: [3])
                // The end is written a little after the answer; until then they are not late.
                #expect(try first.committedOffsets() == [3])
                let lines = kafka.log.all.map(\.message)
                let acquired = lines.compactMap {
                    $0.firstMatch(of: /Acquired PID\{Id:([0-9]+),Epoch:([0-9]+)\}/)
                }.last
                let producer = try #require(acquired)
                let late = LateOffsets(
                    prefix: kafka.configuration.topicPrefix,
                    producerID: try #require(Int64(producer.output.1)),
                    epoch: try #require(Int16(producer.output.2)), offset: 7)
                #expect(try late.send(to: broker.bootstrapServers) == 0)

                first.close()
                let second = try rig.member.openTask(
                    partition: 0, topics: TaskTopics(TaskRig.topology))
                try second.initTransactions()
                let held = #expect(throws: LogError.self) { try second.committedOffsets() }
                #expect(held?.kind == .retriable)
                #expect(try second.committedOffsets() == [3], "the late ones are dropped")
                try second.startConsuming(at: [0])
                try second.beginTransaction()
                try second.produce("2")
                try second.commit(at: [4])
                #expect(try second.committedOffsets() == [4])
                #expect(try kafka.records(of: "out").map(\.valueText) == ["1", "2"])
                second.close()
                rig.member.leave(forGood: true, rig)
            }
            try await broker.kill()
        }
    }
}

/// TxnOffsetCommit, version 0, of the rig's only task: as it comes from a connection that was slow,
/// after its transaction has ended.
private struct LateOffsets {
    let prefix: String
    let producerID: Int64
    let epoch: Int16
    let offset: Int64

    /// - Returns: the error code of the partition.
    func send(to address: String) throws -> Int16 {
        let port = try #require(address.split(separator: ":").last.flatMap { UInt16($0) })
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = unsafe withUnsafePointer(to: &place) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0)
        let request = request()
        let framed = Self.bytes(Int32(request.count)) + request
        try #require(unsafe write(socket, framed, framed.count) == framed.count)
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1_024)
        while answer.count < 4 || answer.count < 4 + Self.length(answer) {
            let count = unsafe read(socket, &chunk, chunk.count)
            try #require(count > 0)
            answer += chunk[..<count]
        }
        return answer.suffix(2).reduce(0) { $0 << 8 | Int16($1) }
    }

    private func request() -> [UInt8] {
        let header =
            Self.bytes(Int16(28)) + Self.bytes(Int16(0)) + Self.bytes(Int32(1)) + Self.text("late")
        let partition = Self.bytes(Int32(0)) + Self.bytes(offset) + Self.bytes(Int16(-1))
        return header + Self.text(prefix + "rig-0") + Self.text(prefix + "rig")
            + Self.bytes(producerID) + Self.bytes(epoch) + Self.bytes(Int32(1))
            + Self.text(prefix + "in") + Self.bytes(Int32(1)) + partition
    }

    private static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        (0..<(Number.bitWidth / 8)).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }

    private static func text(_ text: String) -> [UInt8] {
        bytes(Int16(text.utf8.count)) + Array(text.utf8)
    }

    private static func length(_ answer: [UInt8]) -> Int {
        answer.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }
}
