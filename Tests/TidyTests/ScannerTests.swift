import Testing

/// The scanner that the other tests of this folder stand on.
@Suite struct ScannerTests {
    @Test(arguments: [
        ("let a = 1 // try!", ["let", "a", "=", "1"]),
        ("/* a /* b */ try! */ x", ["x"]),
        (#"f("try! \(g("a") + b) as!") "#, ["f(", "g(", ")", "+", "b", ")"]),
        (##"let s = #"a " \n try!"# + t"##, ["let", "s", "=", "#", "+", "t"]),
        (##"let r = #/"try!/# + t"##, ["let", "r", "=", "#", "+", "t"]),
        ("func `a try! b`() {}", ["func", "`", "`()", "{}"]),
        ("\"\"\"\n try! \"x\"\n\"\"\" + y", ["+", "y"]),
    ])
    func `comments and strings are blanked, code is not`(source: String, words: [String]) {
        let code = SwiftScanner.code(of: source)
        #expect(code.count == source.utf8.count)
        #expect(code.filter { $0 == 10 }.count == source.utf8.filter { $0 == 10 }.count)
        let found = String(decoding: code, as: UTF8.self).split { $0 == " " || $0 == "\n" }
        #expect(found.map(String.init) == words)
    }

    @Test func `functions are found with their length`() {
        let text = """
            protocol P {
                func none()
                init(a: Int)
            }
            func one() { }
            func three(f: () -> Void = {}) {
                if true { "}" }
            }
            struct S {
                init() {
                    self.init(1)
                }
            }
            """
        let functions = SwiftFile(path: "x", text: text).functions
        #expect(functions.map(\.line) == [5, 6, 10])
        #expect(functions.map(\.lineCount) == [1, 3, 3])
    }

    @Test func `imports are found whatever their access`() {
        let text = """
            import A
            internal import B
            @testable import C
            @preconcurrency public import D.E
            // import E
            let important = "import F"
            """
        #expect(SwiftFile(path: "x", text: text).imports == ["A", "B", "C", "D"])
    }
}
