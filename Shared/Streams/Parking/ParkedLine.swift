internal import Contracts

/// The line of one parked key. It takes the same memory however many wait in it: they lie on the
/// dead-letter topic.
struct ParkedLine: Sendable, Hashable, BinaryCodable {
    /// Numbers from `start` to before `end` that were given up.
    struct Gap: Sendable, Hashable, BinaryCodable {
        var start: Int64
        var end: Int64
    }

    /// The offset of the message that it began with: its name.
    let line: Int64
    /// When it began, Unix ms.
    let sinceMs: Int64
    /// Whose turn it is.
    private(set) var turn: Int64 = 0
    /// What the next one that comes gets.
    private(set) var next: Int64 = 0
    /// What was given up out of turn: apart from each other, in order.
    private(set) var gaps: [Gap] = []

    /// Most gaps that are remembered.
    static let gapsMax = 1_000

    init(line: Int64, sinceMs: Int64) {
        self.line = line
        self.sinceMs = sinceMs
    }

    /// Whether nobody waits any more.
    var isOver: Bool { turn >= next }

    /// Whether the number is one that still waits.
    func isWaiting(_ number: Int64) -> Bool {
        number >= turn && number < next
            && !gaps.contains { $0.start <= number && number < $0.end }
    }

    /// Lets one more join.
    mutating func join() -> Int64 {
        defer { next += 1 }
        return next
    }

    /// Whoever has this number waits no more.
    /// - Returns: false if too many were given up out of turn.
    mutating func leave(_ number: Int64) -> Bool {
        guard isWaiting(number) else { return true }
        guard number == turn else { return insert(number) }
        turn += 1
        if let first = gaps.first, first.start == turn {
            turn = first.end
            gaps.removeFirst()
        }
        return true
    }

    private mutating func insert(_ number: Int64) -> Bool {
        let after = gaps.firstIndex { $0.start > number } ?? gaps.count
        let joinsBefore = after > 0 && gaps[after - 1].end == number
        let joinsAfter = after < gaps.count && gaps[after].start == number + 1
        switch (joinsBefore, joinsAfter) {
        case (true, true):
            gaps[after - 1].end = gaps[after].end
            gaps.remove(at: after)
        case (true, false): gaps[after - 1].end = number + 1
        case (false, true): gaps[after].start = number
        case (false, false):
            guard gaps.count < Self.gapsMax else { return false }
            gaps.insert(Gap(start: number, end: number + 1), at: after)
        }
        return true
    }
}

extension ParkedLine {
    init(from reader: inout BinaryReader) throws(BinaryError) {
        _ = try BinaryVersion.read(&reader, latest: 1)
        line = try reader.readInt64()
        sinceMs = try reader.readInt64()
        turn = try reader.readInt64()
        next = try reader.readInt64()
        gaps = try reader.readList()
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(UInt8(1))
        writer.write(line)
        writer.write(sinceMs)
        writer.write(turn)
        writer.write(next)
        writer.write(gaps)
    }
}

extension ParkedLine.Gap {
    init(from reader: inout BinaryReader) throws(BinaryError) {
        start = try reader.readInt64()
        end = try reader.readInt64()
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(start)
        writer.write(end)
    }
}
