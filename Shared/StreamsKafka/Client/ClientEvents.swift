internal import CRdKafka
internal import Contracts
internal import Synchronization

/// Who handles the assignments of a group member. Called inside a poll of its consumer.
protocol RebalanceHandling: AnyObject {
    /// `partitions` is lent for the length of the call.
    @unsafe func rebalance(
        _ code: ResponseCode, _ partitions: UnsafePointer<rd_kafka_topic_partition_list_t>)
}

/// What the library calls back about one client. Its address is the client's opaque pointer, so
/// the client keeps it alive.
final class ClientEvents: @unchecked Sendable {
    /// Set once, before the first poll, and read by the polling thread alone.
    weak var rebalancing: (any RebalanceHandling)?
    /// Records that were not delivered and that nobody waited for.
    let deliveryFailures = Atomic<Int>(0)
    private let handler: KafkaLogHandler
    private let lastTrouble = Locked<String?>(nil)

    init(_ handler: @escaping KafkaLogHandler) { self.handler = handler }

    /// The last error that was logged: it says why nothing answers.
    var trouble: String? { lastTrouble.withLock { $0 } }

    fileprivate func log(_ line: KafkaLogLine) {
        // One set of properties serves producers and consumers, so these say nothing.
        if line.facility == "CONFWARN", line.message.contains("will be ignored by this") { return }
        if line.level <= 4 { lastTrouble.withLock { $0 = line.message } }
        handler(line)
    }

    /// Makes the library call this object. Formed here, in nonisolated code: a closure formed on
    /// the main actor would trap on the library's threads.
    @unsafe nonisolated func register(with conf: OpaquePointer) {
        unsafe rd_kafka_conf_set_opaque(conf, Unmanaged.passUnretained(self).toOpaque())
        unsafe rd_kafka_conf_set_log_cb(conf) { client, level, facility, text in
            guard let client = unsafe client, let opaque = unsafe rd_kafka_opaque(client) else {
                return
            }
            let events = unsafe Unmanaged<ClientEvents>.fromOpaque(opaque).takeUnretainedValue()
            let line = unsafe KafkaLogLine(
                level: level, facility: string(facility), client: string(rd_kafka_name(client)),
                message: string(text))
            events.log(line)
        }
    }

    /// Makes the library call `rebalancing`; for group members.
    @unsafe nonisolated func registerRebalancing(with conf: OpaquePointer) {
        unsafe rd_kafka_conf_set_rebalance_cb(conf) { client, code, partitions, opaque in
            guard let client = unsafe client, let opaque = unsafe opaque,
                let partitions = unsafe partitions
            else { return }
            let events = unsafe Unmanaged<ClientEvents>.fromOpaque(opaque).takeUnretainedValue()
            guard let handling = events.rebalancing else {
                _ = unsafe rd_kafka_assign(client, nil)
                return
            }
            unsafe handling.rebalance(ResponseCode(code), partitions)
        }
    }
}

/// A copy of a C string; empty if there is none.
@unsafe func string(_ text: UnsafePointer<CChar>?) -> String {
    guard let text = unsafe text else { return "" }
    return unsafe String(cString: text)
}
