/// A regular expression that is matched in time linear in the text, whatever the pattern.
///
/// The subset of ECMA-262 that schemas need: literals, `.`, classes (`[a-z_]`, `[^...]`, `\d`, `\w`,
/// `\s` and their opposites), groups (without captures), `|`, `*`, `+`, `?`, `{m,n}`, `^` and `$`.
/// As in JSON Schema the pattern may match anywhere, if it is not anchored.
public struct JSONPattern: Sendable, Hashable {
    /// The most states of a compiled pattern: it bounds both memory and the time per character.
    public static let statesMax = 2000

    /// The pattern as it was written.
    public let source: String
    private let program: JSONPatternProgram

    /// Compiles a pattern.
    ///
    /// - Throws: `invalidSchema` for what is malformed, not in the subset, or too large.
    public init(_ source: String) throws(JSONError) {
        self.source = source
        var parser = JSONPatternParser(source)
        let tree = try parser.parse()
        var compiler = JSONPatternCompiler()
        try compiler.compile(tree)
        program = JSONPatternProgram(compiler.program + [.match])
    }

    /// Whether some part of the text matches.
    public func matches(_ text: String) -> Bool {
        var threads = JSONPatternThreads(program: program)
        var isStart = true
        let scalars = text.unicodeScalars
        var position = scalars.startIndex
        while true {
            let isEnd = position == scalars.endIndex
            // A match may begin at every position, unless the pattern itself is anchored.
            if isStart || !program.isAnchored { threads.add(0, isStart: isStart, isEnd: isEnd) }
            if threads.hasMatched { return true }
            if isEnd || program.isAnchored && threads.isEmpty { return false }
            let scalar = scalars[position]
            position = scalars.index(after: position)
            threads.advance(over: scalar.value, isEnd: position == scalars.endIndex)
            if threads.hasMatched { return true }
            isStart = false
        }
    }
}

/// A step of a compiled pattern.
enum JSONPatternStep: Sendable, Hashable {
    case scalar(JSONPatternClass)
    case split(Int, Int)
    case jump(Int)
    case start
    case end
    case match
}

/// A set of characters.
struct JSONPatternClass: Sendable, Hashable {
    var ranges: [ClosedRange<UInt32>]
    var isNegated = false

    /// The same set as ranges alone, for a place in another class.
    var plainRanges: [ClosedRange<UInt32>] {
        guard isNegated else { return ranges }
        var rest: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { rest.append(next...(range.lowerBound - 1)) }
            next = max(next, range.upperBound + 1)
        }
        if next <= 0x10FFFF { rest.append(next...0x10FFFF) }
        return rest
    }
}
