import AuditKit
import Contracts
import Glibc
import HTTP
import Runtime
import Streams
import StreamsKafka
import TestKit
import Testing

extension EndToEnd {
    /// Attempts at effects, with the service killed between them.
    @Suite(.onApacheKafka) struct `An effect that is tried again` {
        /// What is said of an attempt in the headers of a record, and the record's own time.
        private struct Said {
            let outcome: OutcomePayload
            let attempt: Int?
            let firstMs: Int64?
            let nextMs: Int64?

            init?(_ record: ReadRecord) {
                guard let value = record.value,
                    let outcome = try? Envelope(parsing: value).payload(as: OutcomePayload.self),
                    outcome.copy != true
                else { return nil }
                self.outcome = outcome
                attempt = EffectRetry.number(AttemptHeaders.attemptName, record).map { Int($0) }
                firstMs = EffectRetry.number(AttemptHeaders.firstName, record)
                nextMs = EffectRetry.number(AttemptHeaders.nextName, record)
            }
        }

        private enum EffectRetry {
            static func number(_ name: String, _ record: ReadRecord) -> Int64? {
                record.headers.last { $0.name == name }?.value
                    .flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
            }
        }

        private static func said(_ stack: Stack) async throws -> [Said] {
            try await BusReader.records(stack.kafka, of: [BusTopic.outcome.rawValue])
                .compactMap(Said.init)
        }

        /// Writes down when it was run, and fails.
        private static let program = """
            #!/bin/sh
            date +%s%3N >> tries
            exit 1
            """

        private static let actions = """
            passVariables: [PATH]
            actions:
              stubborn:
                summary: Never works.
                target: thing/one
                effect: [{run: [./fail], directory: HOME}]
                reversible: false
                idempotent: true
                retries: 2
                backoff: 4s
                backoffMax: 8s
              told:
                summary: Is told to everybody.
                target: thing/two
                effect: [{run: ["true"]}]
                reversible: false
                idempotent: true
                tell: everyone
            """

        private static func run(_ action: String, _ id: String, _ stack: Stack) async throws {
            let order = """
                {"id":"\(id)","ts":\(SystemClock.nowMs()),"role":"operator","topic":"command",\
                "payload":{"type":"run_action","author":"alice","service":"checkout",\
                "action":"\(action)"}}
                """
            let producer = try KafkaProducer(stack.kafka) { _ in }
            defer { producer.close() }
            _ = try await producer.send(
                topic: BusTopic.command.rawValue, key: Array("checkout".utf8),
                value: Array(order.utf8))
        }

        private static func write(_ home: StackHome) throws {
            try home.replaceActions(actions.replacing("HOME", with: home.path))
            try home.write(program, to: "fail")
            unsafe _ = chmod("\(home.path)/fail", 0o755)
        }

        private static func tries(_ stack: Stack) -> [Int64] {
            (stack.home.text(of: "tries") ?? "").split(separator: "\n").compactMap { Int64($0) }
        }

        @Test(.timeLimit(.minutes(4)))
        func `A step of an action: SIGKILL changes neither its number nor its time`()
            async throws
        {
            let stack = try Stack(try await TestBroker.shared())
            try Self.write(stack.home)
            try await stack.run { stack in
                try await Self.run("stubborn", "a1", stack)
                var dues: [Int64] = []
                for attempt in 1...2 {
                    let waiting = try await eventualValue(
                        "attempt \(attempt) has failed", within: .seconds(60)
                    ) {
                        try await Self.said(stack).first {
                            $0.outcome.status == .retrying && $0.attempt == attempt
                        }
                    }
                    dues.append(try #require(waiting.nextMs))
                    try await stack.restart(.controlCore, by: SIGKILL)
                    try await stack.awaitReady()
                    // Its effector is there before the attempt is due, and does not begin it.
                    #expect(Self.tries(stack).count == attempt)
                }
                let final = try await eventualValue("its end", within: .seconds(60)) {
                    try await Self.said(stack).first {
                        $0.outcome.commandId == "a1" && $0.outcome.final
                    }
                }
                #expect(final.outcome.status == .failed && final.attempt == 3)
                let tries = Self.tries(stack)
                print("tries at \(tries), due at \(dues)")
                try #require(tries.count == 3)
                #expect(tries[1] >= dues[0] && tries[2] >= dues[1])
                #expect(tries[1] - dues[0] < 10_000 && tries[2] - dues[1] < 10_000)
                let first = try #require(final.firstMs)
                #expect(abs(tries[0] - first) < 10_000)
                #expect(
                    try await Self.said(stack).filter { $0.outcome.status == .retrying }
                        .allSatisfy { $0.firstMs == first })
            }
        }

        @Test(.timeLimit(.minutes(4)))
        func `A notification: SIGKILL changes neither its number nor its time`()
            async throws
        {
            let posts = Locked<[(atMs: Int64, key: String)]>([])
            let isWell = Locked(false)
            let server = try HTTPServer(HTTPServerConfiguration(port: 0)) { request in
                let key = request.headers["Idempotency-Key"] ?? ""
                posts.withLock { $0.append((SystemClock.nowMs(), key)) }
                return isWell.withLock { $0 } ? .text("taken") : .text("not now", status: 503)
            }
            defer { server.stop() }
            let stack = try Stack(try await TestBroker.shared())
            try Self.write(stack.home)
            try stack.home.write(
                """
                webhook:
                  url: "http://127.0.0.1:\(server.port)/all"
                  attempts: 4
                  backoff: 6s
                  backoffMax: 12s
                """, to: "config/contacts.yaml")
            try await stack.run { stack in
                try await Self.run("told", "a1", stack)
                var marks: [EffectPayload] = []
                for attempt in 1...2 {
                    let mark = try await eventualValue(
                        "attempt \(attempt) is on record", within: .seconds(60)
                    ) {
                        try await BusReader.messages(
                            stack.kafka, of: .effect, as: EffectPayload.self
                        ).map(\.payload).first {
                            $0.type == "notification_tried" && $0.attempts == attempt
                        }
                    }
                    marks.append(mark)
                    try await stack.restart(.nervousSystem, by: SIGKILL)
                    try await stack.awaitReady()
                }
                isWell.withLock { $0 = true }
                let final = try await eventualValue("its end", within: .seconds(60)) {
                    try await Self.said(stack).first { $0.outcome.action == "notify" }
                }
                #expect(final.outcome.status == .succeeded && final.outcome.final)
                #expect(final.attempt == 3 && final.firstMs == marks[0].firstAt)
                let seen = posts.withLock { $0 }
                print("posts at \(seen.map(\.atMs)), due at \(marks.map(\.nextAt))")
                try #require(seen.count == 3)
                #expect(Set(seen.map(\.key)).count == 1 && seen[0].key == marks[0].subjectId)
                for (post, mark) in zip(seen.dropFirst(), marks) {
                    let dueMs = try #require(mark.nextAt)
                    #expect(post.atMs >= dueMs - 50 && post.atMs - dueMs < 30_000)
                }
            }
        }
    }
}
