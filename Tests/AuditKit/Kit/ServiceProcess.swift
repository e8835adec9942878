import Contracts
import FoundationEssentials
import Glibc
import HTTP
import TestKit

package import Processes
internal import Runtime
package import StreamsKafka

/// One run of a service's executable, its log in a file.
package struct ServiceProcess: Sendable {
    package let service: Service
    /// Its name in the group.
    package let instance: String
    package let child: ChildProcess
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

    /// What the environment of whoever runs the tests must not decide.
    private static let cleared: [String: String?] = [
        "KAFKA_BOOTSTRAP_SERVERS": nil, "DREAMNET_CONFIG": nil, "DREAMNET_KAFKA": nil,
        "DREAMNET_KAFKA_SECRET": nil, "SWIFT_BACKTRACE": "enable=no", "SAFE_MODE": nil,
        "WRITE_DRAIN": nil, "CITADEL_ENABLED": nil, "DOME_SCAN_ENABLED": nil,
        "AI_EMBEDDINGS_ENABLED": nil, "USE_LATENT_COLLABORATION": nil,
    ]

    /// The path of an executable.
    package static func program(_ name: String) -> String { "\(programFolder)/\(name)" }

    /// Starts an instance of the service, under a name that it keeps: so a run after a kill takes
    /// over at once.
    package static func start(
        _ service: Service, _ kafka: KafkaConfiguration, home: StackHome, run: Int,
        instance number: Int = 0, options: [String] = [], environment: [String: String] = [:]
    ) throws -> ServiceProcess {
        let instance = "\(service.rawValue)-\(number)"
        let log = "\(home.path)/logs/\(instance).\(run).log"
        let child = try ChildProcess.start(
            program(service.rawValue),
            [
                "--bootstrap", kafka.bootstrapServers, "--topic-prefix", kafka.topicPrefix,
                "--home", home.path, "--admin-bind", "127.0.0.1:0", "--instance", instance,
            ] + options
                + kafka.properties.sorted { $0.key < $1.key }.flatMap {
                    ["--kafka", "\($0)=\($1)"]
                },
            environment: .inheritedChanging(cleared.merging(environment) { $1 }),
            output: .file(log), errorOutput: nil)
        return ServiceProcess(
            service: service, instance: instance, child: child, logFile: log)
    }

    /// Everything that it has logged.
    package var log: String {
        FileManager.default.contents(atPath: logFile).map { String(decoding: $0, as: UTF8.self) }
            ?? ""
    }

    /// The last lines of its log, for the message of a failed test.
    package var logTail: String {
        let lines = log.split(separator: "\n").suffix(15).joined(separator: "\n")
        return "\(instance):\n\(lines)"
    }

    /// The port that the kernel gave it; nil until it is in the log.
    package var adminPort: Int? {
        let mark = "\"admin\":\"127.0.0.1:"
        guard let found = log.firstRange(of: mark) else { return nil }
        return Int(log[found.upperBound...].prefix { $0.isNumber })
    }

    /// The status of a path of its admin port; nil if nothing answers.
    package func status(of path: String) async -> Int? {
        guard child.terminationStatus == nil, let port = adminPort else { return nil }
        let answer = try? await offPool {
            try Self.client.get("http://127.0.0.1:\(port)\(path)").status
        }
        return answer
    }

    /// The sum of a metric over its partitions; nil if nothing answers.
    package func metric(_ name: String) async -> Double? {
        guard child.terminationStatus == nil, let port = adminPort else { return nil }
        let answer = try? await offPool {
            try Self.client.get("http://127.0.0.1:\(port)/metrics").body
        }
        guard let answer else { return nil }
        let lines = String(decoding: answer, as: UTF8.self).split(separator: "\n")
        return lines.reduce(0) { sum, line in
            guard line.hasPrefix(name + "{") || line.hasPrefix(name + " ") else { return sum }
            return sum + (line.split(separator: " ").last.flatMap { Double($0) } ?? 0)
        }
    }

    /// Tells it by its admin port to leave its group for good.
    package func drain() async throws {
        guard let port = adminPort else { throw EndToEndError("\(instance) has no admin port") }
        let body = Array(#"{"instance":"\#(instance)"}"#.utf8)
        let answer = try await offPool {
            try Self.client.post("http://127.0.0.1:\(port)/drain", body: body)
        }
        guard answer.status == 202 else {
            throw EndToEndError("\(instance) refuses to drain: \(answer.status)")
        }
    }

    /// Whether it says that it is alive.
    package var isAlive: Bool { get async { await status(of: "/health/live") == 200 } }
    /// Whether it says that it is ready.
    package var isReady: Bool { get async { await status(of: "/health/ready") == 200 } }

    /// Waits until it is ready.
    package func awaitReady(within limit: Duration = .seconds(60)) async throws {
        do {
            try await eventually("\(instance) is ready", within: limit) {
                if let status = child.terminationStatus {
                    throw EndToEndError("\(instance) has ended by itself: \(status)")
                }
                return await isReady
            }
        } catch {
            throw EndToEndError("\(error)\n\(logTail)")
        }
    }

    /// Waits until it has ended.
    package func awaitEnd(within limit: Duration = .seconds(30)) async throws -> TerminationStatus {
        guard let status = await child.terminationStatus(within: limit) else {
            throw EndToEndError("\(instance) does not end within \(limit)\n\(logTail)")
        }
        return status
    }
}

/// What an end-to-end test cannot go on after.
package struct EndToEndError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
