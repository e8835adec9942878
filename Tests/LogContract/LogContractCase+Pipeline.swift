internal import Streams

// The cases of whole pipelines: what comes out is exact, whatever happens.
extension LogContractCase {
    /// Pumps the consumers until each partition has as many outputs as expected.
    func pump<E: LogContractEnvironment>(
        _ environment: E, _ consumers: [ContractConsumer<E.Member>], until counts: [Int32: Int]
    ) throws {
        try wait("\(counts) outputs") {
            for _ in 0..<20 { for consumer in consumers { try consumer.turn() } }
            for consumer in consumers {
                if let failure = consumer.failures.first { throw failure }
            }
            return try counts.allSatisfy { partition, count in
                try outputs(environment, partition).count >= count
            }
        }
    }

    func consumer<E: LogContractEnvironment>(
        _ environment: E, _ instance: String, clock: @escaping () -> Int64 = { 1_000 }
    ) throws -> ContractConsumer<E.Member> {
        ContractConsumer(
            try environment.makeMember(group: Self.group, instance: instance), clock: clock)
    }

    private func send<E: LogContractEnvironment>(
        _ environment: E, _ numbers: Range<Int>, partition: Int32
    ) throws {
        for number in numbers {
            try environment.produce(
                topic: CountingReducer.input, partition: partition, key: "p\(partition)",
                value: "\(number)")
        }
    }

    /// What the reducer says of `count` records of one key, each taken once and in order.
    private func exact(_ count: Int, partition: Int32) -> [String] {
        (0..<count).map { "p\(partition)=\($0)#\($0 + 1)" }
    }

    /// Outputs are keyed, so those of one input partition lie in one output partition, in order.
    private func said<E: LogContractEnvironment>(
        _ environment: E, by partition: Int32
    ) throws -> [String] {
        try (0..<Int32(partitions)).flatMap { try outputs(environment, $0) }
            .filter { $0.hasPrefix("p\(partition)=") }
    }

    func rebalanceLosesAndRepeatsNothing<E: LogContractEnvironment>(_ environment: E) throws {
        let all = 0..<Int32(partitions)
        for partition in all { try send(environment, 0..<20, partition: partition) }
        let one = try consumer(environment, "one")
        try wait("the first outputs") {
            try one.turn()
            return try said(environment, by: 0).count >= 5
        }
        let two = try consumer(environment, "two")
        for partition in all { try send(environment, 20..<40, partition: partition) }
        try wait("the second member's share") {
            try one.turn()
            try two.turn()
            return !two.pipelines.isEmpty && !one.pipelines.isEmpty
        }
        try wait("the outputs of both") {
            try one.turn()
            try two.turn()
            return try all.allSatisfy { try said(environment, by: $0).count >= 40 }
        }
        two.kill()
        try environment.expire(group: Self.group, instance: "two")
        for partition in all { try send(environment, 40..<50, partition: partition) }
        try wait("the outputs of the one that is left") {
            try one.turn()
            return try all.allSatisfy { try said(environment, by: $0).count >= 50 }
        }
        for partition in all {
            try expectEqual(
                try said(environment, by: partition), exact(50, partition: partition),
                "partition \(partition)")
        }
        try expect(one.failures.isEmpty && two.failures.isEmpty, "a task failed")
        one.member.leave(forGood: true, one)
    }

    func staticMemberComesBack<E: LogContractEnvironment>(_ environment: E) throws {
        try send(environment, 0..<10, partition: 0)
        let first = try consumer(environment, "one")
        try pump(environment, [first], until: [0: 10])
        first.member.leave(forGood: false, first)
        try send(environment, 10..<20, partition: 0)
        let again = try consumer(environment, "one")
        try pump(environment, [again], until: [0: 20])
        try expectEqual(try outputs(environment), exact(20, partition: 0), "the outputs")
        again.member.leave(forGood: true, again)
    }

    func killsLeaveCountsExact<E: LogContractEnvironment>(_ environment: E) throws {
        let count = 40
        try send(environment, 0..<count, partition: 0)
        // A start takes some steps, so each life is longer than the one before: every call of the
        // start and of a cycle is the last one of some life.
        for life in 1...45 {
            let consumer = try consumer(environment, "one")
            try wait("life \(life)") {
                try consumer.turn()
                return consumer.steps >= life
            }
            consumer.kill()
            if let failure = consumer.failures.first { throw failure }
        }
        let last = try consumer(environment, "one")
        try pump(environment, [last], until: [0: count])
        try expectEqual(try outputs(environment), exact(count, partition: 0), "the outputs")
        try expectEqual(
            last.pipelines[0]?.reducer.counts["p0"], Int64(count), "the count in the table")
        last.member.leave(forGood: true, last)
    }

