internal import Contracts

/// The sums of gauges that senders have computed. An object, because few send them: totals without
/// any are copied with every signal.
final class ComputedSums: Equatable, Sendable {
    /// Of nothing.
    static let none = ComputedSums()

    let p95Ms: GaugeSum
    let errorRatio: GaugeSum
    let requestsPerSecond: GaugeSum
    let deadLetters: GaugeSum
    let deadLettersPerMinute: GaugeSum
    let slowedTasks: GaugeSum

    init(
        p95Ms: GaugeSum = GaugeSum(), errorRatio: GaugeSum = GaugeSum(),
        requestsPerSecond: GaugeSum = GaugeSum(), deadLetters: GaugeSum = GaugeSum(),
        deadLettersPerMinute: GaugeSum = GaugeSum(), slowedTasks: GaugeSum = GaugeSum()
    ) {
        self.p95Ms = p95Ms
        self.errorRatio = errorRatio
        self.requestsPerSecond = requestsPerSecond
        self.deadLetters = deadLetters
        self.deadLettersPerMinute = deadLettersPerMinute
        self.slowedTasks = slowedTasks
    }

    /// The version of the encoding that has all of them. Queues and inputs send some of their own:
    /// totals of services take no byte more for these.
    var version: UInt8 {
        if slowedTasks.count > 0 { return 3 }
        return deadLetters.count > 0 || deadLettersPerMinute.count > 0 ? 2 : 1
    }

    /// With the gauges of one more signal.
    func adding(_ values: SignalReading.Values) -> ComputedSums {
        ComputedSums(
            p95Ms: p95Ms.adding(values.latencyP95Ms),
            errorRatio: errorRatio.adding(values.errorRate),
            requestsPerSecond: requestsPerSecond.adding(values.requestsPerSecond),
            deadLetters: deadLetters.adding(values.deadLetters),
            deadLettersPerMinute: deadLettersPerMinute.adding(values.deadLettersPerMinute),
            slowedTasks: slowedTasks.adding(values.slowedTasks))
    }

    /// Reads what `encode` wrote.
    convenience init(from reader: inout BinaryReader, version: UInt8) throws(BinaryError) {
        let p95Ms: GaugeSum = try reader.read()
        let errorRatio: GaugeSum = try reader.read()
        let requestsPerSecond: GaugeSum = try reader.read()
        self.init(
            p95Ms: p95Ms, errorRatio: errorRatio, requestsPerSecond: requestsPerSecond,
            deadLetters: version >= 2 ? try reader.read() : GaugeSum(),
            deadLettersPerMinute: version >= 2 ? try reader.read() : GaugeSum(),
            slowedTasks: version >= 3 ? try reader.read() : GaugeSum())
    }

    /// Appends the sums that are in their version.
    func encode(into writer: inout BinaryWriter) {
        writer.write(p95Ms)
        writer.write(errorRatio)
        writer.write(requestsPerSecond)
        let version = version
        if version >= 2 {
            writer.write(deadLetters)
            writer.write(deadLettersPerMinute)
        }
        if version >= 3 { writer.write(slowedTasks) }
    }

    static func == (one: ComputedSums, other: ComputedSums) -> Bool {
        one === other
            || one.p95Ms == other.p95Ms && one.errorRatio == other.errorRatio
                && one.requestsPerSecond == other.requestsPerSecond
                && one.deadLetters == other.deadLetters
                && one.deadLettersPerMinute == other.deadLettersPerMinute
                && one.slowedTasks == other.slowedTasks
    }
}
