/// A compiled pattern as it is run: plain numbers, so that a step of a match counts no references.
struct JSONPatternProgram: Sendable, Hashable {
    /// What a step does.
    enum Kind: UInt8, Sendable {
        case scalar, split, jump, start, end, match
    }

    /// One step.
    struct Step: Sendable, Hashable {
        var kind: Kind
        /// Where it goes on; of a class, where its ranges begin.
        var first: Int32 = 0
        /// Where else it goes on; of a class, where its ranges end.
        var second: Int32 = 0
        var isNegated = false
        /// Of a class, the ASCII characters that are in it, a bit each.
        var low: UInt64 = 0
        var high: UInt64 = 0
    }

    let steps: [Step]
    /// The ranges of all classes.
    private let ranges: [ClosedRange<UInt32>]
    /// Whether a match can only begin where the text does.
    let isAnchored: Bool

    init(_ program: [JSONPatternStep]) {
        var ranges: [ClosedRange<UInt32>] = []
        steps = program.map { step in
            switch step {
            case .scalar(let set):
                let start = ranges.count
                ranges += set.ranges
                return Self.step(set, start: start, end: ranges.count)
            case .split(let first, let second):
                return Step(kind: .split, first: Int32(first), second: Int32(second))
            case .jump(let target): return Step(kind: .jump, first: Int32(target))
            case .start: return Step(kind: .start)
            case .end: return Step(kind: .end)
            case .match: return Step(kind: .match)
            }
        }
        self.ranges = ranges
        isAnchored = steps.first?.kind == .start
    }

    private static func step(_ set: JSONPatternClass, start: Int, end: Int) -> Step {
        var step = Step(
            kind: .scalar, first: Int32(start), second: Int32(end), isNegated: set.isNegated)
        for value in UInt32(0)..<128 where set.ranges.contains(where: { $0.contains(value) }) {
            if value < 64 { step.low |= 1 << value } else { step.high |= 1 << (value - 64) }
        }
        return step
    }

    /// Whether a class has the character.
    func contains(_ value: UInt32, in step: Step) -> Bool {
        let isListed: Bool
        if value < 128 {
            isListed = (value < 64 ? step.low >> value : step.high >> (value - 64)) & 1 == 1
        } else {
            isListed = ranges[Int(step.first)..<Int(step.second)].contains { $0.contains(value) }
        }
        return isListed != step.isNegated
    }
}

/// The states that a match could be in (Thompson's construction, run as Pike does).
struct JSONPatternThreads {
    private let program: JSONPatternProgram
    private var current: [Int32] = []
    private var previous: [Int32] = []
    private var pending: [Int32] = []
    /// The round in which a state was last added, so that none is added twice.
    private var added: [Int32]
    private var round: Int32 = 0
    private(set) var hasMatched = false

    init(program: JSONPatternProgram) {
        self.program = program
        added = Array(repeating: -1, count: program.steps.count)
    }

    /// Whether no match has begun that could still end.
    var isEmpty: Bool { current.isEmpty }

    mutating func add(_ state: Int32, isStart: Bool, isEnd: Bool) {
        pending.append(state)
        while let state = pending.popLast() {
            let index = Int(state)
            guard added[index] != round else { continue }
            added[index] = round
            let step = program.steps[index]
            switch step.kind {
            case .scalar: current.append(state)
            case .jump: pending.append(step.first)
            case .split:
                pending.append(step.second)
                pending.append(step.first)
            case .start: if isStart { pending.append(state + 1) }
            case .end: if isEnd { pending.append(state + 1) }
            case .match: hasMatched = true
            }
        }
    }

    mutating func advance(over scalar: UInt32, isEnd: Bool) {
        swap(&previous, &current)
        current.removeAll(keepingCapacity: true)
        round &+= 1
        for state in previous {
            let step = program.steps[Int(state)]
            if program.contains(scalar, in: step) { add(state + 1, isStart: false, isEnd: isEnd) }
        }
    }
}
