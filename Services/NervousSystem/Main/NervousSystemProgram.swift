internal import Contracts
internal import NervousSystemDomain
internal import PolicyFiles
internal import Runtime
internal import Streams

@main
struct NervousSystemProgram {
    static func main() async {
        let topology = NervousSystemReducer(
            policy: NervousSystemPolicy(), schemas: SchemaCatalog([:]), partition: 0
        ).topology
        await ServiceProgram(
            topology: topology,
            summary: "Routes the ingress, runs runbooks, notifies people.",
            prepare: prepare
        ).main()
    }

    @Sendable private static func prepare(
        _ context: ServiceContext
    ) throws -> ServicePlan<NervousSystemReducer> {
        let directory = PolicyDirectory(home: context.home)
        let policy = try context.load { _ in try directory.loadNervousSystem().unpacked }
        let contacts = try context.load { _ in try directory.loadContacts().unpacked }
        let schemas = SchemaCatalog(schemas: context.schemas)
        let companions: [any Companion] = [
            try Notifier(contacts, context: context),
            DeadLetterWatcher(everyMs: policy.deadLettersEveryMs, context: context),
        ]
        return ServicePlan(companions: companions) { partition in
            NervousSystemReducer(
                policy: policy, schemas: schemas, partition: partition,
                signingKey: context.signingKey)
        }
    }
}
