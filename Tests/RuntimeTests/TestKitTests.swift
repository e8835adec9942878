import Glibc
import Runtime
import TestKit
import Testing

/// The kit that other tests stand on.
@Suite struct TestKitTests {
    @Test func `the shared broker answers`() async throws {
        let broker = try await TestBroker.shared()
        #expect(broker.kind == TestBroker.kind)
        #expect(accepts(broker.bootstrapServers))
    }

    @Test func `the development broker comes back with its address after a kill`() async throws {
        try await checkKillAndRestart(TestBroker.start(kind: .noida))
    }

    @Test(.startsApacheKafka)
    func `Apache Kafka comes back with its address after a kill`() async throws {
        let settings = ["transaction.max.timeout.ms=60000"]
        try await checkKillAndRestart(TestBroker.start(kind: .kafka, settings: settings))
    }

    private func checkKillAndRestart(_ broker: TestBroker) async throws {
        #expect(accepts(broker.bootstrapServers))
        try await broker.kill()
        #expect(!accepts(broker.bootstrapServers))
        try await broker.restart()
        #expect(accepts(broker.bootstrapServers))
        try await broker.restart()
        #expect(accepts(broker.bootstrapServers))
        #expect(await !broker.logTail().isEmpty)
        try await broker.stop()
        #expect(!accepts(broker.bootstrapServers))
    }

    @Test func `a broker that cannot start says why`() async throws {
        let error = await #expect(throws: TestBrokerError.self) {
            try await TestBroker.start(kind: .noida, settings: ["no.such=setting"])
        }
        #expect(error?.description.contains("noida takes no settings: no.such=setting") == true)
    }

    @Test(arguments: [
        ("127.0.0.1:9092", true), ("localhost:9092", true), ("[::1]:9092", true),
        ("127.0.0.1:9092,127.8.8.8:1", true), ("127.0.0.1:9092,kafka.example.com:9092", false),
        ("10.0.0.1:9092", false), ("127.0.0.1.example.com:9092", false), ("", false),
        ("0.0.0.0:9092", false),
    ])
    func `only a broker on the loopback is tested on`(address: String, isLoopback: Bool) {
        #expect(TestBroker.isLoopback(address) == isLoopback)
    }

    @Test func `every prefix is another one`() {
        let prefixes = Set((0..<100).map { _ in TestBroker.topicPrefix() })
        #expect(prefixes.count == 100)
    }

    @Test func `what never comes true fails with what was waited for`() async throws {
        let error = await #expect(throws: EventuallyTimeout.self) {
            try await eventually("pigs fly", within: .milliseconds(30), every: .milliseconds(1)) {
                false
            }
        }
        #expect(error?.description == "not within 0.03 seconds: pigs fly")
    }

    @Test func `what comes true in the end is waited for`() async throws {
        var tries = 0
        let value = try await eventualValue("three tries", every: .milliseconds(1)) {
            tries += 1
            return tries == 3 ? tries : nil
        }
        #expect(value == 3)
    }

    /// Whether something listens at HOST:PORT.
    private func accepts(_ address: String) -> Bool {
        guard let port = address.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            return false
        }
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var peer = sockaddr_in()
        peer.sin_family = sa_family_t(AF_INET)
        peer.sin_port = port.bigEndian
        peer.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return unsafe withUnsafePointer(to: &peer) { peer in
            unsafe peer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, length) == 0
            }
        }
    }
}
