import AuditKit
import Contracts
import FoundationEssentials
import JSON
import Runtime
import Streams
import StreamsKafka
import TestKit
import Testing

extension EndToEnd {
    /// Messages that a service refuses however often they are replayed: nervous-system, that buries
    /// them, `dreamnet dlq`, and the guard that ends the loop.
    @Suite struct `Letters that come back` {
        private static let ids = ["loop-0", "loop-1", "loop-2"]
        private static let ingress = BusTopic.ingress
        private static let group = "nervous-system"

        private let stack: Stack
        private let dreamnet: OperatorProgram

        init() async throws {
            stack = try Stack(try await TestBroker.shared())
            dreamnet = OperatorProgram(kafka: stack.kafka, home: stack.home.path)
        }

        @Test(.timeLimit(.minutes(3)))
        func `end in quarantine after five replays, and are taken once they are mended`()
            async throws
        {
            try await stack.run([.nervousSystem]) { _ in
                try await bury()
                try await loop()
                try await quarantine()
                try await release()
                try await mend()
            }
        }

        /// The first message of each id is taken, the second says something else under its id: valid
        /// as far as topics/ knows, and refused for ever.
        private func bury() async throws {
            let producer = try KafkaProducer(stack.kafka, log: { _ in })
            defer { producer.close() }
            for (round, latencyMs) in [100.0, 900].enumerated() {
                for id in Self.ids {
                    let payload = SignalValuesPayload(
                        service: "checkout", instance: id, latencyP95Ms: latencyMs)
                    _ = try await producer.send(
                        topic: Self.ingress.rawValue, key: Array("checkout".utf8),
                        value: try Envelope(
                            id: id, ts: SystemClock.nowMs(), role: .service, payload
                        ).serialized())
                }
                if round == 0 {
                    try await eventually("the good ones are routed", within: .seconds(30)) {
                        try await routed().count == Self.ids.count
                    }
                }
            }
            try await expect(letters: 3, waiting: 3, quarantined: 0)
            let list = try await letters()
            #expect(list.map(\.replays) == [0, 0, 0])
            #expect(list.allSatisfy { $0.code == "id_conflict" && $0.service == Self.group })
        }

        private func loop() async throws {
            for round in 1...5 {
                let run = try await replay()
                #expect(run.code == 0 && run.text.contains("3 letters sent"), "\(run.text)")
                try await awaitLetters(3 * (round + 1))
                let list = try await letters()
                #expect(list.map(\.replays) == [Int64](repeating: Int64(round), count: 3))
                #expect(list.allSatisfy { !$0.isQuarantined })
                #expect(Set(list.map(\.id)) == Set(Self.ids))
                try await expectRouted()
            }
            try await expect(letters: 18, waiting: 3, quarantined: 0)
        }

        private func quarantine() async throws {
            let dry = try await replay("--dry-run")
            #expect(dry.text.contains("3 letters would stay"), "\(dry.text)")
            let past = try await replay()
            #expect(past.code == 0 && past.text.contains("0 letters sent"), "\(past.text)")
            #expect(past.text.contains("goes to quarantine"), "\(past.text)")
            try await expect(letters: 18, waiting: 3, quarantined: 3)
            let list = try await dreamnet.run(["dlq", "list", "ingress"])
            #expect(list.text.split(separator: "id_conflict, quarantined").count == 4)
            let left = try await replay()
            #expect(left.code == 0 && left.text.contains("0 letters sent"), "\(left.text)")
            #expect(left.text.contains("it is in quarantine"), "\(left.text)")
            try await expect(letters: 18, waiting: 3, quarantined: 3)
        }

        /// One that is let out goes, and comes back: the guard knows it at once.
        private func release() async throws {
            let place = try await self.place(of: Self.ids[0])
            let run = try await dreamnet.run(["dlq", "release", place, "--as", "alice"])
            #expect(run.code == 0, "\(run.text)")
            try await expect(letters: 18, waiting: 3, quarantined: 2)
            let sent = try await replay()
            #expect(sent.code == 0 && sent.text.contains("1 letter sent"), "\(sent.text)")
            try await expect(letters: 19, waiting: 3, quarantined: 2)
            let back = try await replay()
            #expect(back.text.contains("0 letters sent"), "\(back.text)")
            #expect(back.text.contains("goes to quarantine"), "\(back.text)")
            try await expect(letters: 19, waiting: 3, quarantined: 3)
            #expect(try await letters().map(\.replays).sorted() == [5, 5, 6])
            try await expectRouted()
        }

