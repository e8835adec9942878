internal import CommandLineKit
internal import Contracts
internal import Glibc
internal import HTTP
internal import Processes
internal import Runtime
internal import StreamsKafka
internal import Synchronization

/// Everything that a scenario plays on: a folder, a broker, processes. `close` takes it all away;
/// the children die with this process even if it is killed.
final class DemoStage: Sendable {
    let console: Console
    let home: String
    let folder: String
    let topicPrefix: String
    private let keepsLogs: Bool
    private let binaries: String
    private let startMs = SystemClock.monotonicMs()
    private let interrupted = Atomic<Bool>(false)
    private let children = Locked<[(name: String, process: ChildProcess)]>([])
    private let bootstrap = Locked<String>("")

    init(home: String, console: Console, keepsLogs: Bool) throws {
        self.home = home
        self.console = console
        self.keepsLogs = keepsLogs
        topicPrefix = "demo-\(getpid())-"
        binaries = try Self.ownFolder()
        var template = Array("/tmp/dreamnet-demo-XXXXXX".utf8CString)
        let made = unsafe template.withUnsafeMutableBufferPointer {
            unsafe $0.baseAddress.flatMap { unsafe mkdtemp($0) }.map {
                unsafe String(cString: $0)
            }
        }
        guard let made else { throw CommandFailure("no temporary folder can be made in /tmp") }
        folder = made
    }

    /// The folder with the configuration of the services.
    var homeOfServices: String { folder + "/home" }

    var bootstrapServers: String { bootstrap.withLock { $0 } }

    var kafka: KafkaConfiguration {
        KafkaConfiguration(
            bootstrapServers: bootstrapServers, topicPrefix: topicPrefix, clientID: "demo")
    }

    /// Ctrl-C: the scenario ends at its next step.
    func interrupt() { interrupted.store(true, ordering: .releasing) }

    func checkInterrupted() throws {
        if interrupted.load(ordering: .acquiring) {
            throw CommandFailure("interrupted; everything is stopped")
        }
        for (name, process) in children.withLock({ $0 }) {
            if let status = process.terminationStatus {
                throw CommandFailure(
                    "\(name) ended before its time: \(status)", hint: tail(of: name))
            }
        }
    }

    /// Says what is being done, with the time since the demo began.
    func say(_ text: String) {
        let elapsed = SystemClock.monotonicMs() - startMs
        console.line(
            console.style("\(elapsed / 1000).\(elapsed % 1000 / 100) s", .dim) + "  \(text)")
    }

    // MARK: Broker

    /// Starts a broker, or takes the one of `DREAMNET_TEST_BOOTSTRAP` if it is on the loopback.
    func startBroker() async throws {
        if let given = unsafe getenv("DREAMNET_TEST_BOOTSTRAP") {
            let address = unsafe String(cString: given)
            guard Self.isLoopback(address) else {
                throw CommandFailure(
                    "DREAMNET_TEST_BOOTSTRAP is not on the loopback",
                    hint: "The demo never touches a real cluster.", exitCode: .usage)
            }
            bootstrap.withLock { $0 = address }
            say("broker at \(address)")
            return
        }
        let broker = folder + "/broker"
        let script = home + "/scripts/broker"
        try start("broker", script, ["run", broker])
        let waiting = try ChildProcess.start(
            script, ["wait", broker], output: .capture(limitBytes: 65_536))
        let address = try await output(of: waiting, named: "the broker", within: .seconds(120))
        bootstrap.withLock { $0 = address }
        say("broker at \(address)")
    }

    /// Creates the topics and starts the four services.
    func startDreamNet(_ ports: DemoPorts) async throws {
        let connection = [
            "--bootstrap", bootstrapServers, "--topic-prefix", topicPrefix, "--home",
            homeOfServices,
        ]
        try await run("dreamnet", ["topics", "apply"] + connection)
        say("topics created")
        for name in DemoPorts.services {
            try startProgram(
                name, connection + ["--admin-bind", "127.0.0.1:\(ports.admin[name] ?? 0)"])
        }
        for name in DemoPorts.services {
            try await waitReady(name, "http://127.0.0.1:\(ports.admin[name] ?? 0)/health/ready")
        }
        say("ready: " + DemoPorts.services.joined(separator: ", "))
    }

    // MARK: Processes

    /// Starts a program of this build.
    func startProgram(_ name: String, as label: String? = nil, _ arguments: [String]) throws {
        try start(label ?? name, binaries + "/" + name, arguments)
    }

