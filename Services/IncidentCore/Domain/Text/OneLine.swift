/// Text of others as a line of a record: control characters, which could forge lines on a
/// terminal, become spaces, and what is too long is cut.
enum OneLine {
    /// Longest line of a timeline, UTF-8 bytes.
    static let lineBytesMax = 500
    /// Longest name of a person, UTF-8 bytes.
    static let nameBytesMax = 100

    /// `text` in one line of `bytesMax` UTF-8 bytes at most, an ellipsis included.
    static func make(_ text: String, bytesMax: Int = lineBytesMax) -> String {
        let ellipsis: Unicode.Scalar = "\u{2026}"
        var line = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            let clean = isControl(scalar) ? " " : scalar
            let width = UTF8.width(clean)
            guard bytes + width <= bytesMax else {
                while let last = line.last, bytes + UTF8.width(ellipsis) > bytesMax {
                    bytes -= UTF8.width(last)
                    line.removeLast()
                }
                line.append(ellipsis)
                break
            }
            line.append(clean)
            bytes += width
        }
        return String(line)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
