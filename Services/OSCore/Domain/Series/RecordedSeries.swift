/// A series recorded on a real service: `timestamp,value` a line, times in UTC.
public struct RecordedSeries: Sendable, Hashable {
    /// A value of a moment.
    public struct Point: Sendable, Hashable {
        /// Unix ms.
        public let tsMs: Int64
        /// In the unit of the file.
        public let value: Double

        /// A point.
        public init(tsMs: Int64, value: Double) {
            self.tsMs = tsMs
            self.value = value
        }
    }

    /// The points, in the order of time, each moment once.
    public let points: [Point]
    /// Points left out because their moment had one already (recorders write the hour that a clock
    /// skips so): the first one counts, as with signals.
    public let repeatedCount: Int

    /// The most bytes and points that are read.
    public static let bytesMax = 64 << 20
    /// The most points that are read.
    public static let pointsMax = 1_000_000

    /// A series of points.
    public init(points: [Point]) {
        self.points = points
        repeatedCount = 0
    }

    /// Reads a CSV file. A first line that names the columns is passed over, as are empty lines.
    public init(csv bytes: [UInt8]) throws(SeriesError) {
        guard bytes.count <= Self.bytesMax else {
            throw SeriesError(
                line: nil, message: "\(bytes.count) bytes; at most \(Self.bytesMax) are read")
        }
        var points: [Point] = []
        var repeatedCount = 0
        var line = 0
        var start = 0
        while start < bytes.count {
            line += 1
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let text =
                bytes[start..<end].last == UInt8(ascii: "\r")
                ? bytes[start..<end - 1] : bytes[start..<end]
            start = end + 1
            guard !text.isEmpty else { continue }
            if line == 1, text.starts(with: "timestamp".utf8) { continue }
            let point = try Self.point(text, line: line)
            if let last = points.last, point.tsMs <= last.tsMs {
                guard point.tsMs == last.tsMs else {
                    throw SeriesError(line: line, message: "earlier than the line before")
                }
                repeatedCount += 1
                continue
            }
            guard points.count < Self.pointsMax else {
                throw SeriesError(
                    line: line, message: "at most \(Self.pointsMax) points are read")
            }
            points.append(point)
        }
        guard !points.isEmpty else { throw SeriesError(line: nil, message: "no points") }
        self.points = points
        self.repeatedCount = repeatedCount
    }

    private static func point(_ text: ArraySlice<UInt8>, line: Int) throws(SeriesError) -> Point {
        guard text.count <= 200, let row = String(validating: text, as: UTF8.self) else {
            throw SeriesError(line: line, message: "expected a short line of UTF-8")
        }
        let fields = row.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 2 else {
            throw SeriesError(line: line, message: "expected timestamp,value")
        }
        guard let tsMs = CivilTime.milliseconds(fields[0]) else {
            throw SeriesError(
                line: line, message: "expected a timestamp such as 2014-03-07 03:41:00")
        }
        guard let value = Double(fields[1]), value.isFinite else {
            throw SeriesError(line: line, message: "expected a number after the comma")
        }
        return Point(tsMs: tsMs, value: value)
    }
}
