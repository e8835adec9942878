import JSON
import Testing

@Suite struct JSONDocumentTests {
    static let signal = Array(
        #"""
        {"id":"s-1","ts":1763679600000,"role":"service","topic":"signal","payload":{"type":"golden",
        "service":"checkout","instance":"a","requests":120,"errors":3.0,"cpu":0.5,"ok":true,
        "none":null,"buckets":[1,2.5,3],"mixed":[1,"x"],"empty":[],"big":18446744073709551615}}
        """#.utf8)

    @Test func `fields are read in place`() throws {
        let document = try JSONDocument()
        try document.withParsed(Self.signal) { root in
            let payload = root["payload"]
            #expect(root["ts"].int == 1_763_679_600_000)
            #expect(payload["service"].string == "checkout")
            #expect(payload["service"].equals("checkout") == true)
            #expect(payload["service"].equals("check") == false)
            #expect(payload["errors"].int == 3)
            #expect(payload["requests"].double == 120)
            #expect(payload["cpu"].int == nil)
            #expect(payload["ok"].bool == true)
            #expect(payload["none"].kind == .null)
            #expect(payload["none"].isMissingOrNull == true)
            #expect(payload["nothing"]["deeper"].isMissingOrNull == true)
            #expect(payload["big"].int == nil)
            #expect(payload["big"].double == Double(UInt64.max))
            #expect(root.field("role").string == "service")
            #expect(root.count == 5)
            #expect(root["ts"]["x"].kind == .missing)
            #expect(throws: JSONError.self) { try payload.value() }
            #expect(payload["service"].withUTF8Span { $0.count } == 8)
        }
    }

    @Test func `fields are found in any order`() throws {
        try JSONDocument().withParsed(Self.signal) { root in
            var fields = root["payload"].fields
            let service = fields.find("service").string
            let cpu = fields.find("cpu").double
            let type = fields.find("type").string
            let missing = fields.find("nothing").kind
            let requests = fields.find("requests").int
            #expect(service == "checkout")
            #expect(cpu == 0.5)
            #expect(type == "golden")
            #expect(missing == .missing)
            #expect(requests == 120)
            var none = root["ts"].fields
            let nothing = none.find("x").kind
            #expect(nothing == .missing)
            var absent = root["absent"].fields
            let alsoNothing = absent.find("x").kind
            #expect(alsoNothing == .missing)
        }
    }

    @Test func `numbers are appended, all or none`() throws {
        try JSONDocument().withParsed(Self.signal) { root in
            var numbers = [9.0]
            let payload = root["payload"]
            #expect(payload["buckets"].appendDoubles(to: &numbers) == true)
            #expect(numbers == [9, 1, 2.5, 3])
            #expect(payload["mixed"].appendDoubles(to: &numbers) == false)
            #expect(payload["cpu"].appendDoubles(to: &numbers) == false)
            #expect(payload["empty"].appendDoubles(to: &numbers) == true)
            #expect(numbers == [9, 1, 2.5, 3])
        }
    }

    @Test func `elements and fields come in order`() throws {
        try JSONDocument().withParsed(Array(#"{"b":[1,[2],"x"],"a":{}}"#.utf8)) { root in
            var keys: [String] = []
            root.forEachField { key, _ in keys.append(key) }
            #expect(keys == ["b", "a"])
            var kinds: [JSONKind] = []
            root["b"].forEachElement { kinds.append($0.kind) }
            #expect(kinds == [.int, .array, .string])
            root["a"].forEachElement { _ in Issue.record("an object has no elements") }
        }
    }

    @Test func `a document is used again, after errors and large inputs too`() throws {
        let document = try JSONDocument()
        let large = Array("[\"\(String(repeating: "x", count: 600_000))\"]".utf8)
        for _ in 0..<3 {
            #expect(throws: JSONError.self) { try document.withParsed([0x7B]) { _ in } }
            #expect(try document.withParsed(large) { $0.count } == 1)
            #expect(try document.withParsed(Self.signal) { $0["id"].string } == "s-1")
        }
    }

    @Test func `a call within a call is refused`() throws {
        let document = try JSONDocument()
        try document.withParsed(Self.signal) { root in
            #expect(throws: JSONError.self) { try document.withParsed([0x31]) { $0.int } }
            #expect(root["id"].string == "s-1")
        }
    }
}
