internal import CSimdjson

/// Reading and writing JSON (RFC 8259): bytes, ``JSONValue`` and `Codable` types.
///
/// Reading is strict: UTF-8 only, one value and nothing after it, no key twice in an object, every
/// number an `Int64` or a finite `Double`: a whole number past `Int64` is an error, for as a
/// `Double` it would lose digits unseen.
public enum JSON {
    /// Parses a document.
    public static func parse(
        _ bytes: [UInt8], limits: JSONLimits = .standard
    ) throws(JSONError) -> JSONValue {
        try unsafe parse(bytes.span.bytes, limits: limits)
    }

    /// Parses a document in a buffer that is read only during the call.
    public static func parse(
        _ bytes: UnsafeRawBufferPointer, limits: JSONLimits = .standard
    ) throws(JSONError) -> JSONValue {
        try unsafe JSONDocument(limits: limits).value(of: bytes)
    }

    /// Parses a document in a span.
    public static func parse(
        _ bytes: RawSpan, limits: JSONLimits = .standard
    ) throws(JSONError) -> JSONValue {
        try unsafe bytes.withUnsafeBytes { buffer throws(JSONError) in
            try unsafe parse(buffer, limits: limits)
        }
    }

    /// Parses the text of a document.
    public static func parse(
        _ text: String, limits: JSONLimits = .standard
    ) throws(JSONError) -> JSONValue {
        try parse(Array(text.utf8), limits: limits)
    }

    /// Parses a document and decodes it.
    ///
    /// - Throws: a ``JSONError`` that names the field: `payload.service: missing`.
    public static func decode<T: Decodable>(
        _ type: T.Type, from bytes: [UInt8], limits: JSONLimits = .standard
    ) throws(JSONError) -> T {
        try decode(type, from: parse(bytes, limits: limits))
    }

    /// Decodes a value; `path` is where it stands, for messages.
    public static func decode<T: Decodable>(
        _ type: T.Type, from value: JSONValue, path: String = ""
    ) throws(JSONError) -> T {
        do {
            return try JSONValueDecoder(value: value, path: JSONPath(root: path)).decode(type)
        } catch {
            throw JSONError(decoding: error, root: path)
        }
    }

    /// Encodes to the canonical form of ``JSONValue/serialized(prettyPrinted:)``.
    public static func encode(_ value: some Encodable) throws(JSONError) -> [UInt8] {
        try encodeToValue(value).serialized()
    }

    /// Encodes to a ``JSONValue``.
    public static func encodeToValue(_ value: some Encodable) throws(JSONError) -> JSONValue {
        do {
            return try JSONValueEncoder.encode(value, path: JSONPath(root: ""))
        } catch {
            throw JSONError(encoding: error)
        }
    }
}
