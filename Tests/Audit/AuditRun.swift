internal import AuditKit
internal import CommandLineKit
internal import FoundationEssentials

/// Runs the parts one after the other, and reports.
struct AuditRun: Sendable {
    private let options: AuditOptions
    private let out: Console

    init(_ options: AuditOptions, _ invocation: Invocation) {
        self.options = options
        out = invocation.out
    }

    func run() async throws -> ExitCode {
        out.line("audit: seed \(options.seed) (--seed)")
        var results: [PartResult] = []
        for part in options.parts {
            let missing = part.needs.filter { options.variable($0) == nil }
            if !missing.isEmpty {
                out.line("\(part.rawValue): SKIPPED: \(missing.joined(separator: ", ")) not set")
                results.append(.skipped(part, "\(missing.joined(separator: ", ")) not set"))
                continue
            }
            let log = AuditLog(part, out)
            do {
                results.append(try await run(part, log))
            } catch {
                try Task.checkCancellation()
                log.say("FAILED: \(error)")
                results.append(.failed(part, log.injected, "\(error)"))
            }
        }
        let report = AuditReport(results)
        out.line("")
        out.write(report.markdown)
        if let file = options.figures {
            try Data(report.markdown.utf8).write(to: URL(filePath: file))
        }
        for line in report.failures { out.line("audit: \(line)") }
        return report.isGood ? .success : .failure
    }

    private func run(_ part: AuditPart, _ log: AuditLog) async throws -> PartResult {
        switch part {
        case .services: try await ServicesAudit(options, log).run()
        case .cluster: try await ClusterAudit(options, log).run()
        case .network: try await NetworkAudit(options, log).run()
        case .standby: try await StandbyAudit(options, log).run()
        case .letters: try await LettersAudit(options, log).run()
        }
    }
}
