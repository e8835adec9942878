/// Turns the tree of a pattern into steps.
struct JSONPatternCompiler {
    private(set) var program: [JSONPatternStep] = []

    mutating func compile(_ tree: JSONPatternTree) throws(JSONError) {
        switch tree {
        case .scalar(let set): try append(.scalar(set))
        case .start: try append(.start)
        case .end: try append(.end)
        case .sequence(let items): for item in items { try compile(item) }
        case .choice(let branches): try compile(branches[...])
        case .repeated(let item, let least, let most):
            for _ in 0..<least {
                let before = program.count
                try compile(item)
                // Nothing, however often: `(){1000}` within `{1000}` must not take a million turns.
                if program.count == before { return }
            }
            if let most {
                for _ in least..<most { try compileOptional(item) }
            } else {
                try compileStar(item)
            }
        }
    }

    private mutating func append(_ step: JSONPatternStep) throws(JSONError) {
        guard program.count < JSONPattern.statesMax else {
            throw JSONError(
                .invalidSchema, "a pattern needs more than \(JSONPattern.statesMax) states")
        }
        program.append(step)
    }

    private mutating func compile(_ branches: ArraySlice<JSONPatternTree>) throws(JSONError) {
        var ends: [Int] = []
        for (index, branch) in zip(branches.indices, branches) {
            guard index < branches.endIndex - 1 else {
                try compile(branch)
                break
            }
            let split = program.count
            try append(.split(split + 1, 0))
            try compile(branch)
            ends.append(program.count)
            try append(.jump(0))
            program[split] = .split(split + 1, program.count)
        }
        for end in ends { program[end] = .jump(program.count) }
    }

    private mutating func compileOptional(_ item: JSONPatternTree) throws(JSONError) {
        let split = program.count
        try append(.split(split + 1, 0))
        try compile(item)
        program[split] = .split(split + 1, program.count)
    }

    private mutating func compileStar(_ item: JSONPatternTree) throws(JSONError) {
        let split = program.count
        try append(.split(split + 1, 0))
        try compile(item)
        try append(.jump(split))
        program[split] = .split(split + 1, program.count)
    }
}
