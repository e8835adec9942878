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
    let program: [JSONPatternStep]

    /// Compiles a pattern.
    ///
    /// - Throws: `invalidSchema` for what is malformed, not in the subset, or too large.
    public init(_ source: String) throws(JSONError) {
        self.source = source
        var parser = JSONPatternParser(source)
        let tree = try parser.parse()
        var compiler = JSONPatternCompiler()
        try compiler.compile(tree)
        program = compiler.program + [.match]
    }

    /// Whether some part of the text matches.
    public func matches(_ text: String) -> Bool {
        var threads = JSONPatternThreads(program: program)
        var isStart = true
        let scalars = text.unicodeScalars
        var position = scalars.startIndex
        while true {
            let isEnd = position == scalars.endIndex
            // A match may begin at every position: the search is not anchored by itself.
            threads.add(0, isStart: isStart, isEnd: isEnd)
            if threads.hasMatched { return true }
            if isEnd { return false }
            let scalar = scalars[position]
            position = scalars.index(after: position)
            threads.advance(over: scalar, isEnd: position == scalars.endIndex)
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

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) } != isNegated
    }

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

/// The states that a match could be in (Thompson's construction, run as Pike does).
private struct JSONPatternThreads {
    private let program: [JSONPatternStep]
    private var current: [Int] = []
    /// The round in which a state was last added, so that none is added twice.
    private var added: [Int]
    private var round = 0
    private(set) var hasMatched = false

    init(program: [JSONPatternStep]) {
        self.program = program
        added = Array(repeating: -1, count: program.count)
    }

    mutating func add(_ state: Int, isStart: Bool, isEnd: Bool) {
        var pending = [state]
        while let index = pending.popLast() {
            guard added[index] != round else { continue }
            added[index] = round
            switch program[index] {
            case .scalar: current.append(index)
            case .jump(let target): pending.append(target)
            case .split(let first, let second):
                pending.append(second)
                pending.append(first)
            case .start: if isStart { pending.append(index + 1) }
            case .end: if isEnd { pending.append(index + 1) }
            case .match: hasMatched = true
            }
        }
    }

    mutating func advance(over scalar: Unicode.Scalar, isEnd: Bool) {
        let previous = current
        current.removeAll(keepingCapacity: true)
        round += 1
        for index in previous {
            if case .scalar(let set) = program[index], set.contains(scalar) {
                add(index + 1, isStart: false, isEnd: isEnd)
            }
        }
    }
}
