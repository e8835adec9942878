extension StringProtocol {
    /// The text with everything that a terminal could obey made visible: control characters (ANSI
    /// escapes begin with one), line breaks, and marks that turn the direction of writing.
    ///
    /// Texts from messages are printed through this only: `"\u{1B}[2J"` becomes `\u{1B}[2J`.
    public var sanitized: String {
        guard unicodeScalars.contains(where: { $0.isUnsafeToPrint }) else { return String(self) }
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.isUnsafeToPrint:
                result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension Unicode.Scalar {
    fileprivate var isUnsafeToPrint: Bool {
        if (0x20...0x7E).contains(value) { return false }
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate: return true
        // Joiners are part of ordinary words and emoji; the other format characters are not seen.
        case .format: return value != 0x200C && value != 0x200D
        default: return false
        }
    }
}
