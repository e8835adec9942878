internal import CRdKafka

extension KafkaClient {
    /// Closes a consumer's membership; callbacks about what it gives up come inside.
    ///
    /// A static member that only closes keeps its place until its session ends, for a restart. One
    /// that unsubscribes first leaves at once, if it is polled until it has.
    func leaveGroup(forGood: Bool) {
        if forGood {
            _ = unsafe rd_kafka_unsubscribe(handle)
            let deadline = Deadline(ms: 2_000)
            // The revocation is served by a poll; the broker is told after it.
            var quietPolls = 0
            while quietPolls < 3, !deadline.hasPassed {
                let message = unsafe KafkaMessage(rd_kafka_consumer_poll(handle, 100))
                quietPolls = message == nil && !hasAssignment ? quietPolls + 1 : 0
            }
        }
        _ = unsafe rd_kafka_consumer_close(handle)
    }

    /// A question to the library's own thread of a consumer: it wakes, and what it was told before
    /// is done when the answer comes.
    func askOwnThread() {
        let name = unsafe rd_kafka_memberid(handle)
        if let name = unsafe name { unsafe rd_kafka_mem_free(handle, name) }
    }

    private var hasAssignment: Bool {
        var list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
        guard unsafe rd_kafka_assignment(handle, &list) == RD_KAFKA_RESP_ERR_NO_ERROR,
            let list = unsafe list
        else { return false }
        return unsafe !TopicPartitionList(owning: list).elements.isEmpty
    }
}
