public import CommandLineKit

/// The options and formats that the examples share.
public enum ExampleOptions {
    /// `--port`.
    public static let port = Argument<Int>.option(
        "port", .integer(in: 0...65535).shown(as: "PORT"), default: 0,
        help: "The port to listen on, on loopback; 0 takes a free one.")

    /// A word that is safe in names of topics, labels and JSON.
    public static let name = ValueFormat<String>(placeholder: "NAME") {
        (text) throws(ValueError) in
        let isName =
            !text.isEmpty && text.utf8.count <= 100
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        guard isName else { throw ValueError("is not a word of letters, digits, '-', '_' and '.'") }
        return text
    }

    /// The URL of a web service.
    public static let url = ValueFormat<String>(placeholder: "URL") {
        (text) throws(ValueError) in
        guard text.hasPrefix("http://") || text.hasPrefix("https://") else {
            throw ValueError("does not begin with http:// or https://")
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }
}
