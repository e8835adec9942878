/// Bytes that grow in memory of their own, which is used again: to add to them asks nobody whether
/// that memory is shared, as an array has to for each byte.
@safe
public struct ByteBuffer: ~Copyable, @unchecked Sendable {
    @usableFromInline var start: UnsafeMutablePointer<UInt8>
    @usableFromInline var capacity: Int
    /// How many bytes there are.
    @usableFromInline var used = 0

    /// No bytes yet.
    public init() {
        capacity = 64
        unsafe start = .allocate(capacity: 64)
    }

    deinit { unsafe start.deallocate() }

    /// How many bytes there are.
    @inlinable public var count: Int { used }

    /// A copy.
    public var bytes: [UInt8] { unsafe Array(UnsafeBufferPointer(start: start, count: used)) }

    /// Drops what comes after the first `count` bytes, and keeps the memory.
    public mutating func cut(to count: Int) {
        if count >= 0, count < used { used = count }
    }

    /// Makes room for so many more.
    @inlinable mutating func reserve(_ more: Int) {
        if capacity - used < more { grow(more) }
    }

    @usableFromInline mutating func grow(_ more: Int) {
        let wanted = max(2 * capacity, used + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
        unsafe larger.update(from: start, count: used)
        unsafe start.deallocate()
        unsafe start = larger
        capacity = wanted
    }

    /// Adds a byte.
    @inlinable public mutating func append(_ byte: UInt8) {
        reserve(1)
        unsafe start[used] = byte
        used += 1
    }

    /// Adds bytes.
    @unsafe public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        reserve(bytes.count)
        unsafe UnsafeMutableRawPointer(start + used)
            .copyMemory(from: source, byteCount: bytes.count)
        used += bytes.count
    }

    /// Adds bytes.
    public mutating func append(contentsOf bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { unsafe append($0) }
    }

    /// Adds bytes of any collection.
    public mutating func append(contentsOf bytes: some Collection<UInt8>) {
        let isDone: Void? = bytes.withContiguousStorageIfAvailable {
            unsafe append(UnsafeRawBufferPointer($0))
        }
        if isDone == nil { for byte in bytes { append(byte) } }
    }

    /// Adds an unsigned number as LEB128, 1 to 10 bytes.
    @inlinable mutating func appendUnsigned(_ value: UInt64) {
        reserve(10)
        var rest = value
        var end = unsafe start + used
        while rest >= 0x80 {
            unsafe end.pointee = UInt8(truncatingIfNeeded: rest) | 0x80
            unsafe end += 1
            rest >>= 7
        }
        unsafe end.pointee = UInt8(truncatingIfNeeded: rest)
        used = unsafe end + 1 - start
    }

    /// Lends the bytes.
    public func withSpan(_ body: (RawSpan) -> Void) {
        body(unsafe UnsafeRawBufferPointer(start: start, count: used).bytes)
    }

    /// Lends the bytes.
    @unsafe public func withUnsafeBytes<R, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try unsafe body(UnsafeRawBufferPointer(start: start, count: used))
    }
}
