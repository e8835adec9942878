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
            prepare: prepare
        ).main()
    }

    @Sendable private static func prepare(
        _ context: ServiceContext
    ) throws -> ServicePlan<OSCoreReducer> {
        let directory = PolicyDirectory(home: context.home)
        let configuration = try context.load { _ in try directory.loadOSCore().unpacked }
        let partitions = context.partitions(of: .signal)
        let scraper = Scraper(configuration.scrape, partitionCount: partitions, context: context)
        return ServicePlan(companions: [scraper]) { _ in
            OSCoreReducer(policy: configuration.policy, partitionCount: Int(partitions))
        }
    }
}
