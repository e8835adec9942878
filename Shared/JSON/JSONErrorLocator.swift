/// Says where a document that the parser refused stops being JSON.
///
/// A plain scan byte by byte, with a stack of its own: of use only for messages, after the fact.
@safe
struct JSONErrorLocator {
    struct Place {
        var code: JSONError.Code
        var offset: Int
        var message: String
    }

    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    /// The open brackets, innermost last.
    private var open: [UInt8] = []

    /// The first fault, or nil when the scan finds none (a limit of the parser, then).
    static func locate(_ bytes: UnsafeRawBufferPointer) -> Place? {
        do {
            _ = try UTF8Span(validating: unsafe bytes.bindMemory(to: UInt8.self).span)
        } catch {
            return Place(
                code: .invalidUTF8, offset: error.byteOffsets.lowerBound, message: "not UTF-8")
        }
        var locator = unsafe JSONErrorLocator(bytes: bytes)
        do {
            try locator.scan()
            return nil
        } catch {
            return Place(
                code: error.code, offset: min(locator.position, bytes.count),
                message: error.message)
        }
    }

    private init(bytes: UnsafeRawBufferPointer) {
        unsafe self.bytes = bytes
    }

    private struct Fault: Error {
        var message: String
        var code: JSONError.Code

        init(_ message: String, _ code: JSONError.Code = .syntax) {
            self.message = message
            self.code = code
        }
    }

    private var current: UInt8? {
        unsafe position < bytes.count ? bytes[position] : nil
    }

    private mutating func scan() throws(Fault) {
        repeat {
            try scanValueStart()
            try scanValueEnds()
        } while !open.isEmpty
        skipSpace()
        if current != nil { throw Fault("something follows the JSON value") }
    }

    /// Scans a scalar, or opening brackets up to and with the first scalar or empty container.
    private mutating func scanValueStart() throws(Fault) {
        while true {
            skipSpace()
            switch current {
            case UInt8(ascii: "["):
                open.append(UInt8(ascii: "]"))
                position += 1
                skipSpace()
                if current == UInt8(ascii: "]") { return }
            case UInt8(ascii: "{"):
                open.append(UInt8(ascii: "}"))
                position += 1
                skipSpace()
                if current == UInt8(ascii: "}") { return }
                try scanKey()
            case UInt8(ascii: "\""): return try scanString()
            case UInt8(ascii: "t"): return try scanWord("true")
            case UInt8(ascii: "f"): return try scanWord("false")
            case UInt8(ascii: "n"): return try scanWord("null")
            case nil: throw Fault("the text ends where a value should stand")
            case let byte? where byte == UInt8(ascii: "-") || Self.isDigit(byte):
                return try scanNumber()
            default: throw Fault("no JSON value starts like this")
            }
        }
    }

    /// After a value: closing brackets, then the comma and key that lead to the next value.
    private mutating func scanValueEnds() throws(Fault) {
        while let bracket = open.last {
            skipSpace()
            guard let byte = current else {
                throw Fault("the text ends before \"\(Character(Unicode.Scalar(bracket)))\"")
            }
            position += 1
            if byte == bracket {
                open.removeLast()
                continue
            }
            guard byte == UInt8(ascii: ",") else {
                position -= 1
                throw Fault("expected \",\" or \"\(Character(Unicode.Scalar(bracket)))\"")
            }
            if bracket == UInt8(ascii: "}") {
                skipSpace()
                try scanKey()
            }
            return
        }
    }

    private mutating func scanKey() throws(Fault) {
        guard current == UInt8(ascii: "\"") else { throw Fault("expected a key in quotes") }
        try scanString()
        skipSpace()
        guard current == UInt8(ascii: ":") else { throw Fault("expected \":\"") }
        position += 1
    }

    private mutating func scanString() throws(Fault) {
        position += 1
        while let byte = current {
            if byte == UInt8(ascii: "\"") {
                position += 1
                return
            }
            if byte < 0x20 { throw Fault("a control character in a string") }
            position += 1
            if byte == UInt8(ascii: "\\") {
                try scanEscape()
            }
        }
        throw Fault("the text ends within a string")
    }

    private mutating func scanEscape() throws(Fault) {
        guard let byte = current, "\"\\/bfnrtu".utf8.contains(byte) else {
            throw Fault("no such escape in a string")
        }
        position += 1
        guard byte == UInt8(ascii: "u") else { return }
        let unit = try scanHex()
        if (0xDC00..<0xE000).contains(unit) { throw Fault("half of a surrogate pair") }
        guard (0xD800..<0xDC00).contains(unit) else { return }
        for expected in "\\u".utf8 {
            guard current == expected else { throw Fault("half of a surrogate pair") }
            position += 1
        }
        guard (0xDC00..<0xE000).contains(try scanHex()) else {
            throw Fault("half of a surrogate pair")
        }
    }

    private mutating func scanHex() throws(Fault) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue
            else { throw Fault("expected four hexadecimal digits") }
            unit = unit * 16 + UInt32(digit)
            position += 1
        }
        return unit
    }

    private mutating func scanWord(_ word: String) throws(Fault) {
        for byte in word.utf8 {
            guard current == byte else { throw Fault("expected \(word)") }
            position += 1
        }
    }

    private mutating func scanNumber() throws(Fault) {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        let zero = current == UInt8(ascii: "0")
        let digits = try scanDigits()
        if zero && digits > 1 {
            throw Fault("a number starts with a needless zero", .invalidNumber)
        }
        if current == UInt8(ascii: ".") {
            position += 1
            _ = try scanDigits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            _ = try scanDigits()
        }
        let text = unsafe String(decoding: bytes[start..<position], as: UTF8.self)
        let isWhole = text.utf8.allSatisfy { $0 == 0x2D || Self.isDigit($0) }
        if isWhole ? Int64(text) == nil : Double(text)?.isFinite != true {
            position = start
            throw Fault("a number out of range", .invalidNumber)
        }
    }

    private mutating func scanDigits() throws(Fault) -> Int {
        let start = position
        while let byte = current, Self.isDigit(byte) { position += 1 }
        guard position > start else { throw Fault("expected a digit", .invalidNumber) }
        return position - start
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }
}
