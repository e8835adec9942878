import FoundationEssentials
import Glibc
import HTTP
import Processes
import Runtime
import TestKit
import Testing

/// `make up` on the real executables and a broker of its own.
@Suite(.serialized) struct UpTests {
    private static let services = ["control-core", "incident-core", "os-core", "nervous-system"]

    @Test func `everything starts, says how to use it, and ends in order with Ctrl-C`() async throws
    {
        let run = try Run()
        defer { run.end() }
        try await run.awaitReady()
        let started = run.processes()
        for service in Self.services {
            let address = try #require(run.address(of: service), "\(run.text)")
            let answer = try HTTPClient().get("http://\(address)/metrics")
            #expect(answer.status == 200)
            #expect(started.values.contains { $0.contains("/\(service)") })
        }

        run.child.send(signal: SIGINT)
        #expect(await run.child.terminationStatus(within: .seconds(60)) == .exited(0))
        let text = run.text
        let broker = try #require(text.firstRange(of: "stopping the broker"), "\(text)")
        for service in Self.services {
            let last = try #require(text.ranges(of: "\(service): stopped").last, "\(text)")
            #expect(last.lowerBound < broker.lowerBound)
        }
        #expect(started.keys.allSatisfy { !run.isRunning($0) })
    }

    @Test func `a service that ends by itself ends everything, with its last lines`() async throws {
        let run = try Run()
        defer { run.end() }
        try await run.awaitReady()
        let started = run.processes()
        let victim = try #require(started.first { $0.value.contains("/os-core") }?.key)
        kill(victim, SIGKILL)
        #expect(await run.child.terminationStatus(within: .seconds(60)) == .exited(1))
        let said = try #require(run.text.firstRange(of: "os-core ended by itself"), "\(run.text)")
        #expect(run.text[said.upperBound...].contains("INFO os-core: "))
        #expect(started.keys.allSatisfy { !run.isRunning($0) })
    }

    @Test func `killed, it leaves nothing running`() async throws {
        let run = try Run()
        defer { run.end() }
        try await run.awaitReady()
        let started = run.processes()
        #expect(started.count >= Self.services.count + 1)
        run.child.send(signal: SIGKILL)
        try await eventually("every process has ended", within: .seconds(60)) {
            started.keys.allSatisfy { !run.isRunning($0) }
        }
    }
}

/// One `scripts/up`, in a folder of its own.
private struct Run {
    let child: ChildProcess
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/dreamnet-up-\(UUID().uuidString)"
        child = try ChildProcess.start(
            ProjectPaths.path("scripts/up"), ["--no-build", "--any-ports", "--dir", folder],
            environment: .inheritedChanging([
                "KAFKA_BOOTSTRAP_SERVERS": nil, "DREAMNET_TOPIC_PREFIX": nil, "DREAMNET_HOME": nil,
            ]),
            output: .capture, errorOutput: nil, onParentDeath: .terminate)
    }

    /// What it has printed so far.
    var text: String { child.output.text }

    func awaitReady() async throws {
        try await eventually("make up is ready", within: .seconds(120)) {
            let status = child.terminationStatus
            try #require(status == nil, "make up ended: \(text)")
            return text.contains("ready; Ctrl-C stops everything")
        }
    }

    /// Where a service's admin port is, as the user is told.
    func address(of service: String) -> String? {
        let lines = text.split(separator: "\n").filter { $0.contains("/health/ready") }
        guard let line = lines.first(where: { $0.contains(" \(service) ") }) else { return nil }
        return line.firstMatch(of: /http:\/\/([0-9.:]+)/).map { String($0.output.1) }
    }

    /// The processes that it has started, each with its command line.
    func processes() -> [Int32: String] {
        let parent = child.processId
        let children = Self.read("/proc/\(parent)/task/\(parent)/children")
        let ids = children.split(separator: " ").compactMap { Int32($0) }
        return Dictionary(uniqueKeysWithValues: ids.map { ($0, Self.read("/proc/\($0)/cmdline")) })
    }

    /// Whether a process is there; one that has ended and waits to be reaped is not.
    func isRunning(_ process: Int32) -> Bool {
        let status = Self.read("/proc/\(process)/status")
        return !status.isEmpty && !status.contains("State:\tZ")
    }

    /// Ends what is left, and removes the folder.
    func end() {
        child.stop(grace: .seconds(60))
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func read(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}
