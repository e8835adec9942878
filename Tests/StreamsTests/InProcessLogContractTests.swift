import LogContract
import Streams
import Testing

/// The in-process log as the contract sees it.
final class InProcessEnvironment: LogContractEnvironment {
    let broker: InProcessBroker
    private let topology: Topology

    init(topology: Topology, partitions: Int, broker: InProcessBroker = InProcessBroker()) {
        self.topology = topology
        self.broker = broker
        broker.createTopics(of: topology, partitions: partitions)
    }

    func makeMember(group: String, instance: String) -> InProcessMember {
        InProcessMember(
            broker: broker, group: group, instance: instance, inputs: topology.inputs)
    }

    func produce(topic: String, partition: Int32, key: String, value: String?) throws {
        try broker.produce(
            topic, partition: partition, key: Array(key.utf8), value: value.map { Array($0.utf8) })
    }

    func read(topic: String, partition: Int32) throws -> [ContractRecord] {
        try broker.read(topic, partition: partition).map { record in
            let headers = record.headers.map { header in
                (header.name, String(decoding: header.value ?? [], as: UTF8.self))
            }
            return ContractRecord(
                key: record.keyText, value: record.valueText,
                headers: Dictionary(headers, uniquingKeysWith: { $1 }))
        }
    }

    func compact(topic: String) { broker.compact(topic) }

    func expire(group: String, instance: String) {
        broker.expire(group: group, instance: instance, inputs: topology.inputs)
    }
}

struct InProcessLogContractTests {
    @Test(arguments: LogContractCase.allCases)
    func `the in-process log keeps the contract of logs`(contract: LogContractCase) throws {
        try contract.run { InProcessEnvironment(topology: $0, partitions: $1) }
    }
}
