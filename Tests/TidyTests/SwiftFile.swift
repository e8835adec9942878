/// A Swift file: its text, and its code without comments and strings.
struct SwiftFile: Sendable {
    /// A function or initializer with a body.
    struct Function: Sendable {
        /// The line of its keyword, counted from 1.
        let line: Int
        /// From its keyword to its closing brace.
        let lineCount: Int
    }

    let path: String
    /// The lines of the file.
    let lines: [Substring]
    /// The same lines without comments, strings and names in backticks.
    let codeLines: [Substring]

    init(path: String, text: String) {
        self.path = path
        lines = Self.split(text)
        codeLines = Self.split(String(decoding: SwiftScanner.code(of: text), as: UTF8.self))
    }

    private static func split(_ text: String) -> [Substring] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    /// The modules that it imports.
    var imports: [String] {
        codeLines.compactMap { line in
            let words = line.split(separator: " ")
            guard let keyword = words.firstIndex(of: "import"), keyword + 1 < words.count,
                words[..<keyword].allSatisfy({ $0.hasPrefix("@") || Self.accessLevels.contains($0) }
                )
            else { return nil }
            return words[keyword + 1].split(separator: ".").first.map(String.init)
        }
    }

    private static let accessLevels: Set<Substring> = [
        "public", "package", "internal", "fileprivate", "private",
    ]

    /// Its functions and initializers, those within others too.
    var functions: [Function] {
        let tokens = self.tokens
        var functions: [Function] = []
        for index in tokens.indices
        where ["func", "init", "deinit"].contains(tokens[index].text)
            && (index == 0 || tokens[index - 1].text != ".")
        {
            if let last = Self.endOfBody(tokens, after: index) {
                functions.append(
                    Function(
                        line: tokens[index].line, lineCount: last - tokens[index].line + 1))
            }
        }
        return functions
    }

    private struct Token {
        let text: Substring
        let line: Int
    }

    /// Words, and every other character by itself.
    private var tokens: [Token] {
        var tokens: [Token] = []
        for (number, line) in codeLines.enumerated() {
            var rest = line
            while let first = rest.first {
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                let text = word.isEmpty ? rest.prefix(1) : word
                if first != " " { tokens.append(Token(text: text, line: number + 1)) }
                rest = rest.dropFirst(text.count)
            }
        }
        return tokens
    }

    /// What can follow a declaration that has no body, as in a protocol.
    private static let nextDeclaration: Set<Substring> = [
        "func", "var", "let", "init", "deinit", "subscript", "case", "struct", "class", "enum",
        "extension", "protocol", "actor", "typealias", "associatedtype", "static", "public",
        "private", "internal", "package", "fileprivate", "mutating", "@", "}",
    ]

    /// The last line of the body that follows a declaration; `nil` if it has none.
    private static func endOfBody(_ tokens: [Token], after keyword: Int) -> Int? {
        var brackets = 0
        var braces = 0
        for token in tokens[(keyword + 1)...] {
            switch token.text {
            case "(", "[": brackets += 1
            case ")", "]": brackets -= 1
            case "{" where brackets == 0 || braces > 0: braces += 1
            case "}" where braces > 0:
                braces -= 1
                if braces == 0 { return token.line }
            default:
                if brackets == 0 && braces == 0 && nextDeclaration.contains(token.text) {
                    return nil
                }
            }
            if brackets < 0 { return nil }
        }
        return nil
    }
}
