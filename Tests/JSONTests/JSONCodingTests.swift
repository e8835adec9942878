import JSON
import Testing

@Suite struct JSONCodingTests {
    struct Message: Codable, Equatable {
        struct Payload: Codable, Equatable {
            var service: String
            var count: UInt8?
            var ratio: Double
        }
        enum Role: String, Codable { case operator_ = "operator", system }

        var id: String
        var ts: Int64
        var role: Role
        var payload: Payload
        var tags: [String]
        var extra: JSONValue?
    }

    let text = #"""
        {"id":"a","ts":9007199254740993,"role":"operator","payload":{"service":"checkout","ratio":1},
         "tags":["x","y"],"extra":{"n":[1,2.5,null]},"unknown":true}
        """#

    @Test func `a type goes there and back with its 64 bits`() throws {
        let message = try JSON.decode(Message.self, from: Array(text.utf8))
        #expect(message.ts == 9_007_199_254_740_993)
        #expect(message.role == .operator_)
        #expect(message.extra == ["n": [1, 2.5, nil]])
        let bytes = try JSON.encode(message)
        #expect(try JSON.decode(Message.self, from: bytes) == message)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"extra":{"n":[1,2.5,null]},"id":"a","payload":{"ratio":1.0,"service":"checkout"},"#
                + #""role":"operator","tags":["x","y"],"ts":9007199254740993}"#)
    }

    @Test(
        arguments: [
            (
                #""service":"checkout","#, "", "payload.service: missing",
                JSONError.Code.missingField
            ),
            (#""checkout""#, "5", "payload.service: expected a string, got 5", .typeMismatch),
            (#""checkout""#, "null", "payload.service: expected a string, got null", .missingField),
            (
                #""ratio":1"#, #""ratio":1,"count":300"#,
                "payload.count: 300 is not from 0 to 255", .invalidValue
            ),
            (
                #"["x","y"]"#, #"["x",[]]"#, "tags[1]: expected a string, got an array",
                .typeMismatch
            ),
            ("9007199254740993", "1.5", "ts: expected a whole number, got 1.5", .typeMismatch),
            (
                #""operator""#, #""king""#,
                "role: Cannot initialize Role from invalid String value king", .invalidValue
            ),
        ] as [(String, String, String, JSONError.Code)])
    func `an error names the field`(
        old: String, new: String, shown: String, code: JSONError.Code
    ) throws {
        let start = try #require(text.firstRange(of: old))
        let bad = text.replacingCharacters(in: start, with: new)
        let error = #expect(throws: JSONError.self) {
            try JSON.decode(Message.self, from: Array(bad.utf8))
        }
        #expect(error.map(String.init(describing:)) == shown)
        #expect(error?.code == code)
    }

    @Test func `a type's own error is placed at its field`() throws {
        struct Even: Decodable {
            init(from decoder: any Decoder) throws {
                guard try decoder.singleValueContainer().decode(Int.self) % 2 == 0 else {
                    throw JSONError(.invalidValue, "must be even")
                }
            }
        }
        let value: JSONValue = ["a": [2, 3]]
        let error = #expect(throws: JSONError.self) {
            try JSON.decode([String: [Even]].self, from: value, path: "payload")
        }
        #expect(error?.description == "payload.a[1]: must be even")
    }

    @Test func `canonical text is sorted, shortest and escaped`() throws {
        let value: JSONValue = [
            "b": 0.1, "a": [1e21, -0.0, .double(.leastNonzeroMagnitude), .int(.min)],
            "\u{1F600}": "/\u{7F}\u{01}\"\\\n",
            "\u{FFFD}": [:], "": [],
        ]
        #expect(
            try value.serializedString()
                == #"{"":[],"a":[1e+21,-0.0,5e-324,-9223372036854775808],"b":0.1,"#
                + "\"\u{FFFD}\":{},\"\u{1F600}\":\"/\u{7F}\\u0001\\\"\\\\\\n\"}")
        #expect(try JSON.parse(value.serialized()) == value)
        let pretty: JSONValue = ["a": [1, 2], "b": [:]]
        let lines = "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}"
        #expect(try pretty.serializedString(prettyPrinted: true) == lines)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `a number that JSON cannot show is an error`(number: Double) {
        #expect(throws: JSONError.self) { try JSONValue.double(number).serialized() }
        let error = #expect(throws: JSONError.self) { try JSON.encode(["x": [number]]) }
        #expect(error?.path == "x[0]")
    }

    @Test func `integers past Int64 do not encode`() {
        #expect(throws: JSONError.self) { try JSON.encode([UInt64.max]) }
    }

    @Test func `nesting without end is refused rather than overflowing the stack`() {
        var value: JSONValue = 1
        for _ in 0..<600 { value = [value] }
        let error = #expect(throws: JSONError.self) { try value.serialized() }
        #expect(error?.code == .limitExceeded)
    }

    @Test func `values can be read and changed by key and index`() {
        var value: JSONValue = ["a": [1, "two"], "d": 2.0]
        #expect(value["a"]?[0]?.intValue == 1)
        #expect(value["a"]?[1]?.stringValue == "two")
        #expect(value["a"]?[2] == nil)
        #expect(value["d"]?.intValue == 2)
        #expect(value["d"]?.stringValue == nil)
        value["b"] = ["c": true]
        value["a"] = nil
        #expect(value == ["b": ["c": true], "d": 2.0])
    }
}

extension String {
    fileprivate func firstRange(of text: String) -> Range<Index>? {
        indices.first { self[$0...].hasPrefix(text) }
            .flatMap { start in
                index(start, offsetBy: text.count, limitedBy: endIndex).map { start..<$0 }
            }
    }

    fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}
