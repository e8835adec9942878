import AuditKit
import Contracts
import FoundationEssentials
import JSON
import Runtime
import Streams
import StreamsKafka
import TestKit
import Testing

/// Dead letters that are mended, by the real program on a real broker.
@Suite(.onApacheKafka, .serialized) struct LetterMendingTests {
    private static let topic = BusTopic.signal

    private func deployment() async throws -> OperatorProgram {
        try await OperatorProgram.withTopics(at: try await TestBroker.shared().bootstrapServers)
    }

    private static func message(_ id: String, _ errorRate: String) -> String {
        """
        {"id":"\(id)","ts":\(SystemClock.nowMs() - 600_000),"role":"service","topic":"signal",\
        "payload":{"type":"golden_signal_values","service":"checkout","instance":"a",\
        "errorRate":\(errorRate)}}
        """
    }

    private func bury(_ values: [String], in dreamnet: OperatorProgram) async throws {
        let producer = try KafkaProducer(dreamnet.kafka, log: { _ in })
        defer { producer.close() }
        for value in values {
            _ = try await producer.send(
                NewRecord(
                    topic: Self.topic.deadLetterName, partition: 0, key: Array("checkout".utf8),
                    value: Array(value.utf8),
                    headers: [
                        RecordHeader("dlq.topic", text: Self.topic.rawValue),
                        RecordHeader("dlq.code", text: "schema"),
                        RecordHeader("dlq.last_failure", text: "\(SystemClock.nowMs())"),
                    ]))
        }
    }

    /// Id, error rate and the letter that it was mended from, of what is on the topic.
    private func arrivals(_ dreamnet: OperatorProgram) async throws -> [[String]] {
        try await BusReader.records(dreamnet.kafka, of: [Self.topic.rawValue]).map { record in
            let envelope = try Envelope(parsing: record.value ?? [])
            let rate = try envelope.payload(as: SignalValuesPayload.self).errorRate ?? -1
            return [envelope.id, "\(rate)", record.headerText("dlq.original") ?? ""]
        }
    }

    /// An editor: a program that changes the file which is its last argument.
    private func editor(_ script: String) throws -> (path: String, remove: () -> Void) {
        let path =
            FileManager.default.temporaryDirectory.path
            + "/dreamnet-editor-\(UInt64.random(in: .min ... .max))"
        try Data("#!/bin/sh\nset -e\neval \"file=\\${$#}\"\n\(script)\n".utf8)
            .write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        return (path, { try? FileManager.default.removeItem(atPath: path) })
    }

    private func edit(
        _ dreamnet: OperatorProgram, _ place: String, by script: String
    ) async throws -> OperatorProgram.Run {
        let (path, remove) = try editor(script)
        defer { remove() }
        return try await dreamnet.run(
            ["dlq", "edit", place, "--as", "alice", "-y"],
            environment: ["EDITOR": "\(path) --wait", "VISUAL": nil])
    }

