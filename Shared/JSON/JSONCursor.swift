internal import Glibc

/// Reads JSON of a plain form straight through, without a parser: no white space, no escapes,
/// ASCII, numbers of up to 15 digits without an exponent. Each step takes what it was asked for, or
/// says that the text goes on otherwise; the text is then for a ``JSONDocument``, which takes all
/// of JSON and says what is wrong.
///
/// What it takes means the same as a parsed document: strings are the same bytes, numbers the same
/// values. That no key comes twice is for the caller to see to.
@safe
public struct JSONCursor: ~Copyable {
    private var next: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>

    private init(_ start: UnsafePointer<UInt8>, count: Int) {
        unsafe next = start
        unsafe end = start + count
    }

    /// Lends a cursor at the start of `bytes` to `body`; false of no bytes.
    public static func read(_ bytes: RawSpan, _ body: (inout JSONCursor) -> Bool) -> Bool {
        unsafe bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress else { return false }
            var cursor = unsafe JSONCursor(
                start.assumingMemoryBound(to: UInt8.self), count: buffer.count)
            return body(&cursor)
        }
    }

    /// Whether nothing is left.
    public var isAtEnd: Bool { unsafe next == end }

    private var left: Int { unsafe end - next }

    /// Takes one character.
    public mutating func take(_ character: UInt8) -> Bool {
        guard unsafe next < end, unsafe next.pointee == character else { return false }
        unsafe next += 1
        return true
    }

    /// Takes a text as it stands: `"signal"` with its quotes, a key with its quotes and its colon.
    public mutating func take(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard left >= count, unsafe memcmp(next, text.utf8Start, count) == 0 else { return false }
        unsafe next += count
        return true
    }

    /// Takes bytes as they stand.
    public mutating func take(_ bytes: [UInt8]) -> Bool {
        let isSame = unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress, left >= buffer.count else { return false }
            return unsafe memcmp(next, start, buffer.count) == 0
        }
        if isSame { unsafe next += bytes.count }
        return isSame
    }

    /// Takes what `body` takes, and puts its bytes into the place of `bytes`.
    public mutating func recording(
        _ bytes: inout [UInt8], _ body: (inout JSONCursor) -> Bool
    ) -> Bool {
        let start = unsafe next
        guard body(&self) else { return false }
        bytes.removeAll(keepingCapacity: true)
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: next - start))
        return true
    }

    /// Takes a string and puts its bytes into the place of `bytes`.
    public mutating func string(_ bytes: inout [UInt8]) -> Bool {
        guard take(UInt8(ascii: "\"")) else { return false }
        let start = unsafe next
        var last = unsafe start
        while unsafe last < end, unsafe Self.isPlain(last.pointee) { unsafe last += 1 }
        unsafe next = last
        bytes.removeAll(keepingCapacity: true)
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: last - start))
        return take(UInt8(ascii: "\""))
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7f && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// Takes a whole number from 0 on.
    public mutating func integer() -> Int64? {
        guard let digits = digits() else { return nil }
        return isNumber ? nil : digits.value
    }

    /// Takes a number from 0 on.
    public mutating func number() -> Double? {
        guard let whole = digits() else { return nil }
        guard unsafe next < end, unsafe next.pointee == UInt8(ascii: ".") else {
            return isNumber ? nil : Double(whole.value)
        }
        unsafe next += 1
        guard let fraction = fraction(), whole.count + fraction.count <= Self.digitsMax else {
            return nil
        }
        // Both are exact, so that the quotient is the number nearest to the text.
        let scale = Self.powers[fraction.count]
        return isNumber ? nil : Double(whole.value * Int64(scale) + fraction.value) / scale
    }

    /// Takes an array of numbers from 0 on, at most `max`, and adds them to `numbers`.
    public mutating func numbers(_ numbers: inout [Double], max: Int) -> Bool {
        guard take(UInt8(ascii: "[")) else { return false }
        for _ in 0..<max {
            guard let number = number() else { return false }
            numbers.append(number)
            if take(UInt8(ascii: "]")) { return true }
            guard take(UInt8(ascii: ",")) else { return false }
        }
        return false
    }

    private static let digitsMax = 15
    private static let powers: InlineArray<16, Double> = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]

    /// Whether what comes next would belong to a number.
    private var isNumber: Bool {
        guard unsafe next < end else { return false }
        switch unsafe next.pointee {
        case 0x30...0x39, 0x2e, 0x45, 0x65: return true
        default: return false
        }
    }

    /// Digits of a whole number: no zero leads others.
    private mutating func digits() -> (value: Int64, count: Int)? {
        let isZero = unsafe next < end && next.pointee == UInt8(ascii: "0")
        guard let digits = fraction() else { return nil }
        return isZero && digits.count > 1 ? nil : digits
    }

    private mutating func fraction() -> (value: Int64, count: Int)? {
        let start = unsafe next
        let limit = unsafe start + min(left, Self.digitsMax)
        var last = unsafe start
        var value: Int64 = 0
        while unsafe last < limit {
            let digit = unsafe last.pointee &- 0x30
            guard digit < 10 else { break }
            value = value &* 10 &+ Int64(digit)
            unsafe last += 1
        }
        unsafe next = last
        let count = unsafe last - start
        return count > 0 ? (value, count) : nil
    }
}
