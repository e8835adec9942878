import Testing
import YAML

@Suite struct YAMLReadingTests {
    enum Kind: String, CaseIterable { case delete, compact }

    private func map(_ text: String) throws -> YAMLMapping {
        try YAML.parse(text, file: "topics/x.yaml").mapping()
    }

    @Test func `values are read as what they should be`() throws {
        let map = try map(
            """
            name: nervous.alert
            partitions: 12
            ratio: 1
            share: 10%
            half: 0.5
            keep: 7d
            wait: 250ms
            size: 64KiB
            on: true
            kind: compact
            tags: [a, 1.10]
            nested: {deep: {port: 9092}}
            empty:
            """)
        #expect(try map.string("name") == "nervous.alert")
        #expect(try map.int("partitions", in: 1...1000) == 12)
        #expect(try map.double("ratio", in: 0...2) == 1)
        #expect(try map.fraction("share") == 0.1)
        #expect(try map.fraction("half") == 0.5)
        #expect(try map.durationMs("keep") == 604_800_000)
        #expect(try map.durationMs("wait") == 250)
        #expect(try map.sizeBytes("size") == 65_536)
        #expect(try map.bool("on"))
        #expect(try map.choice("kind", of: Kind.self) == .compact)
        #expect(try map.strings("tags") == ["a", "1.10"])
        #expect(try map.mapping("nested").mapping("deep").int("port") == 9092)
        #expect(try map.optionalString("empty") == nil)
        #expect(try map.optionalInt("absent") == nil)
        #expect(try map.optionalStrings("absent").isEmpty)
        try map.rejectUnknownKeys()
    }

    @Test(arguments: [
        ("'abc'", "2:4: k: expected a whole number from 1 to 1000, got the text \"abc\""),
        ("abc", "2:4: k: expected a whole number from 1 to 1000, got 'abc'"),
        ("0", "2:4: k: expected a whole number from 1 to 1000, got '0'"),
        ("1.5", "2:4: k: expected a whole number from 1 to 1000, got '1.5'"),
        ("\"12\"", "2:4: k: expected a whole number from 1 to 1000, got the text \"12\""),
        (
            "99999999999999999999",
            "2:4: k: expected a whole number from 1 to 1000, got '99999999999999999999'"
        ),
        ("[1]", "2:4: k: expected a whole number from 1 to 1000, got a list"),
        ("{}", "2:4: k: expected a whole number from 1 to 1000, got a mapping"),
        ("", "2:1: k: missing"),
        ("~", "2:1: k: missing"),
    ])
    func `a wrong number is told with its place`(text: String, shown: String) throws {
        let map = try map("a: 1\nk: \(text)\n")
        let error = #expect(throws: YAMLError.self) { try map.int("k", in: 1...1000) }
        #expect(error?.description == "topics/x.yaml:\(shown)")
    }

    @Test(arguments: [
        "30", "s", "-5s", "1.5h", "5 m", "99999999999999999d", "1w", "[30s]", "30S", "+3s",
    ])
    func `a wrong duration is refused`(text: String) throws {
        let map = try map("k: \(text)")
        let error = #expect(throws: YAMLError.self) { try map.durationMs("k") }
        #expect(error?.code == .invalidValue)
    }

    @Test func `quantities respect their ranges`() throws {
        let map = try map("d: 5s\ns: 1GiB\np: 150%\nn: 3\nx: .inf")
        #expect(throws: YAMLError.self) { try map.durationMs("d", in: 10_000...60_000) }
        #expect(throws: YAMLError.self) { try map.sizeBytes("s", in: 0...1024) }
        #expect(throws: YAMLError.self) { try map.fraction("p") }
        #expect(throws: YAMLError.self) { try map.double("n", in: 0...2) }
        #expect(throws: YAMLError.self) { try map.double("x", in: 0...2) }
        let error = #expect(throws: YAMLError.self) { try map.int("n", in: 5...Int.max) }
        #expect(error?.message == "n: expected a whole number of at least 5, got '3'")
    }

    @Test func `an unknown key is told with the nearest known one`() throws {
        let map = try map("name: x\npartitons: 3\nzzz: 1")
        _ = try map.string("name")
        _ = try map.optionalInt("partitions")
        #expect(
            map.unknownKeys().map(\.description) == [
                "topics/x.yaml:2:1: partitons: unknown key; did you mean 'partitions'?",
                "topics/x.yaml:3:1: zzz: unknown key",
            ])
        let error = #expect(throws: YAMLError.self) { try map.rejectUnknownKeys() }
        #expect(error?.code == .unknownKey)
    }

    @Test func `a wrong choice names the right ones`() throws {
        let error = #expect(throws: YAMLError.self) {
            try map("kind: remove").choice("kind", of: Kind.self)
        }
        #expect(error?.message == "kind: expected one of delete, compact, got 'remove'")
    }

    @Test func `all errors of a file are gathered in the order of its lines`() throws {
        let map = try map("a: x\nb: 2\nsteps:\n  - {n: 1}\n  - {n: y}\nother: 1")
        var errors = YAMLErrors()
        #expect(errors.collect { () throws(YAMLError) in try map.int("b") } == 2)
        for step in errors.collect({ () throws(YAMLError) in try map.list("steps") }) ?? [] {
            _ = errors.collect { () throws(YAMLError) in try step.mapping().int("n") }
        }
        errors.append(contentsOf: map.unknownKeys())
        #expect(errors.errors.count == 3)
        #expect(
            errors.description == """
                topics/x.yaml:1:1: a: unknown key
                topics/x.yaml:5:9: steps[1].n: expected a whole number, got 'y'
                topics/x.yaml:6:1: other: unknown key
                """)
        #expect(throws: YAMLErrors.self) { try errors.throwIfAny() }
    }

    @Test func `a mapping of chosen names is walked in order`() throws {
        let map = try map("zeta: 1\nalpha: 2")
        #expect(map.entries().map(\.key) == ["zeta", "alpha"])
        #expect(try map.entries().map { try $0.field.int() } == [1, 2])
        try map.rejectUnknownKeys()
    }
}
