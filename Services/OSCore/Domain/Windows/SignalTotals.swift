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
    /// Gauges that the sender computed; nil if there were none.
    private(set) var computed: ComputedSums?

    init() {}

    /// Adds gauges that the sender has computed.
    mutating func add(_ values: SignalReading.Values) {
        computed = (computed ?? ComputedSums()).adding(values)
    }

    init(from reader: inout BinaryReader) throws(BinaryError) {
        let version = try BinaryVersion.read(&reader, latest: 3)
        requests = try reader.readCompact()
        errors = try reader.readCompact()
        refused = try reader.readCompact()
        latencyCounts = try reader.readCompactCounts(max: SignalLimits.boundsMax + 1)
        cpu = try reader.read()
        memory = try reader.read()
        let sums = try ComputedSums(from: &reader, version: version)
        if sums != .none { computed = sums }
    }

    func encode(into writer: inout BinaryWriter) {
        let sums = computed ?? .none
        writer.write(sums.version)
        writer.writeCompact(requests)
        writer.writeCompact(errors)
        writer.writeCompact(refused)
        writer.writeCompact(latencyCounts)
        writer.write(cpu)
        writer.write(memory)
        sums.encode(into: &writer)
    }
}
