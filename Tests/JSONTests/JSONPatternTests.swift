import JSON
import Testing

@Suite struct JSONPatternTests {
    @Test(
        arguments: [
            ("abc", ["abc", "xabcx"], ["ab", ""]),
            ("^abc$", ["abc"], ["xabc", "abcx", ""]),
            ("^$", [""], ["a"]),
            ("", ["", "a"], []),
            ("^[a-z][a-z0-9_.-]{0,5}$", ["a", "a1_.-x"], ["1a", "abcdefg", "A"]),
            ("^[^0-9]+$", ["ab-é"], ["a1", ""]),
            (#"^\d+\.\d{2}$"#, ["1.50", "12.00"], ["1.5", "1x50"]),
            (#"^\w+\s\W$"#, ["ab_1 -"], ["ab- -"]),
            (#"^[\w-]+$"#, ["a-b"], ["a b"]),
            (#"^[\D]$"#, ["a"], ["1"]),
            ("^(?:P0|P1|P[23])$", ["P0", "P1", "P3"], ["P4", "P"]),
            ("^(a|b)*c?$", ["", "abba", "abc", "c"], ["ca"]),
            ("^a{2}$", ["aa"], ["a", "aaa"]),
            ("^a{2,}$", ["aa", "aaaa"], ["a"]),
            ("^(ab){1,2}$", ["ab", "abab"], ["", "ababab"]),
            ("^.$", ["😀", "é"], ["\n", "ab"]),
            ("a|^b|c$", ["xa", "bx", "xc"], ["xb", "cx"]),
            ("^[]$", [], ["a", ""]),
            ("^a+?$", ["aaa"], ["b"]),
            (#"^\[\]\{\}\*$"#, ["[]{}*"], ["[]"]),
            ("^(a*)*$", ["", "aaa"], ["b"]),
        ] as [(String, [String], [String])])
    func `a pattern matches what it should and nothing else`(
        source: String, matching: [String], others: [String]
    ) throws {
        let pattern = try JSONPattern(source)
        for text in matching { #expect(pattern.matches(text), "\(source) on \(text)") }
        for text in others { #expect(!pattern.matches(text), "\(source) on \(text)") }
    }

    @Test(
        arguments: [
            "(", ")", "a)", "[a", "[z-a]", "*a", "a**", "a{2,1}", "a{x}", "a{", "a{5000}", "}",
            #"\"#, #"\b"#, #"(a)\1"#, "(?=a)", "(?<n>a)", "(?!a)", "^*", #"[\d-z]"#, #"\p{L}"#,
            "((a{100}){100}){100}", "(((a{9}){9}){9}){9}",
            String(repeating: "(", count: 1000),
        ])
    func `a pattern outside the subset does not compile`(source: String) {
        let error = #expect(throws: JSONError.self) { try JSONPattern(source) }
        #expect(error?.code == .invalidSchema)
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(a*)*b", "^(.*)*x$", "((){1000}){1000}!"])
    func `a pattern that would backtrack without end takes linear time`(source: String) throws {
        let text = String(repeating: "a", count: 20_000) + "!"
        let pattern = try JSONPattern(source)
        #expect(pattern.matches(text) == (source.hasSuffix("!")))
    }
}
