/// Blanks what is not code in Swift text: comments, the contents of strings and of regular
/// expressions, and names in backticks. Line ends stay, so that line numbers hold; the code inside
/// an interpolation stays too.
struct SwiftScanner {
    private let source: [UInt8]
    private var result: [UInt8]
    private var position = 0

    static func code(of text: String) -> [UInt8] {
        var scanner = SwiftScanner(source: Array(text.utf8))
        scanner.scanCode(untilParenthesis: false)
        return scanner.result
    }

    private init(source: [UInt8]) {
        self.source = source
        result = source
    }

    private func starts(_ text: StaticString, at offset: Int = 0) -> Bool {
        let wanted = Array(text.description.utf8)
        let from = position + offset
        return from + wanted.count <= source.count
            && source[from..<(from + wanted.count)].elementsEqual(wanted)
    }

    private mutating func blank(_ count: Int = 1) {
        for _ in 0..<count where position < source.count {
            if source[position] != UInt8(ascii: "\n") { result[position] = UInt8(ascii: " ") }
            position += 1
        }
    }

    private mutating func scanCode(untilParenthesis: Bool) {
        var depth = 0
        while position < source.count {
            if starts("//") {
                while position < source.count, source[position] != UInt8(ascii: "\n") { blank() }
            } else if starts("/*") {
                blankBlockComment()
            } else if starts("`") {
                blankName()
            } else if starts("\"") || starts("#") {
                scanLiteral()
            } else if untilParenthesis && starts("(") {
                depth += 1
                position += 1
            } else if untilParenthesis && starts(")") {
                if depth == 0 { return }
                depth -= 1
                position += 1
            } else {
                position += 1
            }
        }
    }

    private mutating func blankBlockComment() {
        var depth = 0
        repeat {
            if starts("/*") {
                depth += 1
                blank(2)
            } else if starts("*/") {
                depth -= 1
                blank(2)
            } else {
                blank()
            }
        } while depth > 0 && position < source.count
    }

    private mutating func blankName() {
        position += 1
        while position < source.count, !starts("`"), !starts("\n") { blank() }
        position += 1
    }

    /// A string, plain, raw or of several lines; a regular expression `#/.../#`; or just a `#`.
    private mutating func scanLiteral() {
        var hashes = 0
        while position + hashes < source.count, source[position + hashes] == UInt8(ascii: "#") {
            hashes += 1
        }
        position += hashes
        if starts("\"\"\"") {
            scanString(end: 3, hashes: hashes)
        } else if starts("\"") {
            scanString(end: 1, hashes: hashes)
        } else if hashes > 0 && starts("/") {
            blank()
            while position < source.count, !starts("/#") { blank() }
            blank(2)
        }
    }

    private mutating func scanString(end quotes: Int, hashes: Int) {
        blank(quotes)
        while position < source.count {
            if starts("\\"), follows(hashes, of: UInt8(ascii: "#"), at: 1) {
                let isInterpolation = starts("(", at: 1 + hashes)
                blank(hashes + 2)
                if isInterpolation { scanCode(untilParenthesis: true) }
            } else if follows(quotes, of: UInt8(ascii: "\""), at: 0),
                follows(hashes, of: UInt8(ascii: "#"), at: quotes)
            {
                blank(quotes + hashes)
                return
            } else {
                blank()
            }
        }
    }

    private func follows(_ count: Int, of byte: UInt8, at offset: Int) -> Bool {
        (0..<count).allSatisfy {
            let index = position + offset + $0
            return index < source.count && source[index] == byte
        }
    }
}
