internal import Streams

/// A key of 16 bytes, held in place: to count costs no string and no array.
struct CountKey: TableKey {
    private let high: UInt64
    private let low: UInt64

    /// Nil if it has another size.
    @unsafe init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 16 else { return nil }
        high = unsafe UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
        low = unsafe UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    init?(changelogBytes: [UInt8]) {
        guard let key = unsafe changelogBytes.withUnsafeBytes({ unsafe CountKey($0) }) else {
            return nil
        }
        self = key
    }

    var changelogBytes: [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
            for index in 0..<8 {
                unsafe buffer[index] = UInt8(truncatingIfNeeded: high >> (56 - 8 * index))
                unsafe buffer[8 + index] = UInt8(truncatingIfNeeded: low >> (56 - 8 * index))
            }
            count = 16
        }
    }

    static func < (one: CountKey, other: CountKey) -> Bool {
        (one.high, one.low) < (other.high, other.low)
    }
}
