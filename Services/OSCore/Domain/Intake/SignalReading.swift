/// A message of `nervous.signal`, read and checked. One a decoder, filled anew for each message, so
/// that to read a signal allocates nothing.
final class SignalReading {
    /// What a message carries.
    enum Kind {
        /// Cumulative counters of an instance.
        case counters
        /// Gauges that the sender has computed.
        case values
        /// A target that could not be read.
        case failure
    }

    var kind = Kind.counters
    /// The message's id, UTF-8.
    var id: [UInt8] = []
    /// Event time, Unix ms.
    var tsMs: Int64 = 0
    /// The service and the instance that it is about, UTF-8.
    var service: [UInt8] = []
    var instance: [UInt8] = []
    var cpu: Double?
    var memory: Double?
    var counters = Counters()
    /// Upper bounds of the histogram's buckets, ms, rising; none without a histogram.
    var boundsMs: [Double] = []
    /// Requests at or under each bound, then all.
    var latencyCounts: [Double] = []
    var values = Values()
    var failure = Failure()

    /// Counters since the instance started; nil is not reported.
    struct Counters {
        var requestsTotal: Double?
        var errorsTotal: Double?
        var refusedByFlagTotal: Double?
        var startTimeMs: Int64?
    }

    /// Gauges that the sender has computed; nil is not reported.
    struct Values {
        var latencyP95Ms: Double?
        var errorRate: Double?
        var requestsPerSecond: Double?
        var deadLetters: Double?
        var deadLettersPerMinute: Double?
        var slowedTasks: Double?
    }

    /// Why a target could not be read.
    struct Failure {
        var code = ""
        var reason = ""
    }

    /// Forgets the message before.
    func clear() {
        id.removeAll(keepingCapacity: true)
        service.removeAll(keepingCapacity: true)
        instance.removeAll(keepingCapacity: true)
        cpu = nil
        memory = nil
        counters = Counters()
        // Shared with what is known of the layout: to empty it would make new memory.
        boundsMs = []
        latencyCounts.removeAll(keepingCapacity: true)
        values = Values()
    }
}
