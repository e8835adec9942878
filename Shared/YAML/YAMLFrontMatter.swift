/// A Markdown file split into its front matter and its text.
public struct YAMLFrontMatter: Sendable, Hashable {
    /// The front matter; its marks are the lines of the whole file.
    public let node: YAMLNode
    /// The text after the front matter, as it is.
    public let body: String
    /// The line on which the text begins, from 1.
    public let bodyFirstLine: Int

    /// Splits a file that begins with a line `---`, up to the next line `---`.
    ///
    /// - Throws: `missingKey` when there is no front matter, `syntax` when it does not end, and the
    ///   errors of ``YAML/parse(_:file:firstLine:limits:)-(String,_,_,_)``.
    public init(
        parsing text: String, file: String, limits: YAMLLimits = .standard
    ) throws(YAMLError) {
        let start = YAMLMark(file: file, line: 1, column: 1)
        let lines = Self.lines(Array(text.utf8))
        guard let first = lines.first, Self.isFence(first) else {
            throw YAMLError(.missingKey, "expected front matter after a line '---'", at: start)
        }
        guard let end = lines.dropFirst().firstIndex(where: Self.isFence) else {
            throw YAMLError(.syntax, "the front matter has no closing line '---'", at: start)
        }
        node = try YAML.parse(
            Array(lines[1..<end].joined()), file: file, firstLine: 2, limits: limits)
        body = String(decoding: Array(lines[(end + 1)...].joined()), as: UTF8.self)
        bodyFirstLine = end + 2
    }

    /// The lines with their ends.
    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var rest = bytes[...]
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(rest[...newline])
            rest = rest[(newline + 1)...]
        }
        return rest.isEmpty ? lines : lines + [rest]
    }

    private static func isFence(_ line: ArraySlice<UInt8>) -> Bool {
        line.starts(with: "---".utf8)
            && line.dropFirst(3).allSatisfy { $0 == 0x0D || $0 == 0x0A || $0 == 0x20 }
    }
}