        /// Mended, it is a message of its own: one by hand, the others by a program.
        private func mend() async throws {
            let place = try await self.place(of: Self.ids[0])
            let run = try await edit(place, by: #"sed -i 's/900/90/' "$file""#)
            #expect(run.code == 0, "\(run.text)")
            try await expectRouted(mended: [Self.ids[0]: 90])
            try await expect(letters: 19, waiting: 2, quarantined: 2)
            let rest = try await dreamnet.run([
                "dlq", "transform", "ingress", "--jq", ".payload.latencyP95Ms = 80", "--as",
                "alice", "-y", "--rate", "all",
            ])
            #expect(rest.code == 0, "\(rest.text)")
            #expect(rest.text.contains("2 letters mended and sent"), "\(rest.text)")
            try await expectRouted(mended: [Self.ids[0]: 90, Self.ids[1]: 80, Self.ids[2]: 80])
            try await expect(letters: 19, waiting: 0, quarantined: 0)
            let again = try await replay("--quarantined")
            #expect(again.text.contains("0 letters sent"), "\(again.text)")
            let status = try await dreamnet.run(["dlq", "status"])
            #expect(status.text.contains("19 were replayed or discarded"), "\(status.text)")
            try await expectRouted(mended: [Self.ids[0]: 90, Self.ids[1]: 80, Self.ids[2]: 80])
        }

        // MARK: What it does

        private func replay(_ more: String...) async throws -> OperatorProgram.Run {
            try await dreamnet.run(
                ["dlq", "replay", "ingress", "--as", "alice", "-y", "--rate", "all"] + more)
        }

        private func edit(
            _ place: String, by script: String
        ) async throws -> OperatorProgram.Run {
            try stack.home.write(
                "#!/bin/sh\nset -e\neval \"file=\\${$#}\"\n\(script)\n", to: "editor")
            let path = "\(stack.home.path)/editor"
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
            return try await dreamnet.run(
                ["dlq", "edit", place, "--as", "alice", "-y"],
                environment: ["EDITOR": path, "VISUAL": nil])
        }

        // MARK: What it sees

        private struct Letter {
            let place: String
            let id: String
            let code: String
            let service: String
            let replays: Int64
            let isQuarantined: Bool
        }

        private func document(_ words: String...) async throws -> [JSONValue] {
            let run = try await dreamnet.run(["dlq"] + words + ["--json"])
            #expect(run.code == 0, "\(run.text)")
            return try #require(try JSON.parse(Array(run.output.utf8)).arrayValue)
        }

        /// Those about which nothing was done yet.
        private func letters() async throws -> [Letter] {
            try await document("list", "ingress").map { letter in
                Letter(
                    place: try #require(letter["place"]?.stringValue),
                    id: try #require(letter["id"]?.stringValue),
                    code: try #require(letter["code"]?.stringValue),
                    service: try #require(letter["service"]?.stringValue),
                    replays: try #require(letter["replayCount"]?.intValue),
                    isQuarantined: letter["quarantined"] == .bool(true))
            }
        }

        private func place(of id: String) async throws -> String {
            try #require(try await letters().first { $0.id == id }).place
        }

        /// Every letter is still where it was buried, and is counted once: as one that waits, or as
        /// one with which something was done.
        private func expect(
            letters count: Int, waiting: Int, quarantined: Int,
            at location: SourceLocation = #_sourceLocation
        ) async throws {
            try await awaitLetters(count, at: location)
            let status = try await document("status").first {
                $0["topic"]?.stringValue == Self.ingress.deadLetterName
            }
            #expect(status?["letters"]?.intValue == Int64(waiting), sourceLocation: location)
            #expect(
                status?["resolved"]?.intValue == Int64(count - waiting), sourceLocation: location)
            #expect(
                status?["quarantined"]?.intValue == Int64(quarantined), sourceLocation: location)
        }

        /// As many have come to lie there as that, and no more.
        private func awaitLetters(
            _ count: Int, at location: SourceLocation = #_sourceLocation
        ) async throws {
            try await eventually("\(count) letters", within: .seconds(30)) {
                let buried = try await BusReader.records(
                    stack.kafka, of: [Self.ingress.deadLetterName])
                #expect(buried.count <= count, sourceLocation: location)
                return buried.count >= count
            }
        }

        /// Id and latency of what nervous-system has routed, in order.
        private func routed() async throws -> [String] {
            try await BusReader.messages(stack.kafka, of: .signal, as: SignalValuesPayload.self)
                .filter { $0.payload.service == "checkout" }
                .map { "\($0.envelope.id) \($0.payload.latencyP95Ms ?? -1)" }.sorted()
        }

        /// The three that were good, once each, and those that were mended, once each.
        private func expectRouted(mended: [String: Double] = [:]) async throws {
            let expected = Self.ids.count + mended.count
            try await eventually("\(expected) are routed", within: .seconds(30)) {
                try await routed().count >= expected
            }
            let all = try await routed()
            let good = all.filter { !$0.contains("~ingress/") }
            #expect(good == Self.ids.map { "\($0) 100.0" })
            let anew = all.filter { $0.contains("~ingress/") }.map { text in
                let id = String(text.prefix { $0 != "~" })
                return "\(id) \(text.split(separator: " ").last ?? "")"
            }
            #expect(anew == mended.map { "\($0) \($1)" }.sorted())
        }
    }
}
