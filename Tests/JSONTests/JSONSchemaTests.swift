import JSON
import Testing

@Suite struct JSONSchemaTests {
    @Test(
        arguments: [
            (#"{"type":"string"}"#, [#""a""#], ["1", "null", "{}"]),
            (#"{"type":"integer"}"#, ["1", "1.0", "-9223372036854775808"], ["1.5", #""1""#]),
            (#"{"type":["null","number"]}"#, ["null", "1", "1.5"], ["true", "[]"]),
            (#"{"enum":["a",1,null]}"#, [#""a""#, "1", "1.0", "null"], [#""b""#, "true"]),
            (#"{"const":{"a":[1]}}"#, [#"{"a":[1.0]}"#], [#"{"a":[1,2]}"#, "{}"]),
            (#"{"minimum":0,"maximum":10}"#, ["0", "10", #""x""#], ["-1", "10.5"]),
            (#"{"exclusiveMinimum":0,"exclusiveMaximum":1}"#, ["0.5"], ["0", "1", "1.0"]),
            (#"{"minimum":9007199254740993}"#, ["9007199254740993"], ["9007199254740992"]),
            (#"{"minLength":2,"maxLength":3}"#, [#""é😀""#, "5"], [#""a""#, #""abcd""#]),
            (#"{"pattern":"^[a-z]+$"}"#, [#""abc""#], [#""""#, #""a1""#]),
            (
                #"{"items":{"type":"integer"},"minItems":1,"maxItems":2}"#, ["[1]", "{}"],
                ["[]", "[1,2,3]", #"["a"]"#]
            ),
            (#"{"required":["a"]}"#, [#"{"a":null}"#, "1"], ["{}"]),
            (
                #"{"properties":{"a":{"type":"string"}},"additionalProperties":false}"#,
                ["{}", #"{"a":"x"}"#], [#"{"a":1}"#, #"{"b":1}"#]
            ),
            (#"{"additionalProperties":{"type":"integer"}}"#, [#"{"x":1}"#], [#"{"x":"1"}"#]),
            (#"{"oneOf":[{"type":"integer"},{"minimum":5}]}"#, ["1", "5.5"], ["7", "1.5"]),
            (#"{"anyOf":[{"type":"string"},{"type":"integer"}]}"#, ["1", #""a""#], ["null"]),
            (#"{"allOf":[{"minimum":1},{"maximum":2}]}"#, ["1"], ["0", "3"]),
            (#"{"not":{"type":"null"}}"#, ["1"], ["null"]),
            (
                #"{"if":{"required":["a"]},"then":{"required":["b"]},"else":{"required":["c"]}}"#,
                [#"{"a":1,"b":1}"#, #"{"c":1}"#], [#"{"a":1}"#, "{}"]
            ),
            (##"{"$ref":"#/$defs/id","$defs":{"id":{"type":"string"}}}"##, [#""a""#], ["1"]),
            (
                ##"{"type":"object","additionalProperties":{"$ref":"#"}}"##, [#"{"a":{"b":{}}}"#],
                [#"{"a":{"b":1}}"#]
            ),
            ("true", ["1", "{}"], []),
            ("false", [], ["1", "{}"]),
        ] as [(String, [String], [String])])
    func `a schema takes what it should and nothing else`(
        text: String, valid: [String], invalid: [String]
    ) throws {
        let schema = try JSONSchema(JSON.parse(text))
        for value in valid {
            #expect(schema.validate(try JSON.parse(value)) == [], "\(text) on \(value)")
        }
        for value in invalid {
            #expect(schema.validate(try JSON.parse(value)) != [], "\(text) on \(value)")
        }
    }

    @Test func `violations say where and what`() throws {
        let schema = try JSONSchema([
            "type": "object", "required": ["service"], "additionalProperties": false,
            "properties": [
                "service": ["type": "string"],
                "steps": ["items": ["properties": ["n": ["maximum": 3]]]],
            ],
        ])
        let violations = schema.validate(["steps": [["n": 1], ["n": 4]], "extra": true])
        #expect(
            violations.map(\.description) == [
                "service: missing", "extra: unknown field", "steps[1].n: 4 is more than 3",
            ])
        #expect(violations.map(\.keyword) == ["required", "additionalProperties", "maximum"])
    }

    @Test(
        arguments: [
            (#"{"typ":"string"}"#, "#/typ: unknown keyword"),
            (
                #"{"properties":{"a":{"multipleOf":2}}}"#,
                "#/properties/a/multipleOf: unknown keyword"
            ),
            (#"{"type":"text"}"#, "#/type: no such type: 'text'"),
            (#"{"type":[]}"#, "#/type: must name a type"),
            (#"{"minLength":-1}"#, "#/minLength: must be a whole number from 0 on"),
            (#"{"minimum":"1"}"#, "#/minimum: must be a number"),
            (#"{"enum":[]}"#, "#/enum: must be a list with something in it"),
            (#"{"required":["a",1]}"#, "#/required: must be a list of strings"),
            (##"{"$ref":"#/$defs/x"}"##, "#/$ref: no such schema: '#/$defs/x'"),
            (
                #"{"$ref":"https://example.org/x"}"#,
                "#/$ref: no such schema: 'https://example.org/x'"
            ),
            (#"{"then":{}}"#, "#: 'then' and 'else' need an 'if'"),
            (#"{"items":3}"#, "#/items: a schema must be an object or a truth value"),
            (#"{"items":{"$defs":{}}}"#, "#/items/$defs: definitions stand at the top of a schema"),
            ("[]", "#: a schema must be an object or a truth value"),
        ])
    func `a schema with a mistake does not compile`(text: String, shown: String) throws {
        let document = try JSON.parse(text)
        let error = #expect(throws: JSONError.self) { try JSONSchema(document) }
        #expect(error?.code == .invalidSchema)
        #expect(error?.description == shown)
    }

    @Test func `a pattern with a mistake is told with the keyword's path`() {
        let error = #expect(throws: JSONError.self) {
            try JSONSchema(["properties": ["a": ["pattern": "(x"]]])
        }
        #expect(error?.path == "#/properties/a/pattern")
        #expect(error?.message.contains("a group is not closed") == true)
    }

    @Test func `no more than ten violations are told`() throws {
        let schema = try JSONSchema(["items": ["type": "string"]])
        let violations = schema.validate(.array(Array(repeating: 1, count: 1000)))
        #expect(violations.count == 10)
        #expect(violations[9].path == "[9]")
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ##"{"$ref":"#"}"##,
            ##"{"anyOf":[{"$ref":"#"},{"$ref":"#"}]}"##,
            ##"{"oneOf":[{"$ref":"#"},{"$ref":"#"},{"type":"integer"}]}"##,
            ##"{"not":{"$ref":"#"}}"##,
            ##"{"allOf":[{"$ref":"#/$defs/a"}],"$defs":{"a":{"anyOf":[{"$ref":"#"},{"$ref":"#"}]}}}"##,
        ])
    func `a schema that goes round in circles ends with a violation`(text: String) throws {
        let violations = try JSONSchema(JSON.parse(text)).validate(1)
        #expect(violations.contains { $0.keyword == "limit" })
    }

    @Test func `a deep value is refused rather than overflowing the stack`() throws {
        let schema = try JSONSchema(["items": ["$ref": "#"]])
        var value: JSONValue = []
        for _ in 0..<400 { value = [value] }
        #expect(schema.validate(value).map(\.keyword) == ["limit"])
    }
}
