import Testing
import YAML

@Suite struct YAMLParseTests {
    @Test func `a document keeps the order of its keys and where they stand`() throws {
        let node = try YAML.parse("b: 1\na:\n  - x\n  - \"2\"\n", file: "f.yaml")
        guard case .mapping(let pairs) = node.kind else {
            Issue.record("not a mapping")
            return
        }
        #expect(pairs.map(\.key) == ["b", "a"])
        #expect(pairs[1].keyMark == YAMLMark(file: "f.yaml", line: 2, column: 1))
        guard case .sequence(let elements) = pairs[1].value.kind else {
            Issue.record("not a sequence")
            return
        }
        #expect(elements.map(\.scalar) == [.string("x"), .string("2")])
        #expect(elements[1].mark.description == "f.yaml:4:5")
        #expect(elements[1].kind == .scalar("2", style: .quoted))
    }

    @Test(arguments: [
        ("", YAMLScalar.null), ("~", .null), ("null", .null), ("# nothing", .null),
        ("true", .bool(true)), ("FALSE", .bool(false)), ("no", .string("no")),
        ("on", .string("on")), ("12", .int(12)), ("-3", .int(-3)), ("+4", .int(4)),
        ("0x1F", .int(31)), ("0o17", .int(15)), ("0x-1", .string("0x-1")),
        ("9223372036854775807", .int(.max)),
        ("9223372036854775808", .double(9_223_372_036_854_775_808)), ("1.5", .double(1.5)),
        ("1e3", .double(1000)), ("1e999", .string("1e999")), (".inf", .string(".inf")),
        ("nan", .string("nan")), ("1_000", .string("1_000")), ("\"12\"", .string("12")),
        ("'true'", .string("true")), ("|\n  12\n", .string("12\n")), ("30s", .string("30s")),
        ("2025-11-21", .string("2025-11-21")), ("e", .string("e")),
    ])
    func `a scalar is read by the core schema`(text: String, scalar: YAMLScalar) throws {
        let node = try YAML.parse(text, file: "f")
        #expect(node.scalar == scalar)
    }

    @Test(
        arguments: [
            ("a: [1, 2", YAMLError.Code.syntax, 2),
            ("a: 1\n b: 2", .syntax, 2),
            ("a: 'x", .syntax, 1),
            ("a: 1\n\tb: 2", .syntax, 2),
            ("a: 1\nb: 2\na: 3", .duplicateKey, 3),
            ("x: {k: 1, \"k\": 2}", .duplicateKey, 1),
            ("a: &x 1\nb: *x", .unsupported, 1),
            ("b: *x", .unsupported, 1),
            ("a: 1\nb: !!str 2", .unsupported, 2),
            ("a: !local {}", .unsupported, 1),
            ("<<: {a: 1}", .unsupported, 1),
            ("? [a]\n: 1", .unsupported, 1),
            ("? {a: 1}\n: 1", .unsupported, 1),
            ("a: 1\n---\nb: 2", .unsupported, 2),
            ("a: \0", .syntax, 1),
            ("a: 1\nb: \u{7}", .syntax, 2),
            ("%YAML 9.9\n---\na: 1", .syntax, 1),
            ("a: @x", .syntax, 1),
            ("]", .syntax, 1),
        ] as [(String, YAMLError.Code, Int)])
    func `a bad document is refused with its line`(text: String, code: YAMLError.Code, line: Int) {
        let error = #expect(throws: YAMLError.self) { try YAML.parse(text, file: "f.yaml") }
        #expect(error?.code == code, "\(String(describing: error))")
        #expect(error?.mark.line == line, "\(String(describing: error))")
    }

    @Test(arguments: [[0x61, 0x3A, 0x0A, 0x20, 0xFF], [0x61, 0x3A, 0x0A, 0x20, 0xED, 0xA0, 0x80]])
    func `bytes that are not UTF-8 are refused with their line`(bytes: [UInt8]) {
        let error = #expect(throws: YAMLError.self) { try YAML.parse(bytes, file: "f") }
        #expect(error?.code == .syntax)
        #expect(error?.mark == YAMLMark(file: "f", line: 2, column: 2))
    }

