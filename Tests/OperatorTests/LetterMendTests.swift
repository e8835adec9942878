import Contracts
import JSON
import Streams
import Testing

@testable import OperatorDomain

/// Dead letters with another message in their place.
@Suite struct LetterMendTests {
    private func letter(_ value: String?) -> DeadLetterRecord {
        DeadLetterRecord(
            place: DeadLetterPlace(topic: .signal, partition: 2, offset: 15),
            key: Array("checkout".utf8), value: value.map { Array($0.utf8) },
            headers: [RecordHeader("dlq.original", text: "signal/0/1")])
    }

    @Test(arguments: [
        (#"{"a":1}"#, #"{"a":1.0}"#, []), (#"{"a":1}"#, #"{"a":2}"#, ["a: 1 → 2"]),
        (#"{"a":{"b":50,"c":1}}"#, #"{"a":{"b":0.5,"c":1}}"#, ["a.b: 50 → 0.5"]),
        (#"{"a":1}"#, #"{"b":1}"#, ["a: 1 removed", "b: added 1"]),
        (#"{"a":[1,2]}"#, #"{"a":[1,3,4]}"#, ["a[1]: 2 → 3", "a[2]: added 4"]),
        (#"{"a":[1,2]}"#, #"{"a":[1]}"#, ["a[1]: 2 removed"]),
        (#"{"a":1}"#, #"[1]"#, [#"message: {"a":1} → [1]"#]),
        (#"{"a":null}"#, #"{}"#, ["a: null removed"]),
        (
            #"{"a":9007199254740993}"#, #"{"a":9007199254740992.0}"#,
            [
                "a: 9007199254740993 → 9007199254740992.0"
            ]
        ),
    ])
    func `differences are told field by field`(
        old: String, new: String, lines: [String]
    ) throws {
        #expect(
            JSONDifference.lines(
                from: try JSON.parse(Array(old.utf8)), to: try JSON.parse(Array(new.utf8)))
                == lines)
    }

    @Test func `many differences, and long ones, are cut`() throws {
        let many = JSONValue.object(
            Dictionary(uniqueKeysWithValues: (0..<50).map { ("f\($0)", .int($0)) }))
        let lines = JSONDifference.lines(from: .object([:]), to: many)
        #expect(lines.count == 21 && lines.last == "and 30 more")
        let long = JSONDifference.lines(
            from: .object([:]), to: .object(["a": .string(String(repeating: "ä", count: 9_000))]))
        #expect(long[0].utf8.count < 200)
    }

    @Test(arguments: [
        // The old message, the new one, and the id that it gets.
        (#"{"id":"m7","a":1}"#, #"{"id":"m7","a":2}"#, "m7~signal/2/15"),
        (#"{"id":"m7","a":1}"#, #"{"a":2}"#, "mended~signal/2/15"),
        (#"{"id":"m7","a":1}"#, #"{"id":"mine","a":2}"#, "mine"),
        (#"{"id":"m7","a":1}"#, #"{"id":"m7","a":1}"#, "m7"),
        ("{", #"{"id":"m7","a":1}"#, "m7"), ("{", #"{"a":1}"#, "mended~signal/2/15"),
        (#"{"id":"m7"}"#, "[1]", nil),
    ])
    func `what says something else has another id`(
        old: String, new: String, id: String?
    ) throws {
        let mend = try LetterMend(of: letter(old), to: try JSON.parse(Array(new.utf8)))
        #expect(mend.id == id)
        #expect(
            mend.letter.headers == [RecordHeader("dlq.original", text: "signal/2/15")])
        #expect(try JSON.parse(mend.letter.value ?? [])["id"]?.stringValue == id)
    }

    @Test func `an id that is as long as ids may be is cut to make room`() throws {
        let old = String(repeating: "ä", count: 128)
        let mend = try LetterMend(
            of: letter("{\"id\":\"\(old)\"}"), to: .object(["id": .string(old), "a": .int(1)]))
        let id = try #require(mend.id)
        #expect(id.utf8.count <= Envelope.idBytesMax && id.hasSuffix("~signal/2/15"))
    }

    @Test(arguments: [
        ("9007199254740992", nil), ("9007199254740993", "9007199254740993"),
        ("-9007199254740995", "-9007199254740995"), ("1e300", "1e+300"),
        (#"{"a":[{"b":9223372036854775807}]}"#, "9223372036854775807"),
        (#"{"a":"9223372036854775807"}"#, nil), ("0.1", nil),
    ])
    func `numbers that a double would round are found`(text: String, number: String?) throws {
        let found = LetterMend.inexactNumber(in: try JSON.parse(Array(text.utf8)))
        #expect(found == number)
    }

    @Test func `what mending did is told`() throws {
        var tally = MendTally(runId: "r1", topic: "nervous.signal", dryRun: true)
        let mend = try LetterMend(
            of: letter(#"{"id":"m7","a":1}"#), to: .object(["id": .string("m7"), "a": .int(2)]))
        for _ in 0..<5 { tally.mend(mend) }
        tally.keep("nothing changes in it")
        let text = tally.text(for: Fixtures.console())
        #expect(text.contains("signal/2/15\n  a: 1 → 2"))
        #expect(text.contains("5 letters would be valid and go to nervous.signal"))
        #expect(text.contains("1 letter would stay\n  1  nothing changes in it"))
        #expect(tally.examples.count == 3)
        for number in 0..<200 { tally.keep("\(number)") }
        #expect(tally.kept.count <= 51)
    }
}
