internal import CommandLineKit
internal import DreamNetClient
internal import Glibc
internal import OperatorDomain
internal import Runtime

/// The contexts, and which of them is used.
struct ContextTasks: Sendable {
    private struct Row: Encodable {
        let name: String
        let bootstrap: String
        let topicPrefix: String
        let production: Bool
        let used: Bool
    }

    private struct Document: Encodable {
        let name: String
        let production: Bool
        let options: [String: [String]]
    }

    private let invocation: Invocation

    init(_ invocation: Invocation) { self.invocation = invocation }

    func run(_ task: OperatorTask) throws -> ExitCode {
        switch task {
        case .useContext(let name): try use(name)
        case .showContext(let name): try show(name)
        default: try list()
        }
    }

    private func list() throws -> ExitCode {
        let values = invocation.values
        let used = try ContextsFile.selected(values)?.name
        let rows = try ContextsFile.all(values).map {
            Row(
                name: $0.name, bootstrap: $0.bootstrap, topicPrefix: $0.topicPrefix,
                production: $0.isProduction, used: $0.name == used)
        }
        guard !invocation.wantsJSON else {
            invocation.out.write(try JSONText.document(rows))
            return .success
        }
        guard !rows.isEmpty else {
            invocation.out.line("No contexts in \(try ContextsFile.path(values).sanitized).")
            return .success
        }
        var table = TextTable([
            .fixed(""), .fixed("CONTEXT"), .flexible("BROKERS"), .fixed("PREFIX"), .fixed("MARK"),
        ])
        for row in rows {
            table.add(
                "\(row.used ? "*" : "")", "\(row.name)", "\(row.bootstrap.sanitized)",
                "\(row.topicPrefix.sanitized)", "\(row.production ? "PRODUCTION" : "")")
        }
        invocation.out.write(table.text(for: invocation.out))
        return .success
    }

    private func use(_ name: String) throws -> ExitCode {
        let path = try ContextsFile.currentPath(invocation.values)
        guard name != "none" else {
            guard unsafe unlink(path) == 0 || errno == ENOENT else {
                throw CommandFailure(
                    "\(path) cannot be removed: \(unsafe String(cString: strerror(errno)))",
                    exitCode: .failed)
            }
            invocation.out.line("No context is used where a line names none.")
            return .success
        }
        let context = try ContextsFile.named(name, invocation.values)
        do throws(FlagFileError) {
            try PrivateFile.replace(path, with: Array("\(name)\n".utf8))
        } catch {
            throw CommandFailure("\(error)", exitCode: .failed)
        }
        invocation.out.line(
            "\(shown(context)) is used where a line names none: \(context.address.sanitized)")
        return .success
    }

    private func show(_ name: String?) throws -> ExitCode {
        let values = invocation.values
        guard
            let context = try name.map({ try ContextsFile.named($0, values) })
                ?? ContextsFile.selected(values)
        else {
            throw CommandFailure(
                "no context is used", hint: "dreamnet context list shows those that there are.",
                exitCode: .usage)
        }
        let options = context.values.mapValues(\.texts)
        if invocation.wantsJSON {
            invocation.out.write(
                try JSONText.document(
                    Document(
                        name: context.name, production: context.isProduction, options: options)))
            return .success
        }
        invocation.out.line(shown(context))
        for (option, texts) in options.sorted(by: { $0.key < $1.key }) {
            for text in texts { invocation.out.line("  --\(option) \(text.sanitized)") }
        }
        return .success
    }

    /// Says in capitals that a change is about to be made on production.
    func announceChange() throws {
        guard let context = try ContextsFile.selected(invocation.values), context.isProduction
        else { return }
        invocation.err.line(invocation.err.style("THIS CHANGES \(shown(context))", .bad))
    }

    /// `staging`; what is production, in capitals.
    private func shown(_ context: ClusterContext) -> String {
        context.isProduction ? "PRODUCTION: \(context.name.uppercased())" : context.name
    }
}
