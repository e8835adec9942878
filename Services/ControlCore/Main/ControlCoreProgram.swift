internal import Contracts
internal import ControlCoreDomain
internal import Glibc
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
        var policy = try context.load {
            try PolicyDirectory(home: $0).loadControlCore(settingPartitions: partitions)
                .unpacked
        }
        policy.environment = try context.load { _ in
            (try EnvironmentHotkey.read(environment()), [])
        }
        policy.instance = String(context.instance.prefix(64))
        let complete = policy
        return ServicePlan(
            companions: [ActionCompanion(policy.actions, context: context)]
        ) { _ in ControlCoreReducer(policy: complete) }
    }

    private static func environment() -> [String: String] {
        var environment: [String: String] = [:]
        for name in EnvironmentHotkey.names {
            environment[name] = unsafe getenv(name).map { unsafe String(cString: $0) }
        }
        return environment
    }
}
