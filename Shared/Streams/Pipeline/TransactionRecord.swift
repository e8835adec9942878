public import Contracts

/// What each transaction adds to the changelog: its time, where its inputs stand after it, and in
/// which order it took them, so that a serial replay repeats it.
///
/// It is written with the tables, so that it says where their inputs stand whatever the group says:
/// a restore goes on from there if the group's offsets are behind it, or gone.
public struct TransactionRecord: Sendable, Hashable, BinaryCodable {
    /// The changelog key, which no table's id is.
    public static let key: [UInt8] = [255]
    /// The source of a run of timers.
    public static let timerSource = 255
    /// The source of the run of a task's start.
    public static let startSource = 254

    /// The next offset of an input.
    public struct Position: Sendable, Hashable, BinaryCodable {
        /// The topic, without the deployment's prefix.
        public let topic: String
        /// The next offset to read.
        public let nextOffset: Int64
    }

    /// What a task did by itself in all its lives: no offset tells one from the other.
    public struct Turns: Sendable, Hashable, BinaryCodable {
        /// Starts that said or changed something.
        public internal(set) var starts: Int64 = 0
        /// Timers that have fired.
        public internal(set) var timers: Int64 = 0
    }

    /// Messages of one input, or timers, taken one after the other.
    public struct Run: Sendable, Hashable, BinaryCodable {
        /// The index of the input, `timerSource` or `startSource`.
        public let source: Int
        /// How many.
        public internal(set) var count: Int
    }

    /// The time of the transaction, Unix ms.
    public let nowMs: Int64
    /// Where each input stands after it.
    public let positions: [Position]
    /// The order in which messages and timers were taken.
    public let runs: [Run]
    /// What the task has come to with it.
    public let turns: Turns

    /// A record.
    public init(nowMs: Int64, positions: [Position], runs: [Run], turns: Turns) {
        self.nowMs = nowMs
        self.positions = positions
        self.runs = runs
        self.turns = turns
    }

    /// Reads a record.
    public init(from reader: inout BinaryReader) throws(BinaryError) {
        let version = try BinaryVersion.read(&reader, latest: 2)
        nowMs = try reader.readInt64()
        positions = try reader.readList()
        runs = try reader.readList()
        turns = version < 2 ? Turns() : try Turns(from: &reader)
    }

    /// Appends the record.
    public func encode(into writer: inout BinaryWriter) {
        writer.write(UInt8(2))
        writer.write(nowMs)
        writer.write(positions)
        writer.write(runs)
        writer.write(turns)
    }
}

extension TransactionRecord.Position {
    /// Reads a position.
    public init(from reader: inout BinaryReader) throws(BinaryError) {
        topic = try reader.readString()
        nextOffset = try reader.readInt64()
    }

    /// Appends the position.
    public func encode(into writer: inout BinaryWriter) {
        writer.write(topic)
        writer.write(nextOffset)
    }
}

extension TransactionRecord.Run {
    /// Reads a run.
    public init(from reader: inout BinaryReader) throws(BinaryError) {
        source = try reader.readInt()
        count = try reader.readInt()
    }

    /// Appends the run.
    public func encode(into writer: inout BinaryWriter) {
        writer.write(source)
        writer.write(count)
    }
}

extension TransactionRecord.Turns {
    /// Reads them.
    public init(from reader: inout BinaryReader) throws(BinaryError) {
        starts = try reader.readInt64()
        timers = try reader.readInt64()
    }

    /// Appends them.
    public func encode(into writer: inout BinaryWriter) {
        writer.write(starts)
        writer.write(timers)
    }
}
