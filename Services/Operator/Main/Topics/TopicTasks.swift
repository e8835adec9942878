internal import CommandLineKit
internal import JSON
internal import OperatorDomain
internal import Runtime
internal import StreamsKafka
internal import TopicCatalog

/// Compares the cluster's topics to topics/, and makes them so.
struct TopicTasks: Sendable {
    private let invocation: Invocation

    init(_ invocation: Invocation) {
        self.invocation = invocation
    }

    func run(_ task: OperatorTask) async throws -> ExitCode {
        switch task {
        case .planTopics(let profile): try await plan(profile)
        case .applyTopics(let profile): try await apply(profile)
        default: lint()
        }
    }

    private func lint() -> ExitCode {
        let folder = Self.folder(invocation)
        let problems = TopicCatalog.lint(directory: folder)
        if invocation.wantsJSON {
            let list: JSONValue = .array(problems.map { .string($0.description) })
            invocation.out.write((try? JSONText.document(list)) ?? "")
        } else {
            for problem in problems { invocation.out.line(problem.description.sanitized) }
            invocation.out.line(
                problems.isEmpty
                    ? "\(folder): nothing to say" : HumanText.count(problems.count, "problem"))
        }
        return problems.isEmpty ? .success : .failure
    }

    private func plan(_ profile: String) async throws -> ExitCode {
        let bus = try Bus(invocation)
        let (plan, _) = try await make(profile, bus)
        try show(plan)
        return plan.isBreaking ? .refused : .success
    }

    private func apply(_ profile: String) async throws -> ExitCode {
        let bus = try Bus(invocation)
        let (plan, admin) = try await make(profile, bus)
        invocation.err.line("to \(bus.address.sanitized): \(plan.summary)")
        let invocation = invocation
        let failures: [String: KafkaError]
        do {
            failures = try await blocking {
                try TopicCluster(admin).apply(plan) { change in
                    invocation.err.line("\(change.verb) \(change.topic)")
                }
            }
        } catch {
            throw bus.failure(error)
        }
        // Somebody who made it at the same moment did no harm; the next plan compares it.
        let refused = failures.filter { $0.value.code != .alreadyExists }
        for (topic, error) in refused.sorted(by: { $0.key < $1.key }) {
            invocation.err.line("\(topic): \(error.message)".sanitized)
        }
        if invocation.wantsJSON { try show(plan) }
        guard refused.isEmpty else {
            throw CommandFailure(
                "\(HumanText.count(refused.count, "topic")) not as declared",
                hint: "Run it again: what is done already is left alone.")
        }
        for change in plan.changes where change.isBreaking {
            if case .breaking(let reason, let remedy) = change.kind {
                invocation.err.line("\(change.topic): BREAKING, left alone: \(reason); \(remedy)")
            }
        }
        return plan.isBreaking ? .refused : .success
    }

    private func show(_ plan: TopicPlan) throws {
        invocation.out.write(
            invocation.wantsJSON ? try JSONText.document(plan.json) : plan.text + "\n")
    }

    private func make(
        _ name: String, _ bus: Bus
    ) async throws -> (TopicPlan, KafkaAdmin) {
        let catalog = try TopicCatalog.load(of: invocation)
        guard let profile = catalog.profiles[name] else {
            let known = catalog.profiles.keys.sorted().joined(separator: ", ")
            throw CommandFailure(
                "there is no profile '\(name)'", hint: "topics/profiles.yaml has \(known).",
                exitCode: .usage)
        }
        if let problem = profile.problem { throw CommandFailure(problem, exitCode: .usage) }
        do {
            return try await blocking {
                let admin = try KafkaAdmin(bus.configuration, log: { _ in })
                let cluster = try TopicCluster(admin).topics(catalog.topics.map(\.name))
                let plan = TopicPlan.make(
                    catalog: catalog, cluster: cluster, profile: profile,
                    topicPrefix: bus.configuration.topicPrefix)
                return (plan, admin)
            }
        } catch {
            throw bus.failure(error)
        }
    }

    static func folder(_ invocation: Invocation) -> String {
        let home = (try? invocation[ConnectionOptions.home]) ?? "."
        return home == "." ? "topics" : "\(home)/topics"
    }
}

extension TopicCatalog {
    /// The catalog of `--home`; what is wrong in it is said with file and line.
    static func load(of invocation: Invocation) throws -> TopicCatalog {
        do throws(TopicCatalogError) {
            return try load(directory: TopicTasks.folder(invocation))
        } catch {
            for problem in error.problems { invocation.err.line(problem.description.sanitized) }
            throw CommandFailure(
                "\(HumanText.count(error.problems.count, "problem")) in topics/",
                hint: "--home says where topics/ is.")
        }
    }
}

extension TopicChange {
    /// What was done, for the line that says so.
    fileprivate var verb: String {
        switch kind {
        case .create: "created"
        case .alter: "altered"
        case .grow: "grown"
        case .breaking: "left alone"
        }
    }
}
