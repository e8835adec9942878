internal import Contracts

/// What an instance has counted since it is known, resets mended: it never falls, so a window is
/// the difference of two of these.
struct SignalTotals: BinaryCodable, Equatable, Sendable {
    /// Answered requests.
    var requests = 0.0
    /// Failed ones among them.
    var errors = 0.0
    /// Requests refused by a flag.
    var refused = 0.0
    /// Requests at or under each bound of the histogram, then all; empty without a histogram.
    var latencyCounts = BucketCounts()
    var cpu = GaugeSum()
    var memory = GaugeSum()
    var p95Ms = GaugeSum()
    var errorRatio = GaugeSum()
    var requestsPerSecond = GaugeSum()
    var deadLetters = GaugeSum()
    var deadLettersPerMinute = GaugeSum()
    var slowedTasks = GaugeSum()

    init() {}

    init(from reader: inout BinaryReader) throws(BinaryError) {
        let version = try BinaryVersion.read(&reader, latest: 3)
        requests = try reader.readCompact()
        errors = try reader.readCompact()
        refused = try reader.readCompact()
        latencyCounts = try reader.readCompactCounts(max: SignalLimits.boundsMax + 1)
        cpu = try reader.read()
        memory = try reader.read()
        p95Ms = try reader.read()
        errorRatio = try reader.read()
        requestsPerSecond = try reader.read()
        if version >= 2 {
            deadLetters = try reader.read()
            deadLettersPerMinute = try reader.read()
        }
        if version >= 3 { slowedTasks = try reader.read() }
    }

    func encode(into writer: inout BinaryWriter) {
        // Of queues alone: those of services take no byte more for it.
        let ofInput = slowedTasks.count > 0
        let ofQueue = ofInput || deadLetters.count > 0 || deadLettersPerMinute.count > 0
        writer.write(UInt8(ofInput ? 3 : ofQueue ? 2 : 1))
        writer.writeCompact(requests)
        writer.writeCompact(errors)
        writer.writeCompact(refused)
        writer.writeCompact(latencyCounts)
        writer.write(cpu)
        writer.write(memory)
        writer.write(p95Ms)
        writer.write(errorRatio)
        writer.write(requestsPerSecond)
        if ofQueue {
            writer.write(deadLetters)
            writer.write(deadLettersPerMinute)
        }
        if ofInput { writer.write(slowedTasks) }
    }
}