    @Test func `an edited letter is checked, sent once under a new id, and linked`() async throws {
        let dreamnet = try await deployment()
        try await bury([Self.message("m0", "50"), "no JSON"], in: dreamnet)
        let same = try await edit(dreamnet, "signal/0/0", by: ":")
        #expect(same.code == 0 && same.text.contains("nothing was changed"), "\(same.text)")
        let wrong = try await edit(
            dreamnet, "signal/0/0", by: #"sed -i 's/"errorRate": 50/"errorRate": 7/' "$file""#)
        #expect(wrong.code == 1 && wrong.text.contains("it is still wrong: "), "\(wrong.text)")
        #expect(wrong.text.contains("What you wrote is in /"), "\(wrong.text)")
        let broken = try await edit(dreamnet, "signal/0/0", by: #"echo '{' > "$file""#)
        #expect(broken.code == 1 && broken.text.contains("nothing was sent"), "\(broken.text)")
        let failed = try await edit(dreamnet, "signal/0/0", by: #"echo x >> "$file"; exit 3"#)
        #expect(failed.code == 1 && failed.text.contains("ended with an error"))
        #expect(try await arrivals(dreamnet).isEmpty)

        let good = try await edit(
            dreamnet, "signal/0/0", by: #"sed -i 's/"errorRate": 50/"errorRate": 0.5/' "$file""#)
        #expect(good.code == 0, "\(good.text)")
        #expect(good.text.contains("payload.errorRate: 50 → 0.5"), "\(good.text)")
        #expect(
            try await arrivals(dreamnet) == [["m0~signal/0/0", "0.5", "signal/0/0"]])
        let again = try await edit(dreamnet, "signal/0/0", by: #"echo '{}' > "$file""#)
        #expect(again.code == 3 && again.text.contains("already"), "\(again.text)")

        let text = Self.message("m1", "0.25")
        let anew = try await edit(dreamnet, "signal/0/1", by: "echo '\(text)' > \"$file\"")
        #expect(anew.code == 0 && anew.text.contains("sent as m1"), "\(anew.text)")
        #expect(try await arrivals(dreamnet).last == ["m1", "0.25", "signal/0/1"])
        let status = try await dreamnet.run(["dlq", "status"])
        #expect(status.text.contains("No dead letters"), "\(status.text)")
        let missing = try await edit(dreamnet, "signal/0/9", by: ":")
        #expect(missing.code != 0 && missing.text.contains("no dead letter at"))
    }

    private func transform(
        _ dreamnet: OperatorProgram, _ program: String, _ more: String...
    ) async throws -> OperatorProgram.Run {
        try await dreamnet.run(
            ["dlq", "transform", "signal", "--jq", program, "--as", "alice", "-y"] + more)
    }

    @Test func `a program mends what it makes valid, and the rest stays`() async throws {
        let dreamnet = try await deployment()
        try await bury(
            (0..<5).map { Self.message("m\($0)", "\(10 * ($0 + 1))") } + [
                Self.message("m5", "5000"), Self.message("m6", "9007199254740993"), "{",
            ], in: dreamnet)
        let program = "if .payload.errorRate > 1 then .payload.errorRate /= 100 else . end # all"
        let dry = try await transform(dreamnet, program, "--dry-run", "--rate", "all")
        #expect(dry.code == 0, "\(dry.text)")
        for expected in [
            "payload.errorRate: 10 → 0.1", "5 letters would be valid", "3 letters would stay",
            "it is still wrong: ", "which jq would round", "it is no JSON",
        ] { #expect(dry.text.contains(expected), "\(dry.text)") }
        #expect(try await arrivals(dreamnet).isEmpty)

        let two = try await transform(dreamnet, program, "--max", "2", "--rate", "all")
        #expect(two.text.contains("2 letters mended and sent"), "\(two.text)")
        let rest = try await transform(dreamnet, program, "--max", "all", "--rate", "all")
        #expect(rest.text.contains("3 letters mended and sent"), "\(rest.text)")
        #expect(
            try await arrivals(dreamnet)
                == (0..<5).map { ["m\($0)~signal/0/\($0)", "0.\($0 + 1)", "signal/0/\($0)"] })
        let status = try await dreamnet.run(["dlq", "status", "--json"])
        #expect(status.text.contains("\"letters\": 3"), "\(status.text)")
    }

    @Test(arguments: [
        (".payload | (", "jq cannot read the program"), ("empty", "makes 0 values of it"),
        ("., .", "makes 2 values of it"), (".payload.errorRate.x", "the program fails: "),
        ("error({a: 1})", "the program fails: {\"a\":1}"), (".", "nothing changes in it"),
        ("input", "went into the program"), ("[.]", "it is still wrong: "),
        ("error($ENV.HOME // \"no home\")", "the program fails: no home"),
        ("halt", "went into the program"),
    ])
    func `a program that makes no message of a letter sends nothing`(
        program: String, expected: String
    ) async throws {
        let dreamnet = try await deployment()
        try await bury([Self.message("m0", "50"), Self.message("m1", "50")], in: dreamnet)
        let run = try await transform(dreamnet, program, "--rate", "all")
        #expect(run.text.contains(expected), "\(run.text)")
        #expect(try await arrivals(dreamnet).isEmpty)
    }
}
