internal import CommandLineKit
internal import HTTP
internal import Processes
internal import Runtime
internal import StreamsKafka

/// The four services as processes on the benchmark's broker.
final class ServiceSet {
    static let names = ["control-core", "incident-core", "nervous-system", "os-core"]

    /// How long one took from the start of its process.
    struct StartTimes: Sendable {
        var aliveMs: Double
        var readyMs: Double
    }

    private let connection: [String]
    private let logs: String
    private let http = HTTPClient(HTTPClientConfiguration(timeoutMs: 1_000))
    private var running: [String: ChildProcess] = [:]
    private var ports: [String: Int] = [:]

    init(_ kafka: KafkaConfiguration, home: String, logs: String) {
        connection = [
            "--bootstrap", kafka.bootstrapServers, "--topic-prefix", kafka.topicPrefix, "--home",
            home,
        ]
        self.logs = logs
    }

    deinit { for process in running.values { process.kill() } }

    /// Makes the topics.
    func applyTopics() throws {
        _ = try BenchProcess.run("dreamnet", ["topics", "apply"] + connection)
    }

    /// Starts a service and waits until it is ready.
    func start(_ name: String) throws -> StartTimes {
        let port = try Self.freePort()
        let address = "http://127.0.0.1:\(port)/health/"
        let startUs = BenchClock.monotonicUs()
        ports[name] = port
        running[name] = try BenchProcess.start(
            name, connection + ["--admin-bind", "127.0.0.1:\(port)"], log: "\(logs)/\(name).log")
        let aliveUs = try awaitOK(address + "live", of: name)
        let readyUs = try awaitOK(address + "ready", of: name)
        return StartTimes(
            aliveMs: Double(aliveUs - startUs) / 1000, readyMs: Double(readyUs - startUs) / 1000)
    }

    /// Asks a service to end, and waits until it has.
    func stop(_ name: String) throws {
        guard let process = running.removeValue(forKey: name) else { return }
        process.terminate()
        guard process.wait(atMost: .seconds(20)) != nil else {
            process.kill()
            throw CommandFailure("\(name) did not stop within 20 s")
        }
    }

    func stopAll() throws { for name in Self.names { try stop(name) } }

    /// Fails if a service has ended.
    func checkAlive() throws {
        for (name, process) in running {
            if let status = process.terminationStatus {
                throw CommandFailure("\(name) ended: \(status)", hint: "its log is in \(logs)")
            }
        }
    }

    /// The resident memory of a service, MB of 10^6 bytes.
    func residentMB(_ name: String) -> Double { memoryMB(name, "VmRSS:") }

    /// The most resident memory that a service has had since its start.
    func peakResidentMB(_ name: String) -> Double { memoryMB(name, "VmHWM:") }

    private func memoryMB(_ name: String, _ field: String) -> Double {
        running[name].map { Self.memoryMB(of: $0, field) } ?? 0
    }

    /// A figure of a process's memory as the kernel has it, MB of 10^6 bytes; 0 if there is none.
    static func memoryMB(of process: ChildProcess, _ field: String) -> Double {
        guard let status = SmallFile.read("/proc/\(process.processId)/status"),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix(field) })
        else { return 0 }
        let kibibytes = line.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) }
        return Double(kibibytes ?? 0) * 1024 / 1e6
    }

    /// The sum over the labels of a metric of a service.
    func metric(_ metric: String, of name: String) throws -> Double {
        guard let port = ports[name] else { throw CommandFailure("\(name) was not started") }
        let answer = try http.get("http://127.0.0.1:\(port)/metrics")
        return try PrometheusText.parse(answer.body).samples(named: metric).reduce(0) {
            $0 + $1.value
        }
    }

    /// Asks every millisecond; when it answered 200.
    private func awaitOK(_ url: String, of name: String) throws -> Int64 {
        let endUs = BenchClock.monotonicUs() + 60_000_000
        while BenchClock.monotonicUs() < endUs {
            if (try? http.get(url))?.status == 200 { return BenchClock.monotonicUs() }
            try checkAlive()
            BenchClock.pause(us: 1_000)
        }
        throw CommandFailure("\(name) is not ready within 60 s", hint: "its log is in \(logs)")
    }

    private static func freePort() throws -> Int {
        let server = try HTTPServer { _ in .text("") }
        defer { server.stop() }
        return server.port
    }
}
