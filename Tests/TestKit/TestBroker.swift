internal import Contracts
internal import Glibc
internal import Processes
internal import Runtime

/// A Kafka broker for tests, on the loopback.
///
/// `shared()` is the one of this test process: that of `DREAMNET_TEST_BOOTSTRAP`, or one that
/// scripts/broker starts (Apache Kafka if `KAFKA_HOME` is set, else the development broker) and
/// that ends with the process. Tests share it, so each takes names of its own: `topicPrefix()`.
/// A test that kills or restarts a broker starts one for itself: `start(kind:)`.
public final class TestBroker: Sendable {
    /// `HOST:PORT`, for librdkafka's `bootstrap.servers`.
    public let bootstrapServers: String
    /// Which program it is.
    public let kind: Kind
    private let own: Own?

    /// A broker that this process started.
    private struct Own: Sendable {
        let directory: String
        let settings: [String]
        let keepsData: Bool
        let process: Locked<ChildProcess>
    }

    private init(bootstrapServers: String, kind: Kind, own: Own?) {
        self.bootstrapServers = bootstrapServers
        self.kind = kind
        self.own = own
    }

    // MARK: The broker that tests share

    /// What `shared()` is or will be, known without starting it. A broker of
    /// `DREAMNET_TEST_BOOTSTRAP` counts as Apache Kafka unless `DREAMNET_TEST_KIND` says `noida`.
    public static var kind: Kind {
        if variable("DREAMNET_TEST_BOOTSTRAP") != nil {
            return variable("DREAMNET_TEST_KIND").flatMap(Kind.init) ?? .kafka
        }
        return kafkaHome == nil ? .noida : .kafka
    }

    /// The folder of an unpacked Apache Kafka, if `KAFKA_HOME` gives one.
    public static var kafkaHome: String? { variable("KAFKA_HOME") }

    private static let sharedBroker = Task { () async throws -> TestBroker in
        guard let bootstrap = variable("DREAMNET_TEST_BOOTSTRAP") else { return try await start() }
        guard isLoopback(bootstrap) else {
            throw TestBrokerError(
                description: "DREAMNET_TEST_BOOTSTRAP=\(bootstrap) is not on the loopback: "
                    + "tests run on a broker of this machine alone, such as 127.0.0.1:9092")
        }
        return TestBroker(bootstrapServers: bootstrap, kind: kind, own: nil)
    }

    /// The broker of this test process, started at the first call.
    public static func shared() async throws -> TestBroker { try await sharedBroker.value }

    /// A prefix for topics, groups and transactional ids that no other test has.
    public static func topicPrefix() -> String {
        let random = UInt64.random(in: .min ... .max)
        return "test-\(String(random, radix: 36))."
    }

    // MARK: A broker of one's own

    /// Starts a broker that nobody else uses; it ends with this process.
    ///
    /// - Parameters:
    ///   - kind: Which program; `nil` for Apache Kafka if `KAFKA_HOME` is set, else noida.
    ///   - port: its port; any free one unless given.
    ///   - settings: `KEY=VALUE` for Apache Kafka's server.properties.
    ///   - keepsData: leaves its folder, with data and logs, in the temporary directory.
    /// - Throws: `TestBrokerError` with what the broker said.
    public static func start(
        kind: Kind? = nil, port: Int? = nil, settings: [String] = [], keepsData: Bool = false
    ) async throws -> TestBroker {
        let kind = kind ?? (kafkaHome == nil ? .noida : .kafka)
        let directory = try temporaryDirectory()
        let place = port.map { ["--port", "\($0)"] } ?? []
        let (process, address) = try await run(
            directory, ["--kind", kind.rawValue] + place + settings, keepsData: keepsData)
        return TestBroker(
            bootstrapServers: address, kind: kind,
            own: Own(
                directory: directory, settings: settings, keepsData: keepsData,
                process: Locked(process)))
    }

    /// Ends the broker by `SIGKILL`, as a power failure would. What was not on disk may be lost.
    public func kill() async throws {
        let process = try ownProcess()
        process.kill()
        try await awaitEnd(of: process)
    }

    /// Ends the broker in good order.
    public func stop() async throws {
        let process = try ownProcess()
        process.terminate()
        try await awaitEnd(of: process)
    }

    /// Stops the broker if it runs, and starts it again with its port and its data.
    public func restart() async throws {
        if try ownProcess().terminationStatus == nil { try await stop() }
        guard let own else { return }
        let (process, _) = try await Self.run(
            own.directory, own.settings, keepsData: own.keepsData)
        own.process.withLock { $0 = process }
    }

    /// The broker's log, for the message of a failed test; its last `limitLines` lines.
    public func logTail(limitLines: Int = 20) async -> String {
        guard let own else { return "" }
        let tail = try? ChildProcess.start(
            "tail",
            ["-qn", "\(limitLines)", "\(own.directory)/broker.log", "\(own.directory)/server.log"],
            output: .capture)
        _ = await tail?.terminationStatus(within: .seconds(5))
        return tail?.output.text ?? ""
    }

    private func ownProcess() throws -> ChildProcess {
        guard let own else {
            throw TestBrokerError(description: "\(bootstrapServers) was not started by this test")
        }
        return own.process.withLock { $0 }
    }

    private func awaitEnd(of process: ChildProcess) async throws {
        guard await process.terminationStatus(within: .seconds(30)) != nil else {
            throw TestBrokerError(description: "the broker does not end: \(await logTail())")
        }
        if let own { _ = unsafe unlink("\(own.directory)/pid") }
    }

    // MARK: scripts/broker

    /// The process of `broker run` becomes the broker, so it dies with this one.
    private static func run(
        _ directory: String, _ arguments: [String], keepsData: Bool
    ) async throws -> (ChildProcess, address: String) {
        let script = ProjectPaths.path("scripts/broker")
        let broker = try ChildProcess.start(
            script, ["run", directory] + arguments, errorOutput: .capture)
        TestBrokerCleanup.remember(broker, in: directory, keepsData: keepsData)
        let waiting = try ChildProcess.start(
            script, ["wait", directory], output: .capture, errorOutput: .capture)
        while await waiting.terminationStatus(within: .milliseconds(100)) == nil {
            guard broker.terminationStatus == nil else {
                waiting.kill()
                throw TestBrokerError(description: "no broker: \(broker.errorOutput.text)")
            }
            try Task.checkCancellation()
        }
        guard waiting.terminationStatus?.isSuccess == true else {
            broker.kill()
            throw TestBrokerError(description: "no broker: \(waiting.errorOutput.text)")
        }
        return (broker, String(waiting.output.text.prefix { $0 != "\n" }))
    }

    private static func temporaryDirectory() throws -> String {
        var template = Array("\(variable("TMPDIR") ?? "/tmp")/dreamnet-test-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            throw TestBrokerError(description: "cannot make a temporary directory: errno \(errno)")
        }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Whether each `HOST:PORT` of the list is an address of the loopback.
    package static func isLoopback(_ bootstrapServers: String) -> Bool {
        let hosts: [Substring] = bootstrapServers.split(separator: ",").map { server in
            server.lastIndex(of: ":").map { server[..<$0] } ?? server
        }
        return !hosts.isEmpty && hosts.allSatisfy(isLoopbackHost)
    }

    private static func isLoopbackHost(_ host: Substring) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let bytes = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return bytes.count == 4 && bytes[0] == 127 && !bytes.contains(nil)
    }

    private static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }
}
