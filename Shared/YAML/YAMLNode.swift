/// A scalar, sequence or mapping, and where it starts.
public struct YAMLNode: Sendable, Hashable {
    /// How a scalar is written.
    public enum ScalarStyle: Sendable, Hashable {
        /// Without quotes: it may be a number, a truth value or null.
        case plain
        /// In quotes, or as a block (`|`, `>`): it is text.
        case quoted
    }

    /// What a node is, with its content.
    public enum Kind: Sendable, Hashable {
        /// A text that stands alone.
        case scalar(String, style: ScalarStyle)
        /// An ordered list.
        case sequence([YAMLNode])
        /// Keys with their values in the order of the file; no key comes twice.
        case mapping([YAMLPair])
    }

    /// What the node is.
    public let kind: Kind
    /// Where it starts.
    public let mark: YAMLMark

    /// Makes a node.
    public init(kind: Kind, mark: YAMLMark) {
        self.kind = kind
        self.mark = mark
    }

    /// A scalar by the rules of YAML 1.2's core schema; nil for a sequence or mapping.
    public var scalar: YAMLScalar? {
        guard case .scalar(let text, let style) = kind else { return nil }
        return style == .quoted ? .string(text) : YAMLScalar(plain: text)
    }

    /// The node in words, cut short, for messages: `'abc'`, `a list`.
    var shown: String {
        switch kind {
        case .scalar(let text, .plain): scalar == .null ? "nothing" : "'\(text.prefix(60))'"
        case .scalar(let text, .quoted): "the text \"\(text.prefix(60))\""
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// A key of a mapping with its value.
public struct YAMLPair: Sendable, Hashable {
    /// The key.
    public let key: String
    /// Where the key stands.
    public let keyMark: YAMLMark
    /// The value.
    public let value: YAMLNode

    /// Makes a pair.
    public init(key: String, keyMark: YAMLMark, value: YAMLNode) {
        self.key = key
        self.keyMark = keyMark
        self.value = value
    }
}
