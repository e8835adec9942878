internal import Contracts
internal import IncidentCoreDomain
internal import PolicyFiles
internal import Runtime
internal import Streams

@main
struct IncidentCoreProgram {
    static func main() async {
        let topology = IncidentCoreReducer(policy: IncidentCorePolicy()).topology
        await ServiceProgram(
            topology: topology, summary: "Keeps incidents: severity, timeline, recovery.",
            prepare: prepare
        ).main()
    }

    @Sendable private static func prepare(
        _ context: ServiceContext
    ) throws -> ServicePlan<IncidentCoreReducer> {
        let policy = try context.load { try PolicyDirectory(home: $0).loadIncidentCore().unpacked }
        return ServicePlan { _ in IncidentCoreReducer(policy: policy) }
    }
}
