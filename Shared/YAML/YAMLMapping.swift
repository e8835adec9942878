/// The keys of a mapping, read one by one; it remembers which were asked for, so that what is left
/// over in the end is a mistake in the file.
///
///     let map = try node.mapping()
///     let partitions = try map.int("partitions", in: 1...1000)
///     let owner = try map.optionalString("owner")
///     try map.rejectUnknownKeys()
///
/// A key without a value is as good as missing.
public final class YAMLMapping {
    /// Where the mapping starts.
    public let mark: YAMLMark
    /// Its path in the document, empty at the root.
    public let path: String
    private let pairs: [YAMLPair]
    private let values: [String: YAMLNode]
    private var asked: Set<String> = []

    init(_ pairs: [YAMLPair], mark: YAMLMark, path: String) {
        self.pairs = pairs
        self.mark = mark
        self.path = path
        values = Dictionary(pairs.map { ($0.key, $0.value) }) { first, _ in first }
    }

    /// The keys in the order of the file.
    public var keys: [String] { pairs.map(\.key) }

    /// All keys with their values in the order of the file: for mappings whose keys are names that
    /// the author chooses. None of them is unknown afterwards.
    public func entries() -> [(key: String, keyMark: YAMLMark, field: YAMLField)] {
        asked.formUnion(keys)
        return pairs.map { ($0.key, $0.keyMark, YAMLField($0.value, path: subpath($0.key))) }
    }

    /// The value of a key, or nil if it is missing.
    public func optional(_ key: String) -> YAMLField? {
        asked.insert(key)
        guard let node = values[key], node.scalar != .null else { return nil }
        return YAMLField(node, path: subpath(key))
    }

    /// The value of a key.
    ///
    /// - Throws: `missingKey`.
    public func required(_ key: String) throws(YAMLError) -> YAMLField {
        guard let field = optional(key) else {
            let place = pairs.first { $0.key == key }?.keyMark ?? mark
            throw YAMLError(.missingKey, "\(subpath(key)): missing", at: place)
        }
        return field
    }

    /// An error about the whole mapping, for checks of one's own.
    public func error(_ message: String, code: YAMLError.Code = .invalidValue) -> YAMLError {
        YAMLError(code, path.isEmpty ? message : "\(path): \(message)", at: mark)
    }

    /// An error for each key that was not asked for, with the nearest one that was.
    public func unknownKeys() -> [YAMLError] {
        pairs.filter { !asked.contains($0.key) }.map { pair in
            var message = "\(subpath(pair.key)): unknown key"
            if let near = EditDistance.nearest(to: pair.key, among: asked) {
                message += "; did you mean '\(near)'?"
            }
            return YAMLError(.unknownKey, message, at: pair.keyMark)
        }
    }

    /// Refuses keys that were not asked for; to be called after all reads.
    ///
    /// - Throws: the first of ``unknownKeys()``.
    public func rejectUnknownKeys() throws(YAMLError) {
        if let first = unknownKeys().first { throw first }
    }

    private func subpath(_ key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }
}
