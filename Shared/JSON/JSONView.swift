internal import CSimdjson

/// A value inside a parsed document, read in place. It cannot outlive the document.
///
/// Looking up what is not there gives a view of kind `missing`, so that look-ups chain:
/// `root["payload"]["service"].string`.
@safe
public struct JSONView: ~Escapable {
    let tape: UnsafePointer<UInt64>
    let strings: UnsafePointer<UInt8>
    /// Where on the tape; 0 for a missing value.
    let index: Int

    @_lifetime(borrow tape)
    init(tape: UnsafePointer<UInt64>, strings: UnsafePointer<UInt8>, index: Int) {
        unsafe self.tape = tape
        unsafe self.strings = strings
        self.index = index
    }

    @_lifetime(copy other)
    init(_ other: borrowing JSONView, index: Int) {
        unsafe self.tape = other.tape
        unsafe self.strings = other.strings
        self.index = index
    }

    private var tag: UInt8 {
        index == 0 ? 0 : unsafe csimdjson_kind(tape, index)
    }

    /// What the view shows.
    public var kind: JSONKind {
        switch tag {
        case UInt8(ascii: "n"): .null
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        case UInt8(ascii: "l"): .int
        case UInt8(ascii: "u"), UInt8(ascii: "d"): .double
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "{"): .object
        default: .missing
        }
    }

    /// Whether there is no such value, or it is `null`.
    public var isMissingOrNull: Bool {
        index == 0 || tag == UInt8(ascii: "n")
    }

    /// The truth value, if it is one.
    public var bool: Bool? {
        switch tag {
        case UInt8(ascii: "t"): true
        case UInt8(ascii: "f"): false
        default: nil
        }
    }

    /// The whole number: also one written as `3.0`.
    public var int: Int64? {
        switch tag {
        case UInt8(ascii: "l"): unsafe csimdjson_int64(tape, index)
        case UInt8(ascii: "d"): Int64(exactly: unsafe csimdjson_double(tape, index))
        default: nil
        }
    }

    /// The number.
    public var double: Double? {
        switch tag {
        case UInt8(ascii: "l"): Double(unsafe csimdjson_int64(tape, index))
        case UInt8(ascii: "u"): Double(UInt64(bitPattern: unsafe csimdjson_int64(tape, index)))
        case UInt8(ascii: "d"): unsafe csimdjson_double(tape, index)
        default: nil
        }
    }

    /// The string, if it is one.
    public var string: String? {
        unsafe withUTF8 { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// Whether it is this very string; makes no `String`.
    public func equals(_ text: StaticString) -> Bool {
        unsafe withUTF8 { bytes in
            text.withUTF8Buffer { unsafe $0.elementsEqual(bytes) }
        } ?? false
    }

    /// Lends the string's UTF-8 to the closure; nil if it is no string.
    public func withUTF8Span<Result>(_ body: (Span<UInt8>) throws -> Result) rethrows -> Result? {
        try unsafe withUTF8 { bytes in try body(unsafe bytes.span) }
    }

    /// Appends the string's UTF-8; false, with the bytes as they were, if it is no string.
    public func appendUTF8(to bytes: inout [UInt8]) -> Bool {
        unsafe withUTF8 { unsafe bytes.append(contentsOf: $0) } != nil
    }

    private func withUTF8<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result? {
        guard tag == UInt8(ascii: "\"") else { return nil }
        var length = 0
        let start = unsafe csimdjson_string(tape, strings, index, &length)
        return try unsafe body(UnsafeBufferPointer(start: start, count: length))
    }

    /// How many elements or fields an array or object has; 0 of anything else.
    public var count: Int {
        var total = 0
        forEachIndex { _ in total += 1 }
        return total
    }

    /// A field of an object, found by looking from its first field on.
    public subscript(key: StaticString) -> JSONView {
        @_lifetime(copy self)
        get {
            let found = key.withUTF8Buffer { unsafe find($0, from: index + 1) }
            return JSONView(self, index: found)
        }
    }

    /// A field of an object whose key is known only at run time.
    @_lifetime(copy self)
    public func field(_ key: String) -> JSONView {
        var key = key
        let found = key.withUTF8 { unsafe find($0, from: index + 1) }
        return JSONView(self, index: found)
    }

    /// The fields of an object for look-ups in the order of the text, which is the fastest.
    public var fields: JSONFields {
        @_lifetime(copy self)
        get { JSONFields(self) }
    }

    var isObject: Bool { tag == UInt8(ascii: "{") }
    private var isContainer: Bool { isObject || tag == UInt8(ascii: "[") }

    /// The index of the end of a container.
    var end: Int { unsafe csimdjson_next(tape, index) - 1 }

    /// The index after this value.
    var following: Int { unsafe csimdjson_next(tape, index) }

    func find(_ key: UnsafeBufferPointer<UInt8>, from: Int, to: Int? = nil) -> Int {
        guard isObject, let start = key.baseAddress else { return 0 }
        return unsafe csimdjson_find(tape, strings, from, to ?? end, start, key.count)
    }

    /// The indices of the elements of an array, of the keys of an object.
    private func forEachIndex(_ body: (Int) throws -> Void) rethrows {
        guard isContainer else { return }
        var position = index + 1
        let end = end
        while position < end {
            try body(position)
            position = unsafe csimdjson_next(tape, isObject ? position + 1 : position)
        }
    }

    /// Calls the closure with each element of an array, in order; not at all of anything else.
    public func forEachElement(_ body: (JSONView) throws -> Void) rethrows {
        guard !isObject else { return }
        try forEachIndex { try body(JSONView(self, index: $0)) }
    }

    /// Calls the closure with each key and value of an object, in order; not at all of anything else.
    public func forEachField(_ body: (_ key: String, _ value: JSONView) throws -> Void) rethrows {
        guard isObject else { return }
        try forEachIndex { position in
            let key = JSONView(self, index: position).string ?? ""
            try body(key, JSONView(self, index: position + 1))
        }
    }

    /// Appends an array of numbers; false, with the array as it was, if it is anything else.
    public func appendDoubles(to numbers: inout [Double]) -> Bool {
        guard tag == UInt8(ascii: "[") else { return false }
        let before = numbers.count
        var position = index + 1
        let end = end
        while position < end {
            guard let number = JSONView(self, index: position).double else {
                numbers.removeSubrange(before...)
                return false
            }
            numbers.append(number)
            position += 2
        }
        return true
    }

    /// A value of its own, apart from the document.
    ///
    /// - Throws: `duplicateKey` for keys that differ in bytes and are equal as Unicode;
    ///   `invalidNumber` for whole numbers past `Int64`.
    public func value() throws(JSONError) -> JSONValue {
        switch kind {
        case .missing, .null: return .null
        case .bool: return .bool(bool ?? false)
        case .int: return .int(int ?? 0)
        case .double:
            if tag == UInt8(ascii: "u") {
                throw JSONError(
                    .invalidNumber, "a whole number larger than \(Int64.max)")
            }
            return .double(double ?? 0)
        case .string: return .string(string ?? "")
        case .array: return .array(try elements())
        case .object: return .object(try members())
        }
    }

    private func elements() throws(JSONError) -> [JSONValue] {
        var values: [JSONValue] = []
        values.reserveCapacity(unsafe csimdjson_count(tape, index))
        var position = index + 1
        let end = end
        while position < end {
            values.append(try JSONView(self, index: position).value())
            position = unsafe csimdjson_next(tape, position)
        }
        return values
    }

    private func members() throws(JSONError) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        values.reserveCapacity(unsafe csimdjson_count(tape, index))
        var position = index + 1
        let end = end
        while position < end {
            let key = JSONView(self, index: position).string ?? ""
            let value = try JSONView(self, index: position + 1).value()
            guard values.updateValue(value, forKey: key) == nil else {
                throw JSONError(.duplicateKey, "the key \"\(key)\" comes twice")
            }
            position = unsafe csimdjson_next(tape, position + 1)
        }
        return values
    }
}
