internal import CommandLineKit
internal import JSON
internal import OperatorDomain
internal import Processes
internal import Runtime
internal import StreamsKafka
internal import TopicCatalog

/// Gives the writers and readers of topics/ their rights, and no others; takes nobody's away.
struct AccessTask: Sendable {
    /// Kafka's program is a Java machine of its own.
    private static let programLimit: Duration = .seconds(60)

    private let bus: Bus
    private let invocation: Invocation

    init(_ bus: Bus, _ invocation: Invocation) {
        self.bus = bus
        self.invocation = invocation
    }

    func run(_ request: AccessRequest) async throws -> ExitCode {
        let catalog = try TopicCatalog.load(of: invocation)
        let plan = try await look(catalog)
        if request.isDryRun {
            invocation.out.write(
                invocation.wantsJSON ? try JSONText.document(plan.json) : plan.text + "\n")
            return .success
        }
        invocation.err.line("to \(bus.address.sanitized): \(plan.summary)")
        for rule in plan.foreign {
            invocation.err.line("of others, left alone: \(rule.text.sanitized)")
        }
        try await add(plan.missing.filter { $0.resource != .transactionalID })
        try await setTransactional(plan.missing.filter { $0.resource == .transactionalID }, request)
        let after = try await look(catalog)
        if invocation.wantsJSON {
            invocation.out.write(try JSONText.document(plan.json))
        }
        guard after.missing.isEmpty else {
            throw CommandFailure(
                "\(HumanText.count(after.missing.count, "right")) not as declared",
                hint: "Run it again: what is done already is left alone.")
        }
        return .success
    }

    private func look(_ catalog: TopicCatalog) async throws -> AccessPlan {
        let bus = bus
        do {
            return try await blocking {
                let admin = try KafkaAdmin(bus.configuration, log: { _ in })
                return AccessPlan.make(
                    catalog: catalog, topicPrefix: bus.configuration.topicPrefix,
                    present: try admin.accessRules())
            }
        } catch { throw failure(error) }
    }

    private func add(_ rules: [AccessRule]) async throws {
        let bus = bus
        let failures: [AccessRule: KafkaError]
        do {
            failures = try await blocking {
                try KafkaAdmin(bus.configuration, log: { _ in }).addAccessRules(rules)
            }
        } catch { throw failure(error) }
        for rule in rules {
            let result = failures[rule].map { "refused: \($0.message)" } ?? "added"
            invocation.err.line("\(rule.text): \(result)".sanitized)
        }
    }

    /// The library cannot make these: Kafka's own program does, or whoever reads the commands.
    private func setTransactional(_ rules: [AccessRule], _ request: AccessRequest) async throws {
        if rules.isEmpty { return }
        let lines = AccessCommand.lines(
            rules, bootstrapServers: bus.configuration.bootstrapServers,
            configuration: request.programConfiguration)
        guard let program = request.program else {
            invocation.err.line("rights of transactional ids, by Kafka's own program:")
            for line in lines {
                invocation.err.line("  kafka-acls.sh \(line.joined(separator: " "))".sanitized)
            }
            return
        }
        for line in lines {
            let process: ChildProcess
            do {
                process = try ChildProcess.start(
                    program, line, output: .capture, errorOutput: nil)
            } catch { throw CommandFailure("\(program): \(error)") }
            guard let status = await process.terminationStatus(within: Self.programLimit) else {
                process.kill()
                throw CommandFailure("\(program) does not end", exitCode: .failed)
            }
            guard status.isSuccess else {
                invocation.err.line(process.output.text.sanitized)
                throw CommandFailure("\(program): \(status)")
            }
        }
        for rule in rules { invocation.err.line("\(rule.text): added".sanitized) }
    }

    private func failure(_ error: any Error) -> any Error {
        guard let kafka = error as? KafkaError else { return error }
        switch kafka.code {
        case .noAuthorizer:
            return CommandFailure(
                "\(bus.address): the brokers check nobody's rights: they have no authorizer",
                hint: "Set authorizer.class.name, super.users and a listener that knows who "
                    + "connects (docs/security.md), then run it again.")
        case .unauthorized:
            return CommandFailure(
                "\(bus.address): \(kafka.plainMessage)",
                hint:
                    "Rights are given by one of the brokers' super.users: --kafka, --kafka-secret.")
        default:
            return bus.failure(error)
        }
    }
}
