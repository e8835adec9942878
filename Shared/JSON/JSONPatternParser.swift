/// The tree of a pattern.
indirect enum JSONPatternTree {
    case scalar(JSONPatternClass)
    case start
    case end
    case sequence([JSONPatternTree])
    case choice([JSONPatternTree])
    /// `nil` is no upper bound.
    case repeated(JSONPatternTree, min: Int, max: Int?)
}

/// Reads a pattern by recursive descent.
struct JSONPatternParser {
    private static let depthMax = 50
    private static let repetitionsMax = 1000
    private static let word: [ClosedRange<UInt32>] = [
        0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A,
    ]
    private static let space: [ClosedRange<UInt32>] = [
        0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
        0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
    ]

    private let source: String
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0

    init(_ source: String) {
        self.source = source
        scalars = Array(source.unicodeScalars)
    }

    mutating func parse() throws(JSONError) -> JSONPatternTree {
        let tree = try choice()
        if current != nil { throw fault("unexpected ')'") }
        return tree
    }

    private var current: Unicode.Scalar? {
        position < scalars.count ? scalars[position] : nil
    }

    private func fault(_ message: String) -> JSONError {
        JSONError(
            .invalidSchema,
            "the pattern '\(source.prefix(60))' does not compile at character \(position + 1): "
                + message)
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard current == scalar else { return false }
        position += 1
        return true
    }

    private mutating func choice() throws(JSONError) -> JSONPatternTree {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthMax else { throw fault("groups are nested too deep") }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(JSONError) -> JSONPatternTree {
        var items: [JSONPatternTree] = []
        while let scalar = current, scalar != "|", scalar != ")" {
            items.append(try repetition())
        }
        return .sequence(items)
    }

    private mutating func repetition() throws(JSONError) -> JSONPatternTree {
        let item = try atom()
        let bounds: (min: Int, max: Int?)
        switch current {
        case "*": bounds = (0, nil)
        case "+": bounds = (1, nil)
        case "?": bounds = (0, 1)
        case "{": bounds = try counts()
        default: return item
        }
        position += 1
        switch item {
        case .start, .end: throw fault("an anchor cannot be repeated")
        default: break
        }
        // Lazy or not makes no difference to whether something matches.
        _ = take("?")
        if let next = current, "*+?{".unicodeScalars.contains(next) {
            throw fault("nothing to repeat")
        }
        return .repeated(item, min: bounds.min, max: bounds.max)
    }

    /// Reads `{m}`, `{m,}` or `{m,n}` up to the closing brace.
    private mutating func counts() throws(JSONError) -> (min: Int, max: Int?) {
        position += 1
        let least = try number()
        var most: Int? = least
        if take(",") { most = current == "}" ? nil : try number() }
        guard current == "}", least <= most ?? least else { throw fault("malformed repetition") }
        return (least, most)
    }

    private mutating func number() throws(JSONError) -> Int {
        var value = 0
        let start = position
        while let scalar = current, ("0"..."9").contains(scalar) {
            value = value * 10 + Int(scalar.value - 0x30)
            guard value <= Self.repetitionsMax else {
                throw fault("repetitions are limited to \(Self.repetitionsMax)")
            }
            position += 1
        }
        guard position > start else { throw fault("malformed repetition") }
        return value
    }

    private mutating func atom() throws(JSONError) -> JSONPatternTree {
        guard let scalar = current else { throw fault("something is missing") }
        position += 1
        switch scalar {
        case "^": return .start
        case "$": return .end
        case ".":
            let ends: [ClosedRange<UInt32>] = [0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029]
            return .scalar(JSONPatternClass(ranges: ends, isNegated: true))
        case "(":
            if take("?"), !take(":") { throw fault("only (?: groups are taken") }
            let group = try choice()
            guard take(")") else { throw fault("a group is not closed") }
            return group
        case "[": return .scalar(try characterClass())
        case "\\": return .scalar(try escape())
        case "*", "+", "?", "{", "}", "]": throw fault("'\(scalar)' must be escaped here")
        default: return .scalar(Self.single(scalar))
        }
    }

    private static func single(_ scalar: Unicode.Scalar) -> JSONPatternClass {
        JSONPatternClass(ranges: [scalar.value...scalar.value])
    }

    private mutating func escape() throws(JSONError) -> JSONPatternClass {
        guard let scalar = current else { throw fault("an escape is not finished") }
        position += 1
        switch scalar {
        case "d": return JSONPatternClass(ranges: [0x30...0x39])
        case "D": return JSONPatternClass(ranges: [0x30...0x39], isNegated: true)
        case "w": return JSONPatternClass(ranges: Self.word)
        case "W": return JSONPatternClass(ranges: Self.word, isNegated: true)
        case "s": return JSONPatternClass(ranges: Self.space)
        case "S": return JSONPatternClass(ranges: Self.space, isNegated: true)
        case "t": return Self.single("\t")
        case "n": return Self.single("\n")
        case "r": return Self.single("\r")
        case "0"..."9", "a"..."z", "A"..."Z": throw fault("no such escape: \\\(scalar)")
        default: return Self.single(scalar)
        }
    }

    private mutating func characterClass() throws(JSONError) -> JSONPatternClass {
        let isNegated = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        while !take("]") {
            let low = try classMember()
            guard current == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
                ranges += low.plainRanges
                continue
            }
            position += 1
            let high = try classMember()
            guard let first = low.onlyScalar, let last = high.onlyScalar, first <= last else {
                throw fault("malformed range")
            }
            ranges.append(first...last)
        }
        return JSONPatternClass(ranges: ranges, isNegated: isNegated)
    }

    private mutating func classMember() throws(JSONError) -> JSONPatternClass {
        guard let scalar = current else { throw fault("a class is not closed") }
        position += 1
        return scalar == "\\" ? try escape() : Self.single(scalar)
    }
}

extension JSONPatternClass {
    fileprivate var onlyScalar: UInt32? {
        guard !isNegated, ranges.count == 1, ranges[0].count == 1 else { return nil }
        return ranges[0].lowerBound
    }
}
