internal import CSimdjson

/// A parser whose buffers are used again, for hot paths: one a thread (it is not `Sendable`).
///
///     let document = try JSONDocument()
///     try document.withParsed(bytes) { root in
///         let service = root["payload"]["service"].string
///     }
///
/// Nothing of a document outlives the closure: a ``JSONView`` cannot leave it.
@safe
public final class JSONDocument {
    /// What a document may cost at most.
    public let limits: JSONLimits
    private let parser: OpaquePointer
    private var isInUse = false

    /// Makes a parser. It takes no buffers before the first document.
    ///
    /// - Throws: `outOfMemory`.
    public init(limits: JSONLimits = .standard) throws(JSONError) {
        self.limits = limits
        guard let parser = unsafe csimdjson_create(limits.depthMax) else {
            throw JSONError(.outOfMemory, "no memory for a JSON parser")
        }
        unsafe self.parser = parser
    }

    deinit {
        unsafe csimdjson_destroy(parser)
    }

    /// Parses a document and lends its root to the closure.
    ///
    /// Calls within a call of the same document are refused (`invalidValue`): its buffers are taken.
    ///
    /// - Throws: a ``JSONError`` of the parser as such; whatever the closure throws as it is.
    public func withParsed<Result>(
        _ bytes: [UInt8], _ body: (JSONView) throws -> Result
    ) throws -> Result {
        try unsafe withParsed(bytes.span.bytes, body)
    }

    /// ``withParsed(_:_:)-([UInt8],_)`` of a span.
    public func withParsed<Result>(
        _ bytes: RawSpan, _ body: (JSONView) throws -> Result
    ) throws -> Result {
        try unsafe bytes.withUnsafeBytes { buffer in
            try unsafe withParsed(buffer, body)
        }
    }

    /// ``withParsed(_:_:)-([UInt8],_)`` of a buffer, which is read only during the call.
    public func withParsed<Result>(
        _ bytes: UnsafeRawBufferPointer, _ body: (JSONView) throws -> Result
    ) throws -> Result {
        let document = try unsafe parse(bytes)
        isInUse = true
        defer { isInUse = false }
        let root = unsafe JSONView(tape: document.tape, strings: document.strings, index: 1)
        return try body(root)
    }

    /// Parses into a value of its own.
    func value(of bytes: UnsafeRawBufferPointer) throws(JSONError) -> JSONValue {
        let document = try unsafe parse(bytes)
        return try unsafe JSONView(tape: document.tape, strings: document.strings, index: 1).value()
    }

    private func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> csimdjson_document {
        guard !isInUse else {
            throw JSONError(.invalidValue, "the parser is in use by an enclosing call")
        }
        guard bytes.count <= limits.bytesMax else {
            throw JSONError(
                .limitExceeded, "\(bytes.count) bytes; at most \(limits.bytesMax) are taken")
        }
        var document = unsafe csimdjson_document()
        let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let code = unsafe csimdjson_parse(parser, start, bytes.count, &document)
        guard code == Int32(CSIMDJSON_OK) else {
            throw unsafe failure(code, document, bytes)
        }
        return unsafe document
    }

    private func failure(
        _ code: Int32, _ document: csimdjson_document, _ bytes: UnsafeRawBufferPointer
    ) -> JSONError {
        switch Int(code) {
        case Int(CSIMDJSON_EMPTY): return JSONError(.syntax, "there is no JSON value")
        case Int(CSIMDJSON_MEMORY): return JSONError(.outOfMemory, "no memory for the document")
        case Int(CSIMDJSON_DUPLICATE_KEY):
            let key = unsafe UnsafeBufferPointer(
                start: document.duplicate_key, count: min(document.duplicate_key_length, 64))
            let name = unsafe String(decoding: key, as: UTF8.self)
            return JSONError(.duplicateKey, "the key \"\(name)\" comes twice")
        case Int(CSIMDJSON_DEPTH):
            return JSONError(.limitExceeded, "nested deeper than \(limits.depthMax) levels")
        default:
            // simdjson does not say where: a slow second look, of bad documents only, does.
            let place = unsafe JSONErrorLocator.locate(bytes)
            return JSONError(
                place?.code ?? Self.kind(code), place?.message ?? Self.message(code),
                byteOffset: place?.offset)
        }
    }

    private static func kind(_ code: Int32) -> JSONError.Code {
        switch Int(code) {
        case Int(CSIMDJSON_UTF8): .invalidUTF8
        case Int(CSIMDJSON_NUMBER): .invalidNumber
        default: .syntax
        }
    }

    private static func message(_ code: Int32) -> String {
        switch Int(code) {
        case Int(CSIMDJSON_UTF8): "not UTF-8"
        case Int(CSIMDJSON_NUMBER): "a number is malformed or out of range"
        case Int(CSIMDJSON_STRING): "a string is malformed or not closed"
        default: "not JSON"
        }
    }
}
