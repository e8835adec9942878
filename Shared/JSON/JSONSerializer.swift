extension JSONValue {
    /// The value as JSON in the canonical form: keys sorted by their UTF-8 bytes, no white space,
    /// whole numbers plain, other numbers as the shortest text that reads back the same, only `"`,
    /// `\` and control characters escaped. Equal values give equal bytes, fit for digests.
    ///
    /// - Parameter prettyPrinted: with two spaces of indentation a level, for people.
    /// - Throws: `invalidNumber` for NaN and infinity, `limitExceeded` past 512 levels.
    public func serialized(prettyPrinted: Bool = false) throws(JSONError) -> [UInt8] {
        var serializer = JSONSerializer(prettyPrinted: prettyPrinted)
        try serializer.write(self, depth: 0)
        return serializer.bytes
    }

    /// ``serialized(prettyPrinted:)`` as a string.
    public func serializedString(prettyPrinted: Bool = false) throws(JSONError) -> String {
        String(decoding: try serialized(prettyPrinted: prettyPrinted), as: UTF8.self)
    }
}

/// Writes values as text.
struct JSONSerializer {
    static let depthMax = 512
    private static let hexDigits = Array("0123456789abcdef".utf8)

    let prettyPrinted: Bool
    private(set) var bytes: [UInt8] = []

    init(prettyPrinted: Bool) {
        self.prettyPrinted = prettyPrinted
    }

    mutating func write(_ value: JSONValue, depth: Int) throws(JSONError) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .int(let value): bytes.append(contentsOf: value.description.utf8)
        case .double(let value):
            guard value.isFinite else {
                throw JSONError(.invalidNumber, "\(value) cannot be written as JSON")
            }
            bytes.append(contentsOf: value.description.utf8)
        case .string(let value): write(value)
        case .array(let elements): try write(elements, depth: depth)
        case .object(let fields): try write(fields, depth: depth)
        }
    }

    private mutating func write(_ elements: [JSONValue], depth: Int) throws(JSONError) {
        try check(depth)
        bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            startItem(first: index == 0, depth: depth + 1)
            try write(element, depth: depth + 1)
        }
        end(UInt8(ascii: "]"), empty: elements.isEmpty, depth: depth)
    }

    private mutating func write(_ fields: [String: JSONValue], depth: Int) throws(JSONError) {
        try check(depth)
        bytes.append(UInt8(ascii: "{"))
        let sorted = fields.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for (index, field) in sorted.enumerated() {
            startItem(first: index == 0, depth: depth + 1)
            write(field.key)
            bytes.append(UInt8(ascii: ":"))
            if prettyPrinted { bytes.append(UInt8(ascii: " ")) }
            try write(field.value, depth: depth + 1)
        }
        end(UInt8(ascii: "}"), empty: fields.isEmpty, depth: depth)
    }

    private func check(_ depth: Int) throws(JSONError) {
        guard depth < Self.depthMax else {
            throw JSONError(.limitExceeded, "nested deeper than \(Self.depthMax) levels")
        }
    }

    private mutating func startItem(first: Bool, depth: Int) {
        if !first { bytes.append(UInt8(ascii: ",")) }
        indent(depth)
    }

    private mutating func end(_ bracket: UInt8, empty: Bool, depth: Int) {
        if !empty { indent(depth) }
        bytes.append(bracket)
    }

    private mutating func indent(_ depth: Int) {
        guard prettyPrinted else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }

    private mutating func write(_ string: String) {
        bytes.append(UInt8(ascii: "\""))
        let plain = string.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }
        if plain {
            bytes.append(contentsOf: string.utf8)
        } else {
            for byte in string.utf8 { escape(byte) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x08: append("\\b")
        case 0x09: append("\\t")
        case 0x0A: append("\\n")
        case 0x0C: append("\\f")
        case 0x0D: append("\\r")
        case 0..<0x20:
            append("\\u00")
            bytes.append(Self.hexDigits[Int(byte >> 4)])
            bytes.append(Self.hexDigits[Int(byte & 15)])
        default: bytes.append(byte)
        }
    }

    private mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }
}
