import AuditKit
import Contracts
import Processes
import Runtime
import StreamsKafka
import TestKit
import Testing

/// Whether the example's Kafka client can be had: it comes from PyPI, at the first use.
private enum PythonClient {
    static let isThere = Task {
        guard
            let process = try? ChildProcess.start(
                ProjectPaths.path("scripts/python-example"), ["--install"],
                errorOutput: .capture)
        else { return false }
        defer { process.kill() }
        return await process.terminationStatus(within: .seconds(120))?.isSuccess == true
    }
}

@Suite struct `The example in Python` {
    @Test(
        .enabled("confluent-kafka cannot be had from PyPI") { await PythonClient.isThere.value },
        .timeLimit(.minutes(5)))
    func `Publishes signals by the ingress, and obeys flags`() async throws {
        let stack = try Stack(try await TestBroker.shared())
        do {
            try await stack.applyTopics()
            for service in [Service.controlCore, .nervousSystem] { try stack.start(service) }
            try await stack.awaitReady()
            try await Self.drive(stack.kafka)
        } catch {
            await stack.remove()
            throw error
        }
        await stack.remove()
    }

    @Test(.enabled("confluent-kafka cannot be had from PyPI") { await PythonClient.isThere.value })
    func `Reads flags as the test vectors of the wire say`() async throws {
        let run = try ChildProcess.start(
            ProjectPaths.path("scripts/python-example"), ["--vectors"], output: .capture,
            errorOutput: .capture)
        defer { run.kill() }
        #expect(
            await run.terminationStatus(within: .seconds(60)) == .exited(0),
            "\(run.errorOutput.text)")
        #expect(run.output.text.contains("14 vectors hold"))
    }

    private static func drive(_ kafka: KafkaConfiguration) async throws {
        let shop = try ChildProcess.start(
            ProjectPaths.path("scripts/python-example"),
            [
                "--bootstrap", kafka.bootstrapServers, "--topic-prefix", kafka.topicPrefix,
                "--every", "0.5",
            ], output: .capture, errorOutput: .capture)
        defer { shop.kill() }
        func says(_ line: String) async throws {
            try await eventually("the shop says '\(line)'", within: .seconds(60)) {
                guard shop.terminationStatus == nil else {
                    throw EndToEndError("the shop has ended: \(shop.errorOutput.text)")
                }
                return shop.output.text.contains(line + "\n")
            }
        }
        try await says("flags are READY")
        let signal = try await eventualValue("its signal is routed", within: .seconds(60)) {
            try await BusReader.messages(kafka, of: .signal, as: SignalPayload.self)
                .map(\.payload).last { $0.service == "pyshop" && ($0.requestsTotal ?? 0) > 0 }
        }
        #expect(signal.instance == "pyshop-1")
        #expect(signal.latencyCounts?.count == (signal.latencyBoundsMs?.count ?? 0) + 1)
        for (hotkey, line) in [
            ("SAFE_MODE=on", "flag external_calls is false"),
            ("WRITE_DRAIN=on", "flag write_drain is true"),
            ("RATE_LIMIT=reduce", "flag rate_limit is 50"),
            ("WRITE_DRAIN=off", "flag write_drain is false"),
        ] {
            try await order(hotkey, kafka)
            try await says(line)
        }
        let flagsVersion = try await eventualValue("it reports its version") {
            try await BusReader.messages(kafka, of: .heartbeat, as: HeartbeatPayload.self)
                .map(\.payload).last { $0.service == "pyshop" && $0.flagsVersion >= 6 }
        }
        #expect(flagsVersion.stale == nil)
        shop.terminate()
        #expect(await shop.terminationStatus(within: .seconds(20)) == .exited(0))
        #expect(!shop.output.text.contains(" 0 refused"), "\(shop.output.text)")
        let letters = try await BusReader.records(
            kafka, of: [BusTopic.ingress.rawValue + ".dlq", BusTopic.signal.rawValue + ".dlq"])
        #expect(letters.isEmpty)
    }

    private static func order(_ hotkey: String, _ kafka: KafkaConfiguration) async throws {
        let producer = try KafkaProducer(kafka) { _ in }
        defer { producer.close() }
        let order = """
            {"id":"\(hotkey)","ts":\(SystemClock.nowMs()),"role":"operator","topic":"command",\
            "payload":{"type":"hotkey","author":"alice","service":"pyshop","hotkey":"\(hotkey)"}}
            """
        _ = try await producer.send(
            topic: BusTopic.command.rawValue, key: Array("pyshop".utf8),
            value: Array(order.utf8))
    }
}
