internal import Contracts

/// A message that is tried again later, as it came.
struct ShelvedRecord: Sendable, Hashable, BinaryCodable {
    /// The input that it came from, by name: inputs may get another order.
    let input: String
    let partition: Int32
    let offset: Int64
    let timestampMs: Int64
    let key: [UInt8]?
    let value: [UInt8]?
    let headers: [RecordHeader]
    /// When it was tried, Unix ms.
    var triedMs: [Int64]

    /// A copy of a record that was not tried yet.
    init(_ record: borrowing InputRecord, of input: String) {
        self.input = input
        partition = record.partition
        offset = record.offset
        timestampMs = record.timestampMs
        key = record.copyKey()
        value = record.copyValue()
        headers = record.headers()
        triedMs = []
    }

    /// What its key, value and headers take, bytes.
    static func size(of record: borrowing InputRecord) -> Int {
        let keyCount = unsafe record.withKey { unsafe $0?.count ?? 0 }
        return record.headers().reduce(keyCount + record.valueCount) {
            $0 + $1.name.utf8.count + ($1.value?.count ?? 0) + 8
        }
    }

    /// Lends the record as it is taken at `timestampMs`.
    func lend<R>(
        input: Int, timestampMs: Int64, _ body: (borrowing InputRecord) -> R
    ) -> R {
        InputRecord.with(
            input: input, partition: partition, offset: offset, timestampMs: timestampMs,
            key: key, value: value, headers: RecordHeaders(headers), body)
    }
}

extension ShelvedRecord {
    private static let headersMax: UInt64 = 10_000

    init(from reader: inout BinaryReader) throws(BinaryError) {
        _ = try BinaryVersion.read(&reader, latest: 1)
        input = try reader.readString()
        let number = try reader.readInt64()
        guard let partition = Int32(exactly: number) else {
            throw BinaryError(.outOfRange, at: 0)
        }
        self.partition = partition
        offset = try reader.readInt64()
        timestampMs = try reader.readInt64()
        key = try Self.readBytes(&reader)
        value = try Self.readBytes(&reader)
        let count = try reader.readUnsigned()
        guard count <= Self.headersMax else { throw BinaryError(.outOfRange, at: 0) }
        var headers: [RecordHeader] = []
        for _ in 0..<count {
            let name = try reader.readString()
            headers.append(RecordHeader(name, try Self.readBytes(&reader)))
        }
        self.headers = headers
        triedMs = try reader.readList()
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(UInt8(1))
        writer.write(input)
        writer.write(Int64(partition))
        writer.write(offset)
        writer.write(timestampMs)
        Self.write(key, into: &writer)
        Self.write(value, into: &writer)
        writer.writeUnsigned(UInt64(headers.count))
        for header in headers {
            writer.write(header.name)
            Self.write(header.value, into: &writer)
        }
        writer.write(triedMs)
    }

    private static func readBytes(
        _ reader: inout BinaryReader
    ) throws(BinaryError) -> [UInt8]? {
        try reader.readBool() ? Array(try reader.readBytes()) : nil
    }

    private static func write(_ bytes: [UInt8]?, into writer: inout BinaryWriter) {
        writer.write(bytes != nil)
        if let bytes { writer.write(bytes) }
    }
}
