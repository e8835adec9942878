internal import CommandLineKit
internal import Contracts
internal import Glibc
public import Streams
internal import TopicCatalog

/// The program of a service: options, configuration, admin port, group, shutdown, in one place.
///
/// A bad configuration stops the start with file and line (exit 2); topics that differ from
/// topics/ stop it with the command that mends them (exit 1). Without a broker it waits, says so,
/// and is alive but not ready.
public struct ServiceProgram<R: Reducer & SendableMetatype>: Sendable {
    private let topology: Topology
    private let summary: String
    private let prepare: @Sendable (ServiceContext) throws -> ServicePlan<R>

    /// A program of the service that `topology` names.
    /// - Parameters:
    ///   - summary: what it does, one line.
    ///   - prepare: reads the policy; throws `CommandFailure` with file and line.
    public init(
        topology: Topology, summary: String,
        prepare: @escaping @Sendable (ServiceContext) throws -> ServicePlan<R>
    ) {
        self.topology = topology
        self.summary = summary
        self.prepare = prepare
    }

    /// Runs the program; ends the process.
    public func main() async -> Never {
        let name = topology.service
        let command = ToolCommand(
            name, summary: summary,
            discussion: """
                Precedence of options: command line, environment, the file of --config, default.
                SIGTERM and SIGINT commit what is open, keep the place in the group, and end. \
                `dreamnet drain` gives the place up, so that another instance takes over at once.
                Exit status: 0 after a signal, 1 failure, 2 bad options or configuration.
                """,
            arguments: ConnectionOptions.all + ServiceOptions.all,
            examples: [
                .init("\(name) --bootstrap 127.0.0.1:9092", "With the files of this folder."),
                .init(
                    "\(name) --instance \(name)-1 --admin-bind 127.0.0.1:0",
                    "A second instance beside the first: a hot standby."),
            ]
        ) { invocation in try await run(invocation) }
        await Tool(command, version: DreamNetVersion.text, fallback: OptionsFile.values).main()
    }

    private func run(_ invocation: Invocation) async throws -> ExitCode {
        let name = topology.service
        let startMs = SystemClock.nowMs()
        let instance = try invocation[ServiceOptions.instance] ?? "\(name)-0"
        let kafka = try ConnectionOptions.kafkaConfiguration(
            invocation, clientID: instance, instanceID: instance)
        let home = try invocation[ConnectionOptions.home]
        let logger = Logger(
            label: name, level: try invocation[ServiceOptions.logLevel],
            format: try invocation[ServiceOptions.logFormat])
        let metrics = MetricsRegistry()
        metrics.add(ProcessMetrics.collector(startMs: startMs))
        let catalog: TopicCatalog
        do throws(TopicCatalogError) {
            catalog = try TopicCatalog.load(directory: home + "/topics")
        } catch {
            throw CommandFailure(
                "the topic files are wrong:\n\(error)",
                hint: "`dreamnet topics lint` checks them; --home names the folder above topics/.",
                exitCode: .usage)
        }
        let context = ServiceContext(
            name: name, instance: instance, home: home,
            signingKey: try invocation[ServiceOptions.key].map { try PrivateKeyFile.read($0) },
            kafka: kafka, catalog: catalog,
            logger: logger, metrics: metrics)
        let address =
            try invocation[ServiceOptions.adminBind].map(ListenAddress.init)
            ?? ListenAddress(host: "127.0.0.1", port: AdminPorts.port(of: name))
        let host = ServiceHost(
            context: context, topology: topology, plan: try prepare(context), address: address)
        return try await host.run()
    }
}
