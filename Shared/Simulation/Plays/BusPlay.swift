internal import Contracts
internal import ControlCoreDomain
internal import IncidentCoreDomain
internal import NervousSystemDomain
internal import OSCoreDomain
internal import Streams

/// The four services with their real reducers, and people, apps and producers of any kind.
final class BusPlay: Play {
    let services: [any AnyService]
    let compacted = [BusTopic.flags.rawValue, BusTopic.view.rawValue]
    private let world: World
    private let load: SimulatedLoad
    private let notifier: SimulatedNotifier
    private let foreign: ForeignProducer

    init(_ world: World, _ policies: SimulationPolicies) throws(LogError) {
        self.world = world
        services = Self.makeServices(world, policies)
        Self.createTopics(world, services)
        load = SimulatedLoad(world)
        notifier = SimulatedNotifier(world)
        foreign = try ForeignProducer(world, load, services)
    }

    private static func makeServices(
        _ world: World, _ policies: SimulationPolicies
    ) -> [any AnyService] {
        let partitions = world.plan.partitions
        var control = policies.controlCore
        control.settingPartitions = Int32(partitions)
        return [
            SimulatedService(world, partitions: 1) { [control] _ in
                ControlCoreReducer(policy: control)
            },
            SimulatedService(world, partitions: partitions) { _ in
                IncidentCoreReducer(policy: policies.incidentCore)
            },
            SimulatedService(world, partitions: partitions) { _ in
                OSCoreReducer(policy: policies.osCore, partitionCount: partitions)
            },
            SimulatedService(world, partitions: partitions) { partition in
                NervousSystemReducer(
                    policy: policies.nervousSystem, schemas: policies.schemas,
                    partition: partition)
            },
        ]
    }

    /// Topics as topics/ declares them: what control-core reads has one partition.
    private static func createTopics(_ world: World, _ services: [any AnyService]) {
        for service in services where service.partitions == 1 && service.name == "control-core" {
            for name in service.topology.inputs { world.broker.createTopic(name, partitions: 1) }
        }
        world.broker.createTopic(BusTopic.flags.rawValue, partitions: 1)
        for service in services { world.createTopics(of: service) }
    }

    var count: Int { load.count }

    func send() { load.next() }

    func step() { notifier.step() }

    func stepForeign() { foreign.step() }

    func finish() {
        load.flush()
        foreign.finish()
    }

    func unrest() -> String? { notifier.isAtRest ? nil : "notifications wait" }

    func check(topics: [String]) {
        var account = BusAccount(hasWrongClocks: !world.plan.keepsClocksRight)
        for topic in topics where !topic.hasSuffix(".state") && topic != "nervous.view" {
            for partition in 0..<world.plan.partitions {
                for record in (try? world.broker.read(topic, partition: Int32(partition))) ?? [] {
                    account.take(topic, Int32(partition), record)
                }
            }
        }
        let controlMs = services.first?.latestMs ?? 0
        for (rule, message) in account.breaches(load.fates, controlMs: controlMs) {
            world.report(rule, message)
        }
    }
}
