internal import CommandLineKit
internal import Contracts
internal import JSON
internal import NervousSystemDomain
internal import OperatorDomain
internal import PolicyFiles
internal import Runtime
internal import TopicCatalog

/// Checks files of policy, and rehearses runbooks; without a broker.
struct PolicyTasks: Sendable {
    private let invocation: Invocation
    private let directory: PolicyDirectory

    init(_ invocation: Invocation) throws {
        self.invocation = invocation
        directory = PolicyDirectory(home: try invocation[ConnectionOptions.home])
    }

    func run(_ task: OperatorTask) throws -> ExitCode {
        switch task {
        case .lintRunbooks: try lintRunbooks()
        case .rehearse(let rehearsal): try rehearse(rehearsal)
        default: try checkConfiguration()
        }
    }

    private func checkConfiguration() throws -> ExitCode {
        let folder = TopicTasks.folder(invocation)
        var problems = TopicCatalog.lint(directory: folder).map(\.description)
        let catalog = try? TopicCatalog.load(directory: folder)
        let partitions = catalog?.topic(BusTopic.setting.rawValue)?.partitions ?? 1
        var warnings: [String] = []
        do throws(PolicyFilesError) {
            let loaded = try directory.load(settingPartitions: partitions)
            warnings = loaded.warnings.map(\.description)
        } catch {
            problems += error.problems.map(\.description)
        }
        return report(problems, warnings, of: "config/, runbooks/ and topics/")
    }

    private func lintRunbooks() throws -> ExitCode {
        do throws(PolicyFilesError) {
            let loaded = try directory.loadRunbooks()
            return report(
                [], loaded.warnings.map(\.description),
                of: HumanText.count(loaded.value.count, "runbook"))
        } catch {
            return report(error.problems.map(\.description), [], of: "runbooks/")
        }
    }

    private func report(_ problems: [String], _ warnings: [String], of what: String) -> ExitCode {
        if invocation.wantsJSON {
            let lists: JSONValue = [
                "problems": .array(problems.map { .string($0) }),
                "warnings": .array(warnings.map { .string($0) }),
            ]
            invocation.out.write((try? JSONText.document(lists)) ?? "")
            return problems.isEmpty ? .success : .failure
        }
        for warning in warnings {
            invocation.out.line(
                invocation.out.style("warning: \(warning)".sanitized, .warning))
        }
        for problem in problems {
            invocation.out.line(invocation.out.style(problem.sanitized, .bad))
        }
        invocation.out.line(
            problems.isEmpty
                ? "\(what): good" + (warnings.isEmpty ? "" : ", with warnings")
                : HumanText.count(problems.count, "problem"))
        return problems.isEmpty ? .success : .failure
    }

    private func rehearse(_ request: RehearsalRequest) throws -> ExitCode {
        let runbooks: [Runbook]
        do throws(PolicyFilesError) {
            runbooks = try directory.loadRunbooks().value
        } catch {
            return report(error.problems.map(\.description), [], of: "runbooks/")
        }
        guard let runbook = runbooks.first(where: { $0.name == request.runbook }) else {
            throw CommandFailure(
                "there is no runbook '\(request.runbook)'",
                hint: "There are: \(runbooks.map(\.name).joined(separator: ", "))")
        }
        let lines = RunbookRehearsal(runbook, service: request.service, mode: request.mode)
            .run(try script(request))
        if invocation.wantsJSON {
            let list = lines.map { line -> JSONValue in
                [
                    "atMs": .int(line.atMs), "kind": .string(line.kind.rawValue),
                    "text": .string(line.text),
                ]
            }
            invocation.out.write(try JSONText.document(JSONValue.array(list)))
        } else {
            for line in lines { invocation.out.line(line.description.sanitized) }
        }
        return .success
    }

    private func script(_ request: RehearsalRequest) throws -> RehearsalScript {
        var entries = [RehearsalScript.Entry(atMs: 0, .alert(request.severity))]
        if let clearMs = request.clearAfterMs { entries.append(.init(atMs: clearMs, .clear)) }
        entries += request.relapsesMs.map { .init(atMs: $0, .relapse) }
        entries += request.clearsMs.map { .init(atMs: $0, .clear) }
        var answers: [String: RehearsalScript.Answer] = [:]
        for refused in request.refusals {
            answers[refused.step] = .init(
                .rejected, code: refused.code,
                heldBy: refused.code == .held ? ["person/alice"] : [])
        }
        return RehearsalScript(
            entries.sorted { $0.atMs < $1.atMs }, answers: answers, endMs: request.endMs)
    }
}