    func poisonBecomesDeadLetters<E: LogContractEnvironment>(_ environment: E) throws {
        for value in ["a", "poison", "b"] {
            try environment.produce(
                topic: CountingReducer.input, partition: 0, key: "k", value: value)
        }
        let consumer = try consumer(environment, "one")
        try pump(environment, [consumer], until: [0: 2])
        try expectEqual(try outputs(environment), ["k=a#1", "k=b#2"], "the outputs")
        let letters = try environment.read(topic: CountingReducer.input + ".dlq", partition: 0)
        try expectEqual(letters.map(\.value), ["poison"], "the dead letters")
        try expectEqual(letters.first?.key, "k", "its key")
        let headers = letters.first?.headers ?? [:]
        try expectEqual(headers[DeadLetter.Header.code], "schema", "its code")
        try expectEqual(headers[DeadLetter.Header.topic], CountingReducer.input, "its topic")
        try expectEqual(headers[DeadLetter.Header.offset], "1", "its offset")
        consumer.member.leave(forGood: true, consumer)
    }

    func whatIsTooLargeBecomesDeadLetters<E: LogContractEnvironment>(_ environment: E) throws {
        // The second fits, with little room.
        let values = ["a", "swell:1030000", "b", "swell:2000000", "shout:2000000", "c"]
        for value in values {
            try environment.produce(
                topic: CountingReducer.input, partition: 0, key: "k", value: value)
        }
        let consumer = try consumer(environment, "one")
        try pump(environment, [consumer], until: [0: 4])
        try expectEqual(
            try outputs(environment), ["k=a#1", "k=swell:1030000#2", "k=b#3", "k=c#4"],
            "the outputs")
        let letters = try environment.read(topic: CountingReducer.input + ".dlq", partition: 0)
        try expectEqual(letters.map(\.value), [values[3], values[4]], "the dead letters")
        try expectEqual(
            letters.map { $0.headers[DeadLetter.Header.code] }, ["too_large", "too_large"],
            "their codes")
        consumer.member.leave(forGood: false, consumer)
        let again = try self.consumer(environment, "one")
        try wait("the tables") {
            try again.turn()
            return again.pipelines[0]?.isRunning ?? false
        }
        try expectEqual(
            again.pipelines[0]?.reducer.sizes["k"]?.utf8.count, 1_030_000, "the value kept")
        again.member.leave(forGood: true, again)
    }

    func lostOffsetsRepeatNothing<E: LogContractEnvironment>(_ environment: E) throws {
        try send(environment, 0..<3, partition: 0)
        let first = try consumer(environment, "one")
        try pump(environment, [first], until: [0: 3])
        first.member.leave(forGood: true, first)
        // Another group has the tables, but no offsets.
        let other = ContractConsumer(
            try environment.makeMember(group: "other", instance: "one"))
        try send(environment, 3..<4, partition: 0)
        try pump(environment, [other], until: [0: 4])
        try expectEqual(try outputs(environment).count, 4, "outputs")
        other.member.leave(forGood: true, other)
    }

    func timersAloneCommit<E: LogContractEnvironment>(_ environment: E) throws {
        try environment.produce(
            topic: CountingReducer.input, partition: 0, key: "k", value: "timer:500")
        var nowMs: Int64 = 1_000
        let first = try consumer(environment, "one", clock: { nowMs })
        try pump(environment, [first], until: [0: 1])
        first.member.leave(forGood: false, first)
        nowMs = 1_499
        let second = try consumer(environment, "one", clock: { nowMs })
        try wait("a task that waits") {
            try second.turn()
            return second.pipelines[0]?.isRunning ?? false
        }
        for _ in 0..<10 { try second.turn() }
        try expectEqual(try outputs(environment), ["k=timer:500#1"], "before it is due")
        nowMs = 1_500
        try pump(environment, [second], until: [0: 2])
        second.kill()
        let third = try consumer(environment, "one", clock: { nowMs })
        try wait("a task that waits again") {
            try third.turn()
            return third.pipelines[0]?.isRunning ?? false
        }
        for _ in 0..<10 { try third.turn() }
        try expectEqual(try outputs(environment), ["k=timer:500#1", "k=fired"], "the outputs")
        third.member.leave(forGood: true, third)
    }
}
