extension StringProtocol {
    /// The columns that a terminal gives to the text.
    var displayWidth: Int {
        utf8.allSatisfy { (0x20...0x7E).contains($0) }
            ? utf8.count : reduce(0) { $0 + $1.displayWidth }
    }

    /// The text cut to a number of columns; what was cut ends in `…`.
    func truncated(to width: Int) -> String {
        guard displayWidth > width else { return String(self) }
        guard width > 0 else { return "" }
        var result = ""
        var used = 1
        for character in self {
            used += character.displayWidth
            guard used <= width else { break }
            result.append(character)
        }
        return result + "…"
    }
}

extension Character {
    /// 0, 1 or 2: that of its widest scalar, or 2 for what is asked to be an emoji.
    fileprivate var displayWidth: Int {
        var widest = 0
        for scalar in unicodeScalars {
            if scalar == "\u{FE0F}" { return 2 }
            widest = max(widest, scalar.displayWidth)
        }
        return widest
    }
}

extension Unicode.Scalar {
    /// The wide blocks of Unicode's East Asian Width (UAX #11), by range.
    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
        0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
        0x1F900...0x1FAFF, 0x20000...0x3FFFD,
    ]

    fileprivate var displayWidth: Int {
        if value < 0x300 { return 1 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        if properties.isEmojiPresentation { return 2 }
        return Self.wideRanges.contains { $0.contains(value) } ? 2 : 1
    }
}
