internal import Contracts
internal import ControlCoreDomain
internal import PolicyFiles
internal import Runtime
internal import Streams

@main
struct ControlCoreProgram {
    static func main() async {
        let topology = ControlCoreReducer(policy: ControlCorePolicy()).topology
        await ServiceProgram(
            topology: topology,
            summary: "Takes orders: flags, kill switches, settings, directives, actions.",
            prepare: prepare
        ).main()
    }

    @Sendable private static func prepare(
        _ context: ServiceContext
    ) throws -> ServicePlan<ControlCoreReducer> {
        let partitions = context.partitions(of: .setting)
        let policy = try context.load {
            try PolicyDirectory(home: $0).loadControlCore(settingPartitions: partitions)
                .unpacked
        }
        return ServicePlan(
            companions: [ActionCompanion(policy.actions, context: context)]
        ) { _ in ControlCoreReducer(policy: policy) }
    }
}
