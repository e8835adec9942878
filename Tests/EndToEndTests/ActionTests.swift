import AuditKit
import Contracts
import Glibc
import Runtime
import StreamsKafka
import TestKit
import Testing

extension EndToEnd {
    @Suite struct `An action` {
        /// A program of ours that writes down its key and its process, and that of one that it
        /// sends into a session of its own, and then hangs until it finds a file.
        private static let program = """
            #!/bin/sh
            setsid sleep 300 &
            echo "$1 $DREAMNET_ACTION_ID $$ $!" >> log
            while ! test -e go; do sleep 0.02; done
            kill $!
            echo done
            """

        private static let actions = """
            passVariables: [PATH]
            actions:
              hang:
                summary: Hangs until it may go on.
                target: thing/${name}
                parameters: {name: {type: name}}
                effect: [{run: [./hang, "${name}"], directory: HOME}]
                verify: [{run: [test, -e, go], directory: HOME}]
                reversible: false
                idempotent: false
              again:
                summary: The same, and may be done twice.
                target: thing/${name}
                parameters: {name: {type: name}}
                effect: [{run: [./hang, "${name}"], directory: HOME}]
                reversible: false
                idempotent: true
            """

        private static func with(_ body: (Stack) async throws -> Void) async throws {
            let stack = try Stack(try await TestBroker.shared())
            let home = stack.home
            try home.replaceActions(actions.replacing("HOME", with: home.path))
            try home.write(program, to: "hang")
            unsafe _ = chmod("\(home.path)/hang", 0o755)
            try await stack.run(body)
        }

        private static func order(
            _ producer: KafkaProducer, _ id: String, _ action: String, name: String
        ) {
            post(
                producer, id,
                #"{"type":"run_action","author":"alice","service":"checkout","action":"\#(action)","#
                    + #""arguments":[{"name":"name","value":"\#(name)"}]}"#)
        }

        private static func post(_ producer: KafkaProducer, _ id: String, _ payload: String) {
            let order = """
                {"id":"\(id)","ts":\(SystemClock.nowMs()),"role":"operator","topic":"command",\
                "payload":\(payload)}
                """
            producer.post(
                NewRecord(
                    topic: BusTopic.command.rawValue, key: Array("checkout".utf8),
                    value: Array(order.utf8)))
        }

        /// The words of each start that the program wrote down.
        private static func log(_ stack: Stack) -> [[String]] {
            (stack.home.text(of: "log") ?? "").split(separator: "\n")
                .map { $0.split(separator: " ").map(String.init) }
        }

        private static func awaitLog(_ count: Int, _ stack: Stack) async throws {
            let deadline = ContinuousClock.now + .seconds(30)
            while log(stack).count < count {
                try #require(ContinuousClock.now < deadline, "\(log(stack))")
                try await Task.sleep(for: .milliseconds(20))
            }
        }

        /// Reads outcomes from the first on until `isEnough`.
        private static func outcomes(
            _ kafka: KafkaConfiguration, until isEnough: ([OutcomePayload]) -> Bool
        ) throws -> [OutcomePayload] {
            let reader = try KafkaReader(kafka, log: { _ in })
            try reader.start(topic: BusTopic.outcome.rawValue, from: .beginning, timeoutMs: 10_000)
            let deadlineMs = SystemClock.monotonicMs() + 30_000
            var outcomes: [OutcomePayload] = []
            while !isEnough(outcomes), SystemClock.monotonicMs() < deadlineMs {
                guard let record = try reader.poll(timeoutMs: 100), let bytes = record.value,
                    let outcome = try? Envelope(parsing: bytes).payload(as: OutcomePayload.self),
                    outcome.copy != true
                else { continue }
                outcomes.append(outcome)
            }
            return outcomes
        }

        private static func isAlive(_ process: String) -> Bool {
            Int32(process).map { kill($0, 0) == 0 } ?? false
        }

        @Test(.timeLimit(.minutes(5)))
        func `Runs beside the orders: ten that hang delay no hotkey`() async throws {
            try await Self.with { stack in
                let producer = try KafkaProducer(stack.kafka) { _ in }
                defer { producer.close() }
                for number in 0..<10 {
                    Self.order(producer, "a\(number)", "hang", name: "n\(number)")
                }
                try await Self.awaitLog(10, stack)
                let kafka = stack.kafka
                var times: [Int64] = []
                for round in 0..<5 {
                    let givenMs = SystemClock.monotonicMs()
                    Self.post(
                        producer, "s\(round)",
                        #"{"type":"set_safe_mode","author":"al","service":"checkout","enabled":\#(round % 2 == 0)}"#
                    )
                    let said = try await offPool {
                        try Self.outcomes(kafka) { $0.contains { $0.commandId == "s\(round)" } }
                    }
                    #expect(said.last?.status == .succeeded)
                    times.append(SystemClock.monotonicMs() - givenMs)
                }
                print("SAFE_MODE beside ten effects that hang: \(times) ms")
                #expect(times.sorted()[times.count / 2] < 250)
                try stack.home.write("", to: "go")
                let ends = try await offPool {
                    try Self.outcomes(kafka) { $0.count { $0.status == .verified } == 10 }
                }
                #expect(ends.count { $0.status == .verified && $0.final } == 10)
            }
        }

        @Test(.onApacheKafka, .timeLimit(.minutes(5)))
        func `After SIGKILL whatever it forked is dead, and it is retried or in doubt`()
            async throws
        {
            try await Self.with { stack in
                let producer = try KafkaProducer(stack.kafka) { _ in }
                defer { producer.close() }
                let kafka = stack.kafka
                Self.order(producer, "once", "hang", name: "a")
                Self.order(producer, "twice", "again", name: "b")
                try await Self.awaitLog(2, stack)
                let before = Self.log(stack)
                #expect(before.allSatisfy { Self.isAlive($0[2]) && Self.isAlive($0[3]) })
                try await stack.restart(.controlCore, by: SIGKILL)
                try await Self.awaitLog(3, stack)
                for words in before {
                    #expect(!Self.isAlive(words[2]) && !Self.isAlive(words[3]), "\(words)")
                }
                #expect(Self.log(stack)[2][1] == "twice", "under the same key")
                try stack.home.write("", to: "go")
                let said = try await offPool {
                    try Self.outcomes(kafka) { said in
                        said.contains { $0.status == .inDoubt }
                            && said.contains { $0.commandId == "twice" && $0.final }
                    }
                }
                #expect(
                    said.filter { $0.commandId == "twice" && $0.final }.map(\.status) == [
                        .succeeded
                    ])
                let doubt = try #require(said.first { $0.status == .inDoubt })
                #expect(doubt.commandId == "once")
                #expect(doubt.reason?.contains("dreamnet actions settle once") == true)
                #expect(Self.log(stack).count == 3, "what is in doubt was not done again")
                Self.post(
                    producer, "settle",
                    #"{"type":"settle_action","author":"bob","actionId":"once","result":"done"}"#)
                let settled = try await offPool {
                    try Self.outcomes(kafka) { $0.contains { $0.commandId == "once" && $0.final } }
                }
                #expect(settled.last { $0.commandId == "once" }?.status == .verified)
            }
        }
    }
}
