import Testing

/// The rules of CONTRIBUTING.md that a machine can check.
@Suite struct HouseRuleTests {
    /// Code that must not be, and what to write instead.
    private static let refusedCode: [(code: String, instead: String)] = [
        ("try!", "handle the error"),
        ("as!", "as? and handle nil"),
        ("fatalError(", "throw"),
        ("Mutex<", "Locked: ThreadSanitizer takes Synchronization.Mutex for a race"),
        ("Mutex(", "Locked: ThreadSanitizer takes Synchronization.Mutex for a race"),
        ("Thread.sleep", "wait for a condition with a deadline"),
        ("usleep(", "wait for a condition with a deadline"),
    ]

    /// What would make a reducer's result depend on more than its input.
    private static let refusedInReducers = [
        "Date(", "UUID(", "Clock.now", "ContinuousClock", "SuspendingClock", "Task", "async",
        "await", ".random(", "RandomNumberGenerator", "print(", "getenv(",
    ]

    @Test func `no code stops the process or waits for luck`() {
        for file in SourceTree.swiftFiles {
            for (code, instead) in Self.refusedCode {
                for line in file.lines(withCode: code) {
                    Issue.record("\(file.path):\(line): \(code), instead: \(instead)")
                }
            }
        }
    }

    @Test(arguments: Layers.reducerFolders)
    func `a reducer depends on its input alone`(folder: String) {
        for file in SourceTree.swiftFiles where file.path.hasPrefix("\(folder)/") {
            for code in Self.refusedInReducers {
                for line in file.lines(withCode: code) {
                    Issue.record("\(file.path):\(line): \(code)")
                }
            }
        }
    }

    @Test func `nothing is left to be done later`() {
        // In two parts, or this file would be found.
        let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X:"]
        search(marks, in: SourceTree.textFiles)
    }

    @Test func `no path of one machine is in the tree`() {
        let paths = ["/wo" + "rk/", "/ho" + "me/", "/ro" + "ot/", "/Us" + "ers/"]
        search(paths, in: SourceTree.textFiles)
    }

    @Test func `every test is named by a sentence`() {
        for file in SourceTree.swiftFiles where file.path.hasPrefix("Tests/") {
            var isPending = false
            for (index, line) in file.lines.enumerated() {
                let code = file.codeLines[index]
                if code.contains("@Test") { isPending = true }
                guard isPending, let name = code.firstRange(of: "func ") else { continue }
                isPending = false
                let isSentence = code[name.upperBound...].hasPrefix("`")
                #expect(isSentence, "\(file.path):\(index + 1): \(line)")
            }
        }
    }

    @Test func `every script stops at its first error`() {
        for path in SourceTree.textFiles {
            guard let text = SourceTree.text(path), text.hasPrefix("#!/usr/bin/env bash\n") else {
                continue
            }
            #expect(text.contains("\nset -euo pipefail\n"), "\(path)")
        }
    }

    private func search(_ words: [String], in paths: [String]) {
        for path in paths {
            guard let text = SourceTree.text(path), words.contains(where: text.contains) else {
                continue
            }
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
                .enumerated()
            where words.contains(where: line.contains) {
                Issue.record("\(path):\(index + 1): \(line)")
            }
        }
    }
}

extension SwiftFile {
    /// The numbers of the lines with this code, where it is not the end of a longer name.
    fileprivate func lines(withCode code: String) -> [Int] {
        codeLines.indices.filter { index in
            codeLines[index].ranges(of: code).contains { range in
                let before = codeLines[index][..<range.lowerBound].last
                let isName = code.first?.isLetter == true
                return !isName || before.map { !$0.isLetter && !$0.isNumber && $0 != "_" } ?? true
            }
        }.map { $0 + 1 }
    }
}
