internal import Contracts
internal import Streams

/// The minute under way of a measure that is learned.
struct MinuteSum: BinaryCodable, Hashable, Sendable {
    /// Minutes since 1970.
    var minute: Int64 = 0
    var sum = 0.0
    var count = 0.0

    init() {}

    /// Adds a value of event time `tsMs`; `isLearned` false: the value is not normal, so only the
    /// time moves.
    /// - Returns: the minute that ended by this, if anything was learned in it.
    mutating func add(
        _ value: Double, isLearned: Bool, tsMs: Int64
    ) -> (minute: Int64, mean: Double)? {
        let now = tsMs / 60_000
        var ended: (minute: Int64, mean: Double)?
        if now != minute {
            if count > 0 { ended = (minute, sum / count) }
            self = MinuteSum()
            minute = now
        }
        if isLearned {
            sum += value
            count += 1
        }
        return ended
    }

    init(from reader: inout BinaryReader) throws(BinaryError) {
        minute = try reader.readInt64()
        sum = try reader.readCompact()
        count = try reader.readCompact()
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(minute)
        writer.writeCompact(sum)
        writer.writeCompact(count)
    }
}

/// A value of a moment: a minute of the last hour, or the median of an hour of some day.
struct BaselinePoint: BinaryCodable, Hashable, Sendable {
    /// The minute or the day, counted from 1970 (UTC).
    let at: Int64
    let value: Double

    init(at: Int64, value: Double) {
        self.at = at
        self.value = value
    }

    init(from reader: inout BinaryReader) throws(BinaryError) {
        at = try reader.readInt64()
        value = try reader.readCompact()
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(at)
        writer.writeCompact(value)
    }
}

/// Values of one row of a baseline, oldest first, bounded.
struct BaselineRow: BinaryCodable, Hashable, Sendable {
    /// The most values of a row: the minutes of an hour; of an hour of the day, `daysMax` are kept.
    static let pointsMax = 60
    /// How many days an hour of the day remembers.
    static let daysMax = 7

    var points: [BaselinePoint] = []

    init() {}

    /// The median of the points that `isMeant` takes; nil if there are fewer than `countMin`.
    func median(
        countMin: Int, where isMeant: (BaselinePoint) -> Bool = { _ in true }
    ) -> Double? {
        let values = points.lazy.filter(isMeant).map(\.value).sorted()
        guard values.count >= max(1, countMin) else { return nil }
        let middle = values.count / 2
        return values.count % 2 == 1
            ? values[middle] : (values[middle - 1] + values[middle]) / 2
    }

    /// Adds the newest point; those at or before `forgetUpTo` go.
    mutating func add(_ point: BaselinePoint, forgetUpTo: Int64) {
        points.removeAll { $0.at <= forgetUpTo || $0.at >= point.at }
        points.append(point)
        if points.count > Self.pointsMax { points.removeFirst(points.count - Self.pointsMax) }
    }

    init(from reader: inout BinaryReader) throws(BinaryError) {
        _ = try BinaryVersion.read(&reader, latest: 1)
        points = try reader.readList()
        guard points.count <= Self.pointsMax else { throw BinaryError(.outOfRange, at: 0) }
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(UInt8(1))
        writer.write(points)
    }
}

/// A row of a service's baseline. In the changelog: the measure, the row, the service.
struct BaselineKey: TableKey {
    /// What is learned.
    enum Measure: UInt8, Sendable, Hashable {
        /// Requests a second.
        case traffic = 1
        /// The 95th percentile of latency, ms.
        case latency = 2
    }

    /// The row of the last hour's minutes; the others are hours of the day, 0 to 23 (UTC).
    static let minutes: UInt8 = 24

    let service: String
    let measure: Measure
    let row: UInt8

    init(_ service: String, _ measure: Measure, row: UInt8) {
        self.service = service
        self.measure = measure
        self.row = row
    }

    var changelogBytes: [UInt8] { [measure.rawValue, row] + Array(service.utf8) }

    init?(changelogBytes bytes: [UInt8]) {
        guard bytes.count > 2, let measure = Measure(rawValue: bytes[0]), bytes[1] <= Self.minutes,
            let service = String(validating: bytes[2...], as: UTF8.self)
        else { return nil }
        self.init(service, measure, row: bytes[1])
    }

    static func < (one: BaselineKey, other: BaselineKey) -> Bool {
        (one.service, one.measure.rawValue, one.row)
            < (other.service, other.measure.rawValue, other.row)
    }
}
