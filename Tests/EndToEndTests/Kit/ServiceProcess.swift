import Contracts
import FoundationEssentials
import Glibc
import HTTP
import Runtime
import StreamsKafka
import TestKit

/// One run of a service's executable, its log in a file.
struct ServiceProcess: Sendable {
    let service: Service
    let child: ChildProcess
    private let logFile: String
    private static let client = HTTPClient(HTTPClientConfiguration(timeoutMs: 2_000))

    /// Where the executables are: beside the test bundle.
    private static let programFolder: String = {
        guard let path = unsafe realpath("/proc/self/exe", nil) else {
            return ProjectPaths.path(".build/debug")
        }
        defer { unsafe free(path) }
        let program = unsafe String(cString: path)
        let folder = program.lastIndex(of: "/").map { String(program[..<$0]) } ?? ""
        let isBeside = FileManager.default.isExecutableFile(atPath: folder + "/control-core")
        return isBeside ? folder : ProjectPaths.path(".build/debug")
    }()

    /// Starts the service under the name of its first instance, so that a run after a kill takes
    /// over at once.
    static func start(
        _ service: Service, _ kafka: KafkaConfiguration, home: StackHome, run: Int
    ) throws -> ServiceProcess {
        let log = "\(home.path)/logs/\(service.rawValue).\(run).log"
        let child = try ChildProcess.start(
            "\(programFolder)/\(service.rawValue)",
            [
                "--bootstrap", kafka.bootstrapServers, "--topic-prefix", kafka.topicPrefix,
                "--home", home.path, "--admin-bind", "127.0.0.1:0",
                "--instance", "\(service.rawValue)-0",
            ],
            environment: .inheritedChanging([
                "KAFKA_BOOTSTRAP_SERVERS": nil, "DREAMNET_CONFIG": nil, "DREAMNET_KAFKA": nil,
                "DREAMNET_KAFKA_SECRET": nil, "SWIFT_BACKTRACE": "enable=no",
            ]),
            output: .file(log), errorOutput: nil)
        return ServiceProcess(service: service, child: child, logFile: log)
    }

    /// Everything that it has logged.
    var log: String {
        FileManager.default.contents(atPath: logFile).map { String(decoding: $0, as: UTF8.self) }
            ?? ""
    }

    /// The last lines of its log, for the message of a failed test.
    var logTail: String {
        let lines = log.split(separator: "\n").suffix(15).joined(separator: "\n")
        return "\(service.rawValue):\n\(lines)"
    }

    /// The port that the kernel gave it; nil until it is in the log.
    var adminPort: Int? {
        let mark = "\"admin\":\"127.0.0.1:"
        guard let found = log.firstRange(of: mark) else { return nil }
        return Int(log[found.upperBound...].prefix { $0.isNumber })
    }

    /// The status of a path of its admin port; nil if nothing answers.
    func status(of path: String) async -> Int? {
        guard child.terminationStatus == nil, let port = adminPort else { return nil }
        let answer = try? await offPool {
            try Self.client.get("http://127.0.0.1:\(port)\(path)").status
        }
        return answer
    }

    /// Whether it says that it is alive.
    var isAlive: Bool { get async { await status(of: "/health/live") == 200 } }
    /// Whether it says that it is ready.
    var isReady: Bool { get async { await status(of: "/health/ready") == 200 } }

    /// Waits until it is ready.
    func awaitReady(within limit: Duration = .seconds(60)) async throws {
        do {
            try await eventually("\(service.rawValue) is ready", within: limit) {
                guard child.terminationStatus == nil else {
                    throw EndToEndError("\(service.rawValue) has ended")
                }
                return await isReady
            }
        } catch {
            throw EndToEndError("\(error)\n\(logTail)")
        }
    }

    /// Waits until it has ended.
    func awaitEnd(within limit: Duration = .seconds(30)) async throws -> TerminationStatus {
        guard let status = await child.terminationStatus(within: limit) else {
            throw EndToEndError("\(service.rawValue) does not end within \(limit)\n\(logTail)")
        }
        return status
    }
}

/// What an end-to-end test cannot go on after.
struct EndToEndError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
