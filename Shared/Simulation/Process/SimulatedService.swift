internal import Streams

/// A service, whatever its reducer.
protocol AnyService: AnyObject {
    var name: String { get }
    var partitions: Int { get }
    var topology: Topology { get }
    /// Makes a process that has not joined yet.
    func makeProcess(_ instance: String, skewMs: Int64) -> any AnyProcess
    /// The latest time of its transactions, Unix ms.
    var latestMs: Int64 { get }
    /// How many transactions it has committed.
    var transactions: Int { get }
}

/// A service: its reducer, and what its tasks must come to.
final class SimulatedService<R: Reducer>: AnyService {
    let name: String
    let partitions: Int
    let topology: Topology
    let identity: TaskIdentity
    let settings = ServiceSettings()
    let world: World
    let orderedInputs: Set<String>
    let makeReducer: (Int32) -> R
    let replays: [SerialReplay<R>]

    init(
        _ world: World, partitions: Int, orderedInputs: Set<String> = [],
        makeReducer: @escaping (Int32) -> R
    ) {
        self.world = world
        self.orderedInputs = orderedInputs
        self.partitions = partitions
        self.makeReducer = makeReducer
        topology = makeReducer(0).topology
        name = topology.service
        let identity = TaskIdentity(service: name, group: name, version: "simulated")
        self.identity = identity
        var settings = PipelineSettings()
        settings.orderedInputs = orderedInputs
        replays = (0..<Int32(partitions)).map { [settings] in
            SerialReplay(
                makeReducer($0), partition: $0, identity: identity, settings: settings,
                world: world)
        }
    }

    var latestMs: Int64 { replays.reduce(0) { max($0, $1.latestMs) } }
    var transactions: Int { replays.reduce(0) { $0 + $1.transactions } }

    func makeProcess(_ instance: String, skewMs: Int64) -> any AnyProcess {
        SimulatedProcess(self, instance: instance, skewMs: skewMs)
    }

    /// Settings of one life of a task.
    func pipelineSettings() -> PipelineSettings {
        var settings = PipelineSettings()
        settings.batchMessagesMax = world.plan.batchMessagesMax
        settings.orderedInputs = orderedInputs
        settings.plantedBug = world.plantedBug
        if world.plantedBug == .randomIDs { settings.idSalt = String(world.random.next()) }
        return settings
    }
}
