internal import AuditKit
internal import CommandLineKit
internal import Glibc
internal import Runtime

/// `make audit`: the real executables on real brokers, killed, cut off and paused under load; then
/// the topics are held against what must be on them. docs/audit.md says what and why.
@main
struct AuditProgram {
    static func main() async {
        await Tool(root, version: DreamNetVersion.text).main()
    }

    private static let root = ToolCommand(
        "audit", summary: "Kills, pauses and cuts off the services, and audits the topics.",
        discussion: """
            Exit status 0 if nothing was lost, doubled or stuck, in every part that could run. A \
            part whose program is missing is skipped, and said to be.
            """,
        arguments: AuditOptions.all
    ) { invocation in
        let options = try AuditOptions(invocation)
        let task = Task { try await AuditRun(options, invocation).run() }
        // Whoever is told to end takes away what it has started.
        let signals = ShutdownSignal { _ in
            task.cancel()
            // What does not end then goes with this process, and with the script that started it.
            Task.detached {
                try? await Task.sleep(for: .seconds(60))
                exit(130)
            }
        }
        defer { withExtendedLifetime(signals) {} }
        do { return try await task.value } catch {
            guard task.isCancelled else { throw error }
            invocation.err.line("audit: interrupted")
            return 130
        }
    }
}
