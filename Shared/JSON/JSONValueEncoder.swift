/// Encodes types to a value.
///
/// Containers fill a tree of boxes, which becomes a value once the type has had its say.
struct JSONValueEncoder: Encoder {
    let box: JSONBox
    let path: JSONPath

    var codingPath: [any CodingKey] { path.codingPath }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    static func encode<T: Encodable>(_ value: T, path: JSONPath) throws -> JSONValue {
        let box = JSONBox()
        try JSONValueEncoder(box: box, path: path).encode(value)
        return box.value
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        box.becomeObject()
        return KeyedEncodingContainer(JSONKeyedEncoding<Key>(box: box, path: path))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        box.becomeArray()
        return JSONUnkeyedEncoding(box: box, path: path)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    private func number(_ value: Double) throws {
        guard value.isFinite else {
            throw EncodingError.invalidValue(
                value,
                EncodingError.Context(
                    codingPath: codingPath, debugDescription: "\(value) cannot be written as JSON"))
        }
        box.become(.double(value))
    }

    private func integer(_ value: some FixedWidthInteger) throws {
        guard let whole = Int64(exactly: value) else {
            throw EncodingError.invalidValue(
                value,
                EncodingError.Context(
                    codingPath: codingPath, debugDescription: "\(value) is past \(Int64.max)"))
        }
        box.become(.int(whole))
    }
}

extension JSONValueEncoder: SingleValueEncodingContainer {
    func encodeNil() { box.become(.null) }
    func encode(_ value: Bool) { box.become(.bool(value)) }
    func encode(_ value: String) { box.become(.string(value)) }
    func encode(_ value: Double) throws { try number(value) }
    // By its own shortest text: 0.1 stays 0.1 rather than 0.10000000149011612.
    func encode(_ value: Float) throws { try number(Double("\(value)") ?? Double(value)) }
    func encode(_ value: Int) throws { try integer(value) }
    func encode(_ value: Int8) throws { try integer(value) }
    func encode(_ value: Int16) throws { try integer(value) }
    func encode(_ value: Int32) throws { try integer(value) }
    func encode(_ value: Int64) throws { try integer(value) }
    func encode(_ value: UInt) throws { try integer(value) }
    func encode(_ value: UInt8) throws { try integer(value) }
    func encode(_ value: UInt16) throws { try integer(value) }
    func encode(_ value: UInt32) throws { try integer(value) }
    func encode(_ value: UInt64) throws { try integer(value) }

    func encode<T: Encodable>(_ value: T) throws {
        if let value = value as? JSONValue {
            box.become(value)
        } else {
            try value.encode(to: self)
        }
    }
}

/// What a container has been given so far; a reference, for nested containers fill it later.
final class JSONBox {
    private enum Content {
        case value(JSONValue)
        case array([JSONBox])
        case object([String: JSONBox])
    }

    // A type that encodes nothing is an empty object, as with the usual encoders.
    private var content = Content.value(.object([:]))

    func become(_ value: JSONValue) { content = .value(value) }

    func becomeObject() {
        if case .object = content { return }
        content = .object([:])
    }

    func becomeArray() {
        if case .array = content { return }
        content = .array([])
    }

    var count: Int {
        if case .array(let boxes) = content { boxes.count } else { 0 }
    }

    func box(for key: String) -> JSONBox {
        guard case .object(var boxes) = content else { return JSONBox() }
        content = .value(.null)  // Leaves `boxes` the only owner, so that it is changed in place.
        let box = JSONBox()
        boxes[key] = box
        content = .object(boxes)
        return box
    }

    func appendBox() -> JSONBox {
        guard case .array(var boxes) = content else { return JSONBox() }
        content = .value(.null)
        let box = JSONBox()
        boxes.append(box)
        content = .array(boxes)
        return box
    }

    /// The box of a key for a further nested container, which adds to the first.
    func existingBox(for key: String) -> JSONBox {
        if case .object(let boxes) = content, let box = boxes[key] { return box }
        return box(for: key)
    }

    var value: JSONValue {
        switch content {
        case .value(let value): value
        case .array(let boxes): .array(boxes.map(\.value))
        case .object(let boxes): .object(boxes.mapValues(\.value))
        }
    }
}

struct JSONUnkeyedEncoding: UnkeyedEncodingContainer {
    let box: JSONBox
    let path: JSONPath

    var codingPath: [any CodingKey] { path.codingPath }
    var count: Int { box.count }

    private func next() -> JSONValueEncoder {
        let index = box.count
        return JSONValueEncoder(box: box.appendBox(), path: path.appending(index: index))
    }

    func encodeNil() { next().encodeNil() }
    func encode<T: Encodable>(_ value: T) throws { try next().encode(value) }

    func nestedContainer<Key: CodingKey>(
        keyedBy keyType: Key.Type
    ) -> KeyedEncodingContainer<Key> {
        next().container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { next().unkeyedContainer() }
    func superEncoder() -> any Encoder { next() }
}

struct JSONKeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let box: JSONBox
    let path: JSONPath

    var codingPath: [any CodingKey] { path.codingPath }

    private func encoder(_ key: some CodingKey) -> JSONValueEncoder {
        JSONValueEncoder(box: box.box(for: key.stringValue), path: path.appending(key))
    }

    private func nested(_ key: some CodingKey) -> JSONValueEncoder {
        JSONValueEncoder(box: box.existingBox(for: key.stringValue), path: path.appending(key))
    }

    func encodeNil(forKey key: Key) { encoder(key).encodeNil() }
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws { try encoder(key).encode(value) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy keyType: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        nested(key).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        nested(key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { nested(JSONKey("super")) }
    func superEncoder(forKey key: Key) -> any Encoder { nested(key) }
}