    /// Runs a program of this build to its end; its output if it succeeded.
    @discardableResult
    func run(_ name: String, _ arguments: [String]) async throws -> String {
        let process = try ChildProcess.start(
            binaries + "/" + name, arguments, output: .capture(limitBytes: 65_536), errorOutput: nil
        )
        return try await output(
            of: process, named: "\(name) \(arguments.first ?? "")", within: .seconds(60))
    }

    /// Stops one of the processes, politely.
    func stop(_ label: String) async {
        let process = children.withLock { children -> ChildProcess? in
            guard let index = children.firstIndex(where: { $0.name == label }) else { return nil }
            return children.remove(at: index).process
        }
        process?.terminate()
        _ = await process?.terminationStatus(within: .seconds(5))
        process?.kill()
    }

    /// Waits until `url` answers 200.
    func waitReady(_ label: String, _ url: String, within limitMs: Int64 = 30_000) async throws {
        let client = HTTPClient(HTTPClientConfiguration(timeoutMs: 500))
        try await wait("\(label) is not ready", within: limitMs) {
            (try? client.get(url))?.status == 200
        }
    }

    /// Waits for a condition; looks ten times a second.
    func wait(
        _ failure: String, within limitMs: Int64, _ condition: () throws -> Bool
    ) async throws {
        let untilMs = SystemClock.monotonicMs() + limitMs
        while !(try condition()) {
            try checkInterrupted()
            guard SystemClock.monotonicMs() < untilMs else {
                throw CommandFailure("\(failure) within \(limitMs / 1000) s")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// A port of the loopback that is free now.
    func freePort() throws -> Int {
        let server = try HTTPServer { _ in .text("") }
        defer { server.stop() }
        return server.port
    }

    /// Removes the topics from a broker that is not ours, stops everything, removes the folder.
    func close() {
        let running = children.withLock { children in
            defer { children = [] }
            return children.reversed()
        }
        for (name, process) in running where name != "broker" { process.terminate() }
        for (name, process) in running where name != "broker" {
            _ = process.wait(atMost: .seconds(5))
            process.kill()
        }
        if running.allSatisfy({ $0.name != "broker" }), !bootstrapServers.isEmpty {
            removeTopics()
        }
        for (name, process) in running where name == "broker" {
            process.terminate()
            _ = process.wait(atMost: .seconds(5))
            process.kill()
        }
        if keepsLogs {
            console.line("logs: \(folder)")
        } else {
            DemoFiles.remove(folder)
        }
    }

    private func removeTopics() {
        guard let admin = try? KafkaAdmin(kafka, log: { _ in }),
            let names = try? admin.metadata().topics.map(\.name)
        else { return }
        _ = try? admin.deleteTopics(names)
    }

    private func start(_ label: String, _ program: String, _ arguments: [String]) throws {
        let process: ChildProcess
        do throws(ChildProcessError) {
            process = try ChildProcess.start(
                program, arguments, output: .file("\(folder)/\(label).log"), errorOutput: nil)
        } catch {
            throw CommandFailure("\(label) cannot be started: \(error)")
        }
        children.withLock { $0.append((label, process)) }
    }

    private func output(
        of process: ChildProcess, named name: String, within limit: Duration
    ) async throws -> String {
        guard let status = await process.terminationStatus(within: limit) else {
            process.kill()
            throw CommandFailure("\(name) did not finish", hint: process.output.text)
        }
        guard status == .exited(0) else {
            throw CommandFailure("\(name) failed: \(status)", hint: process.output.text)
        }
        return process.output.text.split(separator: "\n").last.map(String.init) ?? ""
    }

    /// The end of a process's log, for an error.
    private func tail(of label: String) -> String {
        let text = SmallFile.read("\(folder)/\(label).log", bytesMax: 1 << 24) ?? ""
        return text.split(separator: "\n").suffix(5).joined(separator: "\n")
    }

    private static func isLoopback(_ address: String) -> Bool {
        address.split(separator: ",").allSatisfy {
            ["127.", "localhost:", "[::1]:"].contains(where: $0.hasPrefix)
        }
    }

    /// The folder of this program: its fellows are beside it.
    private static func ownFolder() throws -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let path = String(
            decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard let slash = path.lastIndex(of: "/") else {
            throw CommandFailure("where this program lies is unknown")
        }
        return String(path[..<slash])
    }
}
