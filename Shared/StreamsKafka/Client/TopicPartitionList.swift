internal import CRdKafka

/// A list of partitions with offsets. It is freed with this value: a list that leaks in a pause,
/// resume or seek makes the client's destruction hang.
@safe struct TopicPartitionList: ~Copyable {
    /// One partition of a list.
    struct Element {
        let topic: String
        let partition: Int32
        let offset: Int64
        let code: ResponseCode
    }

    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(capacity: Int) {
        unsafe pointer = dn_kafka_list_new(Int32(clamping: max(1, capacity)))
    }

    /// Takes over a list that the library has made.
    @unsafe init(owning pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) {
        unsafe self.pointer = pointer
    }

    deinit { unsafe rd_kafka_topic_partition_list_destroy(pointer) }

    /// - Parameter topic: The name in the cluster.
    borrowing func add(_ topic: String, _ partition: Int32, offset: Int64? = nil) {
        guard let element = unsafe rd_kafka_topic_partition_list_add(pointer, topic, partition)
        else { return }
        if let offset { unsafe element.pointee.offset = offset }
    }

    var elements: [Element] { unsafe Self.elements(of: pointer) }

    /// A copy of a list's elements.
    @unsafe static func elements(
        of list: UnsafePointer<rd_kafka_topic_partition_list_t>
    ) -> [Element] {
        (0..<Int(unsafe list.pointee.cnt)).map { index in
            let element = unsafe list.pointee.elems[index]
            return unsafe Element(
                topic: string(element.topic), partition: element.partition,
                offset: element.offset, code: ResponseCode(element.err))
        }
    }

    /// The first error of a partition.
    var firstError: ResponseCode? { elements.first { $0.code.isError }?.code }
}
