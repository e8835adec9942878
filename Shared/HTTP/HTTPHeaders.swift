/// A name and its value: a header, or a parameter of a query.
public struct HTTPField: Hashable, Sendable {
    /// The name, spelled as it was given.
    public var name: String
    /// The value.
    public var value: String

    /// A field of this name and value.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// Headers in the order in which they came; names are looked up without regard to case.
public struct HTTPHeaders: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    /// Every header, a repeated name as often as it came.
    public private(set) var fields: [HTTPField]

    /// Headers with these fields.
    public init(_ fields: [HTTPField] = []) {
        self.fields = fields
    }

    /// Headers written down as a dictionary; a name may be repeated.
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { HTTPField(name: $0.0, value: $0.1) }
    }

    /// The first value of a name. Setting takes the place of all of that name; nil removes them.
    public subscript(name: String) -> String? {
        get {
            fields.first { Self.matches($0.name, name) }?.value
        }
        set {
            fields.removeAll { Self.matches($0.name, name) }
            if let newValue {
                fields.append(HTTPField(name: name, value: newValue))
            }
        }
    }

    /// Every value of a name.
    public func values(of name: String) -> [String] {
        fields.filter { Self.matches($0.name, name) }.map(\.value)
    }

    /// Adds a header beside those of the same name.
    public mutating func append(_ name: String, _ value: String) {
        fields.append(HTTPField(name: name, value: value))
    }

    /// Whether two names are equal in ASCII without regard to case (RFC 9110, section 5.1).
    private static func matches(_ left: String, _ right: String) -> Bool {
        left.utf8.elementsEqual(right.utf8) { lowercased($0) == lowercased($1) }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}
