import AuditKit
import Contracts
import Glibc
import Runtime
import StreamsKafka
import TestKit
import Testing

extension EndToEnd {
    @Suite struct `Traffic to the last known good version` {
        private static let actions = """
            passVariables: [PATH]
            actions:
              shift:
                summary: Shift.
                target: traffic/${service}
                parameters: {to: {type: word}}
                effect: [{run: [./shift, "${to}"], directory: HOME}]
                reversible: false
                idempotent: true
                roles: [responder, commander]
            services:
              checkout:
                shift-traffic: {action: shift}
            """

        private static func beat(
            _ kafka: KafkaConfiguration, _ version: String, fromMinutes: Int64, toMinutes: Int64
        ) async throws {
            let producer = try KafkaProducer(kafka) { _ in }
            defer { producer.close() }
            let nowMs = SystemClock.nowMs()
            for second in stride(from: fromMinutes * 60, through: toMinutes * 60, by: -30) {
                let payload = HeartbeatPayload(
                    service: "checkout", instance: "a", flagsVersion: 1, serviceVersion: version)
                let envelope = try Envelope(
                    id: "\(version).\(second)", ts: nowMs - second * 1_000, role: .service, payload)
                _ = try await producer.send(
                    topic: BusTopic.heartbeat.rawValue, key: Array("checkout".utf8),
                    value: try envelope.serialized())
            }
        }

        @Test(.timeLimit(.minutes(3)))
        func `Goes where nothing was wrong for a while, and nowhere if that is not known`()
            async throws
        {
            let stack = try Stack(try await TestBroker.shared())
            let home = stack.home
            try home.replaceActions(actions(home.path))
            try home.write("#!/bin/sh\necho \"$1\" > shifted\n", to: "shift")
            unsafe _ = chmod("\(home.path)/shift", 0o755)
            let dreamnet = OperatorProgram(kafka: stack.kafka, home: home.path)
            let line = ["shift-traffic", "checkout", "--as", "alice", "--reason", "errors"]
            try await stack.run { stack in
                try await Self.beat(stack.kafka, "v2", fromMinutes: 4, toMinutes: 0)
                let unknown = try await dreamnet.run(line + ["--wait"])
                #expect(unknown.code == 3, "\(unknown.text)")
                #expect(unknown.text.contains("v2 runs now"), "\(unknown.text)")
                try await Self.beat(stack.kafka, "v1", fromMinutes: 30, toMinutes: 5)
                let dry = try await dreamnet.run(
                    ["shift-traffic", "checkout", "--dry-run", "--as", "alice"])
                #expect(dry.code == 0 && dry.text.contains("./shift v1"), "\(dry.text)")
                #expect(home.text(of: "shifted") == nil)
                let shifted = try await dreamnet.run(line + ["--wait", "--timeout", "30s"])
                #expect(shifted.code == 0, "\(shifted.text)")
                #expect(
                    shifted.text.contains(
                        "the last known good version of checkout is v1: 25 min"), "\(shifted.text)")
                #expect(home.text(of: "shifted") == "v1\n")
                let named = try await dreamnet.run(
                    line + ["--to", "v0", "--wait", "--timeout", "30s"])
                #expect(named.code == 0 && home.text(of: "shifted") == "v0\n", "\(named.text)")
            }
        }

        private func actions(_ home: String) -> String {
            Self.actions.replacing("HOME", with: home)
        }
    }
}
