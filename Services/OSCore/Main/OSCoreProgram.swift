internal import Contracts
internal import OSCoreDomain
internal import PolicyFiles
internal import Runtime
internal import Streams

@main
struct OSCoreProgram {
    static func main() async {
        let topology = OSCoreReducer(policy: .seedDefaults).topology
        await ServiceProgram(
            topology: topology,
            summary: "Watches golden signals: scrapes, judges, raises and clears alerts.",
            adminPort: 7103, prepare: prepare
        ).main()
    }

    @Sendable private static func prepare(
        _ context: ServiceContext
    ) throws -> ServicePlan<OSCoreReducer> {
        let directory = PolicyDirectory(home: context.home)
        let services = try context.load { _ in try directory.loadServices().unpacked }
        var policy = OSCorePolicy.seedDefaults
        policy.profileOfService = services.services.compactMapValues(\.severityProfile)
        policy.expectedServices = services.expectedSignals
        let partitions = context.partitions(of: .signal)
        let scraper = Scraper(services.scrape, partitionCount: partitions, context: context)
        return ServicePlan(companions: [scraper]) { _ in
            OSCoreReducer(policy: policy, partitionCount: Int(partitions))
        }
    }
}
