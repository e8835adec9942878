internal import Streams

// A message whose rejection may pass waits in the changelog until it is tried again.
extension LogContractCase {
    func whatMayPassIsTriedAgain<E: LogContractEnvironment>(_ environment: E) throws {
        let values = [("k", "later:4000"), ("k", "a"), ("o", "b"), ("p", "later:900000")]
        for (key, value) in values {
            try environment.produce(
                topic: CountingReducer.input, partition: 0, key: key, value: value)
        }
        var nowMs: Int64 = 1_000
        let first = try consumer(environment, "one", clock: { nowMs })
        // Another key goes on; what comes with the key waits behind it.
        try pump(environment, [first], until: [0: 1])
        try expectEqual(try outputs(environment), ["o=b#1"], "what need not wait")
        first.kill()
        // Each life tries once, and is killed.
        for _ in 0..<12 {
            nowMs = nowMs * 2
            let life = try consumer(environment, "one", clock: { nowMs })
            try wait("a task that runs") {
                try life.turn()
                return life.pipelines[0]?.isRunning ?? false
            }
            for _ in 0..<40 { try life.turn() }
            if let failure = life.failures.first { throw failure }
            life.kill()
        }
        try expectEqual(
            try outputs(environment), ["o=b#1", "k=later:4000#1", "k=a#2"], "the outputs")
        let letters = try environment.read(topic: CountingReducer.input + ".dlq", partition: 0)
        try expectEqual(letters.map(\.value), ["later:900000"], "the dead letters")
        let headers = letters.first?.headers ?? [:]
        try expectEqual(headers[DeadLetter.Header.tries], "6", "how often it was tried")
        try expectEqual(headers[DeadLetter.Header.firstFailure], "1000", "its first failure")
        let times = headers[DeadLetter.Header.triedAt]?.split(separator: ",") ?? []
        try expectEqual(times.count, 6, "the times of its attempts")
        try expectEqual(
            times.last.map(String.init), headers[DeadLetter.Header.lastFailure], "the last one")
    }
}