    @Test func `UTF-16 is refused`() {
        let bytes: [UInt8] = [0xFF, 0xFE, 0x61, 0x00]
        #expect(throws: YAMLError.self) { try YAML.parse(bytes, file: "f") }
    }

    @Test func `the limits on bytes, depth and nodes hold`() throws {
        let deep = { (depth: Int) in
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try YAML.parse(deep(64), file: "f") }
        let limits = YAMLLimits(bytesMax: 1000, depthMax: 10, nodesMax: 100)
        let many = "[" + String(repeating: "1,", count: 200) + "1]"
        for text in [deep(11), many, String(repeating: "#", count: 1001)] {
            let error = #expect(throws: YAMLError.self) {
                try YAML.parse(text, file: "f", limits: limits)
            }
            #expect(error?.code == .limitExceeded)
        }
        for text in [
            String(repeating: "[", count: 20_000), String(repeating: "{a: ", count: 20_000),
            String(repeating: "- ", count: 20_000), String(repeating: "? ", count: 20_000),
        ] {
            #expect(throws: YAMLError.self) { try YAML.parse(text, file: "f") }
        }
    }

    @Test func `an alias bomb is refused at its first anchor`() {
        var text = "a: &a [x, x]\n"
        for (previous, next) in zip("abcdefgh", "bcdefghi") {
            text += "\(next): &\(next) [*\(previous), *\(previous), *\(previous), *\(previous)]\n"
        }
        let error = #expect(throws: YAMLError.self) { try YAML.parse(text, file: "f") }
        #expect(error?.description == "f:1:4: anchors are not taken")
    }

    @Test func `random bytes and mutations neither trap nor hang`() {
        var random = SeededGenerator(seed: 7)
        let sample = Array(
            "a: {b: [1, \"x\\n\"], c: 'd'}\ne:\n  - |\n    f\n  - ? g\n    : h\n".utf8)
        var parsed = 0
        for round in 0..<3000 {
            var bytes = sample
            if round % 3 == 0 {
                bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
            } else {
                for _ in 0..<2 {
                    bytes[Int.random(in: bytes.indices, using: &random)] =
                        UInt8.random(in: 0...127, using: &random)
                }
            }
            if let node = try? YAML.parse(bytes, file: "f") {
                parsed += 1
                #expect(node.mark.line >= 1)
            }
        }
        #expect(parsed > 0)
    }

    @Test func `front matter is split from the text with the right lines`() throws {
        let text = "---\ntitle: P0\r\nsteps:\n  - bad: 1\n---\n# Body\n---\nrest"
        let matter = try YAMLFrontMatter(parsing: text, file: "r.md")
        #expect(matter.body == "# Body\n---\nrest")
        #expect(matter.bodyFirstLine == 6)
        let step = try matter.node.mapping().list("steps")[0].mapping()
        #expect(step.unknownKeys().map(\.description) == ["r.md:4:5: steps[0].bad: unknown key"])
    }

    @Test(arguments: [
        ("", YAMLError.Code.missingKey), ("# Title\n", .missingKey),
        (" ---\na: 1\n---\n", .missingKey),
        ("---\na: 1\n", .syntax), ("---\na: [\n---\n", .syntax), ("---", .syntax),
    ])
    func `a file without proper front matter is refused`(text: String, code: YAMLError.Code) {
        let error = #expect(throws: YAMLError.self) {
            try YAMLFrontMatter(parsing: text, file: "r.md")
        }
        #expect(error?.code == code)
    }

    @Test func `empty front matter and an empty body are fine`() throws {
        let matter = try YAMLFrontMatter(parsing: "---\n---", file: "r.md")
        #expect(matter.node.scalar == .null)
        #expect(matter.body.isEmpty)
    }
}

/// SplitMix64: the same numbers on every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
