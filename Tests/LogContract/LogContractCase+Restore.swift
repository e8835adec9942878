internal import Streams

// The cases of a restore from the changelog.
extension LogContractCase {
    func restoreReachesTheHighWatermark<E: LogContractEnvironment>(_ environment: E) throws {
        let (member, tasks) = try open(environment, tasks: [0])
        let writer = try one(tasks)
        try start(writer)
        var expected: [String: String] = [:]
        for round in 0..<3 {
            try writer.beginTransaction()
            for key in 0..<20 {
                let value = key % 5 == round ? nil : "\(key).\(round)"
                try produce(writer, topic: Self.changelog, key: "k\(key)", value: value)
                expected["k\(key)"] = value
            }
            try commit(writer, offsets: [0])
            try writer.beginTransaction()
            try produce(writer, topic: Self.changelog, key: "k1", value: "aborted")
            try retrying { () throws(LogError) in try writer.flush() }
            try retrying { () throws(LogError) in try writer.abortTransaction() }
            try environment.compact(topic: CountingReducer.changelog)
        }
        close(member, tasks)
        let (secondMember, second) = try open(environment, tasks: [0])
        let reader = try one(second)
        try start(reader)
        try expectEqual(try reader.changelogStart(), 0, "the start of a compacted changelog")
        var restored: [String: String] = [:]
        try restore(reader, to: try reader.changelogEnd()) { restored[$0] = $1 }
        try expectEqual(restored, expected, "the tables")
        close(secondMember, second)
    }

    func restoreWaitsForAnOpenTransaction<E: LogContractEnvironment>(_ environment: E) throws {
        let (member, tasks) = try open(environment, tasks: [0, 1])
        try expectEqual(tasks.count, 2, "tasks")
        let (reader, writer) = (tasks[0], tasks[1])
        try start(writer)
        try start(reader)
        try writer.beginTransaction()
        try produce(writer, topic: Self.changelog, partition: 0, key: "k", value: "committed late")
        try retrying { () throws(LogError) in try writer.flush() }
        let end = try retrying { () throws(LogError) in try reader.changelogEnd() }
        try expect(end > 0, "the end is the last stable offset, not the high watermark")
        var restored: [String: String] = [:]
        for _ in 0..<10 {
            let progress = try reader.restore(to: end, timeoutMs: 50) { _, key, value in
                restored[text(key)] = value.map(text)
            }
            try expect(progress != .done, "done before the open transaction ended")
        }
        try expectEqual(restored, [:], "before the commit")
        try commit(writer, offsets: [0])
        try restore(reader, to: end) { restored[$0] = $1 }
        try expectEqual(restored, ["k": "committed late"], "after the commit")
        close(member, tasks)
    }

    private func restore(
        _ task: some TaskLog, to end: Int64, _ body: (String, String?) -> Void
    ) throws {
        try wait("the restore to \(end)") {
            try task.restore(to: end, timeoutMs: 100) { _, key, value in
                body(text(key), value.map(text))
            } == .done
        }
    }

    private func text(_ bytes: [UInt8]?) -> String {
        String(decoding: bytes ?? [], as: UTF8.self)
    }
}
