/// Reading YAML: configuration, topics, the front matter of Markdown.
///
/// One document a file, in UTF-8. Anchors, aliases and tags are refused, so that a short text
/// cannot stand for a huge one; so are keys that come twice.
public enum YAML {
    /// Parses a document; one with nothing in it is a null scalar.
    ///
    /// - Parameters:
    ///   - bytes: the document in UTF-8.
    ///   - file: the name that errors show.
    ///   - firstLine: the line of the file on which the bytes begin, from 1.
    public static func parse(
        _ bytes: [UInt8], file: String, firstLine: Int = 1, limits: YAMLLimits = .standard
    ) throws(YAMLError) -> YAMLNode {
        guard bytes.count <= limits.bytesMax else {
            throw YAMLError(
                .limitExceeded, "\(bytes.count) bytes; at most \(limits.bytesMax) are taken",
                at: YAMLMark(file: file, line: firstLine, column: 1))
        }
        var composer = YAMLComposer(
            events: try YAMLEventReader(bytes, file: file, firstLine: firstLine), limits: limits)
        return try composer.document()
    }

    /// Parses the text of a document.
    public static func parse(
        _ text: String, file: String, firstLine: Int = 1, limits: YAMLLimits = .standard
    ) throws(YAMLError) -> YAMLNode {
        try parse(Array(text.utf8), file: file, firstLine: firstLine, limits: limits)
    }
}
