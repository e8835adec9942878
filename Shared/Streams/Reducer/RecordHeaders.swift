/// Headers that are at hand as an array.
package final class RecordHeaders: HeaderSource {
    private let all: [RecordHeader]

    package init(_ all: [RecordHeader]) { self.all = all }

    package func header(_ name: String) -> [UInt8]? { all.last { $0.name == name }?.value }
    package func headers() -> [RecordHeader] { all }
}

extension InputRecord {
    /// Lends `body` a record made of arrays.
    package static func with<R>(
        input: Int, partition: Int32, offset: Int64, timestampMs: Int64, key: [UInt8]?,
        value: [UInt8]?, headers: any HeaderSource, _ body: (borrowing InputRecord) -> R
    ) -> R {
        unsafe (key ?? []).withUnsafeBytes { keyBytes in
            unsafe (value ?? []).withUnsafeBytes { valueBytes in
                let record = unsafe InputRecord(
                    input: input, partition: partition, offset: offset, timestampMs: timestampMs,
                    key: key == nil ? nil : keyBytes, value: value == nil ? nil : valueBytes,
                    headers: headers)
                return body(record)
            }
        }
    }
}
