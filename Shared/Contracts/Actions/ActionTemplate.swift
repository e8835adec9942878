internal import JSON
internal import Signing

/// A text with named places: `deployment/${deployment}`, `${secret.token|base64}`. `$$` is a `$`.
public struct ActionTemplate: Sendable, Hashable {
    /// What is done to a value before it is put in.
    public enum Filter: String, Sendable, Hashable, CaseIterable {
        /// Base64, as Kubernetes wants the data of a secret.
        case base64
        /// What stands between the quotes of a JSON text.
        case json
        /// Percent-encoded, for a part of a URL.
        case url
    }

    /// A named place.
    public struct Placeholder: Sendable, Hashable {
        /// The parameter, captured value or secret (`secret.<name>`) that goes there.
        public let name: String
        /// What is done to it.
        public let filter: Filter?
    }

    private enum Part: Sendable, Hashable {
        case text(String)
        case placeholder(Placeholder)
    }

    /// The text as it was written.
    public let source: String
    private let parts: [Part]

    /// Nothing.
    public static let empty = ActionTemplate(source: "", parts: [])

    private init(source: String, parts: [Part]) {
        self.source = source
        self.parts = parts
    }

    /// Reads a template.
    /// - Throws: `template` for a `$` that begins no place.
    public init(_ source: String) throws(ActionError) {
        self.source = source
        var parts: [Part] = []
        var text = ""
        var rest = source[...]
        while let dollar = rest.firstIndex(of: "$") {
            text += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.first == "$" {
                text += "$"
                rest = rest.dropFirst()
                continue
            }
            guard rest.first == "{", let end = rest.firstIndex(of: "}") else {
                throw ActionError(.template, "a '$' is written '$$'; a place is '${name}'")
            }
            if !text.isEmpty { parts.append(.text(text)) }
            text = ""
            parts.append(.placeholder(try Self.placeholder(rest[..<end].dropFirst())))
            rest = rest[rest.index(after: end)...]
        }
        text += rest
        if !text.isEmpty { parts.append(.text(text)) }
        self.parts = parts
    }

    /// The named places in their order.
    public var placeholders: [Placeholder] {
        parts.compactMap { if case .placeholder(let place) = $0 { place } else { nil } }
    }

    /// The text with every place filled.
    /// - Throws: `template` if `value` has nothing for a place.
    public func render(_ value: (String) -> String?) throws(ActionError) -> String {
        var result = ""
        for part in parts {
            switch part {
            case .text(let text): result += text
            case .placeholder(let place):
                guard let value = value(place.name) else {
                    throw ActionError(.template, "\(place.name): nothing is known of it")
                }
                result += Self.apply(place.filter, to: value)
            }
        }
        return result
    }

    private static func placeholder(_ text: Substring) throws(ActionError) -> Placeholder {
        let parts = text.split(separator: "|", omittingEmptySubsequences: false)
        let name = String(parts.first ?? "")
        guard parts.count <= 2, isName(name) else {
            throw ActionError(.template, "'${\(text.prefix(64))}' is no place; write '${name}'")
        }
        guard parts.count == 2 else { return Placeholder(name: name, filter: nil) }
        guard let filter = Filter(rawValue: String(parts[1])) else {
            let names = Filter.allCases.map(\.rawValue).joined(separator: ", ")
            throw ActionError(
                .template, "'\(parts[1].prefix(32))' is no filter; expected one of \(names)")
        }
        return Placeholder(name: name, filter: filter)
    }

    /// Letters, digits and dots, beginning with a letter.
    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, (1...64).contains(name.utf8.count) else { return false }
        func isLetter(_ byte: UInt8) -> Bool {
            (0x61...0x7a).contains(byte) || (0x41...0x5a).contains(byte)
        }
        return isLetter(first)
            && name.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2e }
    }

    private static func apply(_ filter: Filter?, to value: String) -> String {
        switch filter {
        case nil: return value
        case .base64: return Base64.encode(Array(value.utf8))
        case .json:
            let quoted = (try? JSONValue.string(value).serialized()) ?? []
            return String(decoding: quoted.dropFirst().dropLast(), as: UTF8.self)
        case .url: return percentEncoded(value)
        }
    }

    /// All but the unreserved characters of RFC 3986, section 2.3.
    private static func percentEncoded(_ value: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in value.utf8 {
            let isPlain =
                (0x61...0x7a).contains(byte) || (0x41...0x5a).contains(byte)
                || (0x30...0x39).contains(byte) || "-._~".utf8.contains(byte)
            bytes +=
                isPlain
                ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
