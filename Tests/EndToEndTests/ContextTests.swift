import AuditKit
import Processes
import TestKit
import Testing

/// The program `dreamnet` and named clusters. No broker answers: nothing is ever sent.
@Suite struct `dreamnet context` {
    private static let text = """
        contexts:
          staging: {bootstrap: "127.0.0.1:1"}
          shop-eu: {bootstrap: "127.0.0.1:1", production: true}

        """

    private func run(_ words: [String], _ home: StackHome) async throws
        -> (code: TerminationStatus?, text: String)
    {
        let process = try ChildProcess.start(
            ServiceProcess.program("dreamnet"), words,
            environment: .inheritedChanging([
                "DREAMNET_CONTEXTS": "\(home.path)/contexts.yaml", "DREAMNET_CONTEXT": nil,
                "KAFKA_BOOTSTRAP_SERVERS": nil, "DREAMNET_TOPIC_PREFIX": nil, "USER": "alice",
            ]), output: .capture, errorOutput: .capture)
        let status = await process.terminationStatus(within: .seconds(30))
        return (status, process.errorOutput.text + process.output.text)
    }

    @Test(.timeLimit(.minutes(2)))
    func `Names production in capitals before a change, and nowhere else`() async throws {
        let home = try StackHome(services: "services: {}\n")
        defer { home.remove() }
        try home.write(Self.text, to: "contexts.yaml")
        let order = ["safe-mode", "on", "--service", "checkout"]
        let staging = try await run(["--context", "staging"] + order, home)
        #expect(staging.code == .exited(6) && !staging.text.contains("PRODUCTION"))
        let used = try await run(["context", "use", "shop-eu"], home)
        #expect(used.code == .exited(0) && used.text.contains("PRODUCTION: SHOP-EU"))
        let changed = try await run(order, home)
        #expect(changed.code == .exited(6))
        #expect(changed.text.hasPrefix("THIS CHANGES PRODUCTION: SHOP-EU\n"), "\(changed.text)")
        let seen = try await run(["status"], home)
        #expect(!seen.text.contains("THIS CHANGES"), "\(seen.text)")
        let plan = try await run(["dlq", "discard", "signal", "--dry-run", "--reason", "r"], home)
        #expect(!plan.text.contains("THIS CHANGES"), "\(plan.text)")
        let list = try await run(["context", "list", "--json"], home)
        #expect(list.code == .exited(0) && list.text.contains("\"used\""), "\(list.text)")
        let none = try await run(["context", "use", "none"], home)
        #expect(none.code == .exited(0))
        let shown = try await run(["context", "show"], home)
        #expect(shown.code == .exited(2) && shown.text.contains("no context is used"))
    }

    @Test(.timeLimit(.minutes(1)))
    func `Is completed with its names`() async throws {
        let home = try StackHome(services: "services: {}\n")
        defer { home.remove() }
        try home.write(Self.text, to: "contexts.yaml")
        for words in [["context", "use", "s"], ["--context", "s"]] {
            let names = try await run(["__complete", "--"] + words, home)
            #expect(names.text.contains("staging\t"), "\(names.text)")
            #expect(names.text.contains("shop-eu\tPRODUCTION"), "\(names.text)")
        }
    }
}
