import JSON
import Testing

@Suite struct JSONParseTests {
    @Test(
        arguments: [
            ("null", JSONValue.null),
            (" true ", true),
            ("-0", 0),
            ("9223372036854775807", .int(.max)),
            ("-9223372036854775808", .int(.min)),
            ("1.0", .double(1)),
            ("1e3", .double(1000)),
            (#""a\u0000b\ud83d\ude00\n""#, "a\0b😀\n"),
            ("[]", .array([])),
            ("{}", .object([:])),
            (#"{"a":[1,{"b":null}],"é":"ü"}"#, ["a": [1, ["b": nil]], "é": "ü"]),
        ] as [(String, JSONValue)])
    func `a document becomes its value`(text: String, value: JSONValue) throws {
        #expect(try JSON.parse(text) == value)
    }

    @Test(
        arguments: [
            ("", JSONError.Code.syntax, nil),
            ("   ", .syntax, nil),
            ("{", .syntax, 1),
            ("[1,2", .syntax, 4),
            (#"{"a":1,}"#, .syntax, 7),
            ("[1] x", .syntax, 4),
            ("{}{}", .syntax, 2),
            ("tru", .syntax, 3),
            (#"{"a" 1}"#, .syntax, 5),
            ("[1 2]", .syntax, 3),
            (#""abc"#, .syntax, 4),
            (#""a\xb""#, .syntax, 3),
            (#""\ud800""#, .syntax, 7),
            (#""\udc00x""#, .syntax, nil),
            ("\"a\nb\"", .syntax, 2),
            ("01", .invalidNumber, nil),
            ("[-]", .invalidNumber, 2),
            ("1e999", .invalidNumber, 0),
            ("[9223372036854775808]", .invalidNumber, nil),
            ("[99999999999999999999999]", .invalidNumber, 1),
            ("NaN", .syntax, 0),
            ("'a'", .syntax, 0),
            ("// no\n1", .syntax, 0),
            ("{\"a\":1\0}", .syntax, 6),
            ("\u{FEFF}1", .syntax, 0),
            (#"{"a":1,"b":2,"a":3}"#, .duplicateKey, nil),
            (#"[{"x":{"k":1,"\u006b":2}}]"#, .duplicateKey, nil),
            ("{\"\u{E9}\":1,\"e\u{301}\":2}", .duplicateKey, nil),
        ] as [(String, JSONError.Code, Int?)])
    func `a bad document is refused with its place`(
        text: String, code: JSONError.Code, offset: Int?
    ) {
        let error = #expect(throws: JSONError.self) { try JSON.parse(text) }
        #expect(error?.code == code, "\(text): \(String(describing: error))")
        if let offset { #expect(error?.byteOffset == offset, "\(String(describing: error))") }
    }

    @Test(
        arguments: [
            ([0x22, 0xFF, 0x22], 1),
            ([0x22, 0xC3, 0x22], 1),
            ([0x22, 0x61, 0xED, 0xA0, 0x80, 0x22], 2),
            ([0x22, 0xC0, 0x80, 0x22], 1),
            ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1),
        ] as [([UInt8], Int)])
    func `bytes that are not UTF-8 are refused`(bytes: [UInt8], offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSON.parse(bytes) }
        #expect(error?.code == .invalidUTF8)
        #expect(error?.byteOffset == offset)
    }

    @Test func `every truncation of a document is refused`() throws {
        let bytes = Array(#"{"id":"a\u00e9","n":[1.5e3,-2,true],"o":{"p":null}}"#.utf8)
        _ = try JSON.parse(bytes)
        for length in 0..<bytes.count {
            #expect(throws: JSONError.self) { try JSON.parse(Array(bytes[..<length])) }
        }
    }

    @Test func `the limits on bytes and depth hold`() throws {
        let limits = JSONLimits(bytesMax: 100, depthMax: 10)
        let deep = { (depth: Int) in
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try JSON.parse(deep(9), limits: limits) }
        for text in [deep(12), deep(50), deep(51)] {
            let error = #expect(throws: JSONError.self) { try JSON.parse(text, limits: limits) }
            #expect(error?.code == .limitExceeded)
        }
        #expect(throws: JSONError.self) { try JSON.parse(String(repeating: "[", count: 4_000_000)) }
        #expect(JSONLimits(depthMax: 1_000_000).depthMax == 512)
        let wide = "[" + String(repeating: "0,", count: 500_000) + "0]"
        #expect(try JSON.parse(wide).arrayValue?.count == 500_001)
    }

    @Test func `a duplicate is found among many keys`() throws {
        let many = (0..<1000).map { "\"k\($0)\":\($0)" }
        #expect(try JSON.parse("{\(many.joined(separator: ","))}")["k999"] == 999)
        let error = #expect(throws: JSONError.self) {
            try JSON.parse("{\((many + ["\"k17\":1"]).joined(separator: ","))}")
        }
        #expect(error?.code == .duplicateKey)
        #expect(error?.message.contains("k17") == true)
        // Keys made to share length, ends and middle, so that the filter tells nothing apart.
        let alike = (0..<64).map { "\"a\(10 + $0)bcd\($0 % 10)z\":1" }
        #expect(throws: Never.self) { try JSON.parse("{\(alike.joined(separator: ","))}") }
    }

    @Test func `random bytes and mutations neither trap nor hang`() throws {
        var random = SeededGenerator(seed: 42)
        let sample = Array(#"{"a":[1,2.5,"x\n",{"b":true}],"c":null,"d":"\u00e9"}"#.utf8)
        let document = try JSONDocument()
        for round in 0..<3000 {
            var bytes = sample
            if round % 3 == 0 {
                bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
            } else {
                for _ in 0..<3 {
                    bytes[Int.random(in: bytes.indices, using: &random)] =
                        UInt8.random(in: 0...255, using: &random)
                }
            }
            guard let value = try? JSON.parse(bytes) else {
                continue
            }
            #expect(try JSON.parse(value.serialized()) == value)
            let viewed = try document.withParsed(bytes) { try $0.value() }
            #expect(viewed == value)
        }
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
