internal import CRdKafka
internal import Streams

/// The inputs of one partition number that the group has given to this member: one queue, to which
/// the partition of each input is forwarded, so that a task's records never pass the thread that
/// polls for the group.
final class PartitionFeed: Sendable {
    let partition: Int32
    let inputs: [TopicHandle]
    let queue: QueueHandle
    let client: KafkaClient
    /// How many bytes of messages fill the queue; nil if that is not known.
    let queueBytes: Int?
    private let gate: AssignmentGate

    init(_ partition: Int32, of inputs: [TopicHandle], _ client: KafkaClient, gate: AssignmentGate)
    {
        self.partition = partition
        self.inputs = inputs
        self.client = client
        self.gate = gate
        queue = QueueHandle(of: client)
        queueBytes = client.queueBytes
    }

    /// Forwards the inputs to the queue. It must come before the assignment, or the first records
    /// end up with the thread that polls for the group.
    func connect() { unsafe forward(to: queue.pointer) }

    /// Ends the forwarding.
    func disconnect() { unsafe forward(to: nil) }

    /// Begins to read, each input at its offset.
    func start(at offsets: [Int64]) throws(LogError) {
        guard gate.requestStart(partition, at: offsets) else { return }
        try seek(zip(inputs, offsets).map { ($0, $1) })
        try setPaused(false, inputs)
        // The thread that fetches sleeps for up to a second where everything was paused, and nobody
        // tells it of the end of that. A request wakes it, once the pause is really over.
        client.askOwnThread()
        wakeFetchers()
    }

    /// Wakes the threads that fetch the inputs.
    func wakeFetchers() { client.wakeFetchers(of: inputs.map { ($0.name, partition) }) }

    /// Makes the next record of each of these inputs that at its offset; what was fetched is
    /// dropped.
    func seek(_ targets: [(input: TopicHandle, offset: Int64)]) throws(LogError) {
        let list = TopicPartitionList(capacity: targets.count)
        for (input, offset) in targets { list.add(input.name, partition, offset: offset) }
        // This version takes a timeout a thousand times too short; -1 waits for the answer.
        let failure = unsafe rd_kafka_seek_partitions(client.handle, list.pointer, -1)
        if let error = unsafe TransactionError(failure) {
            throw error.logError("seek of partition \(partition)", of: client)
        }
        if let code = list.firstError { throw code.logError("seek of partition \(partition)") }
    }

    /// Holds inputs back, or lets them go on.
    func setPaused(_ paused: Bool, _ inputs: [TopicHandle]) throws(LogError) {
        let list = TopicPartitionList(capacity: inputs.count)
        for input in inputs { list.add(input.name, partition) }
        let code = unsafe ResponseCode(
            paused
                ? rd_kafka_pause_partitions(client.handle, list.pointer)
                : rd_kafka_resume_partitions(client.handle, list.pointer))
        if let failed = code.isError ? code : list.firstError {
            throw failed.logError("\(paused ? "pause" : "resume") of partition \(partition)")
        }
    }

    @unsafe private func forward(to target: OpaquePointer?) {
        for input in inputs {
            let source = unsafe rd_kafka_queue_get_partition(client.handle, input.name, partition)
            guard let source = unsafe source else { continue }
            unsafe rd_kafka_queue_forward(source, target)
            unsafe rd_kafka_queue_destroy(source)
        }
    }
}
