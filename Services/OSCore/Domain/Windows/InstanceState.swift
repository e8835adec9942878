internal import Contracts

/// What is remembered of an instance with every signal: small, for each is a changelog record.
struct InstanceState: BinaryCodable, Equatable, Sendable {
    /// Which of the totals the instance reports at all.
    struct Reports: OptionSet, Hashable, Sendable {
        let rawValue: UInt8
        static let requests = Reports(rawValue: 1)
        static let errors = Reports(rawValue: 2)
        static let latency = Reports(rawValue: 4)
    }

    /// Event time of the last signal, ms. One (instance, ts) is taken once.
    var tsMs: Int64
    /// Wall time at which it was taken, ms.
    var seenMs: Int64
    /// Which totals it reports; the others stay 0.
    var reports: Reports
    /// Counted since the instance is known.
    var totals: SignalTotals
    /// The ring's newest mark: its event time, and its slot.
    var markMs: Int64 = 0
    var markSlot: UInt8 = 0

    init(tsMs: Int64, seenMs: Int64, reports: Reports, totals: SignalTotals) {
        self.tsMs = tsMs
        self.seenMs = seenMs
        self.reports = reports
        self.totals = totals
    }

    init(from reader: inout BinaryReader) throws(BinaryError) {
        _ = try BinaryVersion.read(&reader, latest: 1)
        tsMs = try reader.readInt64()
        seenMs = try reader.readInt64()
        reports = Reports(rawValue: try reader.readByte())
        totals = try reader.read()
        markMs = try reader.readInt64()
        markSlot = try reader.readByte()
        guard markSlot < UInt8(MarkKey.slots) else { throw BinaryError(.outOfRange, at: 0) }
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(UInt8(1))
        writer.write(tsMs)
        writer.write(seenMs)
        writer.write(reports.rawValue)
        writer.write(totals)
        writer.write(markMs)
        writer.write(markSlot)
    }
}

/// What changes only when an instance restarts or gets other buckets: kept apart, so that it is
/// not written with every signal.
struct InstanceShape: BinaryCodable, Equatable, Sendable {
    /// When the process started, Unix ms.
    var startTimeMs: Int64?
    /// Upper bounds of the histogram's buckets, ms, rising.
    var boundsMs: [Double]
    /// Totals less counters: what was counted before the last reset, less what the instance had
    /// counted before it was known.
    var requestsOffset: Double
    var errorsOffset: Double
    var refusedOffset: Double
    var latencyOffsets = BucketCounts()

    init(startTimeMs: Int64?, boundsMs: [Double]) {
        self.startTimeMs = startTimeMs
        self.boundsMs = boundsMs
        requestsOffset = 0
        errorsOffset = 0
        refusedOffset = 0
    }

    init(from reader: inout BinaryReader) throws(BinaryError) {
        _ = try BinaryVersion.read(&reader, latest: 1)
        startTimeMs = try reader.readOptional()
        boundsMs = try reader.readCompactList(max: SignalLimits.boundsMax)
        requestsOffset = try reader.readCompact()
        errorsOffset = try reader.readCompact()
        refusedOffset = try reader.readCompact()
        latencyOffsets = try reader.readCompactCounts(max: SignalLimits.boundsMax + 1)
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(UInt8(1))
        writer.write(startTimeMs)
        writer.writeCompact(boundsMs)
        writer.writeCompact(requestsOffset)
        writer.writeCompact(errorsOffset)
        writer.writeCompact(refusedOffset)
        writer.writeCompact(latencyOffsets)
    }
}
