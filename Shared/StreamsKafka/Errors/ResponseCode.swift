internal import CRdKafka
internal import Streams

/// The library's response code, with what the rest of the module wants to know about it.
struct ResponseCode: Hashable {
    let raw: rd_kafka_resp_err_t

    init(_ raw: rd_kafka_resp_err_t) { self.raw = raw }

    /// The code of that number: the broker's are positive, the library's own negative.
    init(number: Int32) { raw = rd_kafka_resp_err_t(rawValue: number) }

    static func == (left: Self, right: Self) -> Bool { left.raw == right.raw }
    func hash(into hasher: inout Hasher) { hasher.combine(raw.rawValue) }

    var isError: Bool { raw != RD_KAFKA_RESP_ERR_NO_ERROR }

    /// The stable name, such as `_TIMED_OUT` or `UNKNOWN_TOPIC_OR_PART`.
    var name: String {
        guard let text = unsafe rd_kafka_err2name(raw) else { return "\(raw.rawValue)" }
        return unsafe String(cString: text)
    }

    /// What the library says about it.
    var text: String {
        guard let text = unsafe rd_kafka_err2str(raw) else { return name }
        return unsafe String(cString: text)
    }

    /// Whether the same call may succeed later.
    var isRetriable: Bool {
        switch raw {
        case RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__TRANSPORT,
            RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__RESOLVE,
            RD_KAFKA_RESP_ERR__WAIT_COORD, RD_KAFKA_RESP_ERR__WAIT_CACHE,
            RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, RD_KAFKA_RESP_ERR__RETRY,
            RD_KAFKA_RESP_ERR__IN_PROGRESS, RD_KAFKA_RESP_ERR__PREV_IN_PROGRESS,
            RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
            RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
            RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION,
            RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT,
            RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RD_KAFKA_RESP_ERR_NOT_CONTROLLER,
            RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
            true
        default: false
        }
    }

    /// Whether another broker leads the partition now, or none does yet.
    var isLeaderMove: Bool {
        raw == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION
            || raw == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE
    }

    /// Whether nobody answered.
    var isUnanswered: Bool {
        raw == RD_KAFKA_RESP_ERR__TIMED_OUT || raw == RD_KAFKA_RESP_ERR__TRANSPORT
    }

    /// Whether it means that another owner of the same identity has taken over.
    var isFencing: Bool {
        switch raw {
        case RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR_PRODUCER_FENCED,
            RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
            true
        default: false
        }
    }

    /// As an error of a producer, reader or administrative call.
    func kafkaError(_ what: String) -> KafkaError {
        KafkaError(code, kafkaName: name, isRetriable: isRetriable, "\(what): \(text)")
    }

    /// As an error of the log's port, for calls that are no part of a transaction.
    func logError(_ what: String) -> LogError {
        let kind: LogError.Kind = isFencing ? .fenced : isRetriable ? .retriable : .fatal
        return LogError(kind, code: name, "\(what): \(text)")
    }

    private var code: KafkaError.Code {
        switch raw {
        case RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
            RD_KAFKA_RESP_ERR__RESOLVE:
            .unreachable
        case RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
            RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
            .timedOut
        case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
            RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND:
            .notFound
        case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS: .alreadyExists
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
            RD_KAFKA_RESP_ERR__SSL:
            .unauthorized
        case RD_KAFKA_RESP_ERR_SECURITY_DISABLED: .noAuthorizer
        case RD_KAFKA_RESP_ERR__QUEUE_FULL: .queueFull
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_INVALID_MSG,
            RD_KAFKA_RESP_ERR_INVALID_RECORD, RD_KAFKA_RESP_ERR_POLICY_VIOLATION,
            RD_KAFKA_RESP_ERR_INVALID_CONFIG, RD_KAFKA_RESP_ERR_INVALID_PARTITIONS,
            RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR, RD_KAFKA_RESP_ERR_INVALID_REQUEST,
            RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, RD_KAFKA_RESP_ERR__INVALID_ARG:
            .refused
        case RD_KAFKA_RESP_ERR__FATAL: .fatal
        case _ where isFencing: .fenced
        default: .other
        }
    }
}
