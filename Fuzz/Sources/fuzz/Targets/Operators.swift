import CommandLineKit
import Contracts
import Dispatch
import OperatorDomain

extension FuzzTarget {
    private static let nowMs: Int64 = 1_763_679_600_000

    /// A command line, a word a line: it comes to a task, to help or to an error, and says nothing
    /// that drives the terminal.
    static let commandLine = FuzzTarget("commandline") { bytes in
        let words = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).prefix(24)
            .map { String(decoding: $0, as: UTF8.self) }
        switch Line.tool.parse(words, environment: ["USER": "alice"]) {
        case .text(let text): expectSafe(text)
        case .failure(let error): expectSafe(error.description)
        case .complete: break
        case .run: run(words)
        }
    }

    private static func run(_ words: [String]) {
        let output = CapturedOutput()
        let done = DispatchSemaphore(value: 0)
        Task {
            let console = output.console()
            _ = await Line.tool.run(
                words, environment: ["USER": "alice"], out: console, err: console)
            done.signal()
        }
        done.wait()
        expectSafe(output.text)
    }

    private enum Line {
        static let tool = OperatorTool.make(version: "1", connection: [], shell: CheckingShell())
    }

    /// Records of nervous.flags and nervous.view, a line each as `key value`: what people see of
    /// them, which drives no terminal.
    static let views = FuzzTarget("views") { bytes in
        var snapshot = BusSnapshot()
        for line in bytes.split(separator: 0x0A).prefix(16) {
            let parts = line.split(separator: 0x20, maxSplits: 1, omittingEmptySubsequences: false)
            snapshot.take(
                key: Array(parts[0]), value: parts.count == 2 ? Array(parts[1]) : nil)
        }
        let console = CapturedOutput().console()
        let status = StatusReport(snapshot, address: "a:1", author: "alice", nowMs: nowMs)
        expectSafe(status.text(for: console))
        _ = must("the status as JSON") { try status.json() }
        expectSafe(FlagReport(snapshot.flags, nowMs: nowMs).text(for: console))
        let incidents = IncidentListReport(snapshot, all: true, nowMs: nowMs)
        expectSafe(incidents.text(for: console))
        _ = must("the incidents as JSON") { try incidents.json() }
        for (id, view) in snapshot.incidents {
            let report = IncidentReport(view, response: snapshot.responses[id], nowMs: nowMs)
            expectSafe(report.text(for: console))
            expectSafe(report.summary(for: console))
        }
        for view in snapshot.services.values {
            expectSafe(SignalReport(view, nowMs: nowMs).text(for: console))
        }
    }
}

/// A shell that sends nothing, and makes the message of every order.
private struct CheckingShell: OperatorShell {
    func perform(_ task: OperatorTask, _ invocation: Invocation) async throws -> ExitCode {
        guard case .order(let order, _) = task else { return .success }
        let message = must("the message of an order") { try order.message(nowMs: nowMs()) }
        let envelope = must("its envelope") { try Envelope(parsing: message.value) }
        let payload = must("its payload") { try envelope.payload(as: CommandPayload.self) }
        expect(order.says(theSameAs: payload), "the order became another on its way")
        FuzzTarget.expectSafe(OrderWords.text(order.payload, scope: order.scope))
        return .success
    }

    func candidates(
        _ kind: NameKind, for request: CompletionRequest
    ) async -> [CompletionCandidate] { [] }

    func nowMs() -> Int64 { 1_763_679_600_000 }
    func newID() -> String { "00112233445566778899aabbccddeeff" }
}
