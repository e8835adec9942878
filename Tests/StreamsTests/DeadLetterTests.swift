import Contracts
import LogContract
import Streams
import Testing

struct DeadLetterTests {
    private static func letter(
        value: [UInt8]?, key: [UInt8]? = [0xff, 0], headers: [RecordHeader] = [],
        bytesMax: Int = 1_000_000
    ) throws -> InProcessRecord {
        var settings = PipelineSettings()
        settings.deadLetterBytesMax = bytesMax
        let rig = try PipelineRig(settings: settings)
        rig.nowMs = 42
        try rig.broker.produce(
            CountingReducer.input, key: key, value: value, headers: headers, timestampMs: 7)
        try rig.settle()
        return try #require(rig.letters.first)
    }

    private static let poison = Array("poison".utf8)

    @Test func `key, value and headers are kept as they came`() throws {
        let letter = try Self.letter(
            value: Self.poison,
            headers: [
                RecordHeader("a", [0xff]), RecordHeader("a", nil), RecordHeader("b", []),
            ])
        #expect(letter.key == [0xff, 0])
        #expect(letter.value == Self.poison)
        #expect(
            letter.headers.prefix(3) == [
                RecordHeader("a", [0xff]), RecordHeader("a", nil), RecordHeader("b", []),
            ])
    }

    @Test(arguments: [
        ("dlq.topic", "contract.in"), ("dlq.partition", "0"), ("dlq.offset", "0"),
        ("dlq.timestamp", "7"), ("dlq.group", "g"), ("dlq.service", "s"), ("dlq.version", "1"),
        ("dlq.code", "schema"), ("dlq.message", "as told"), ("dlq.attempt", "1"),
        ("dlq.first_failure", "42"), ("dlq.last_failure", "42"),
    ])
    func `headers say where it came from and why it lies here`(name: String, text: String) throws {
        #expect(try Self.letter(value: Self.poison).header(name) == text)
    }

    @Test func `a replayed one keeps its first failure and counts its attempts`() throws {
        let letter = try Self.letter(
            value: Self.poison,
            headers: [
                RecordHeader("dlq.attempt", text: "3"), RecordHeader("dlq.code", text: "old"),
                RecordHeader("dlq.first_failure", text: "5"),
                RecordHeader("dlq.replay_id", text: "r1"),
                RecordHeader("dlq.replay_count", text: "2"),
            ])
        #expect(letter.header("dlq.attempt") == "4")
        #expect(letter.header("dlq.first_failure") == "5")
        #expect(letter.header("dlq.last_failure") == "42")
        #expect(letter.header("dlq.replay_id") == "r1")
        #expect(letter.header("dlq.replay_count") == "2")
        #expect(letter.headers.filter { $0.name == "dlq.code" }.count == 1)
    }

    @Test(arguments: ["", "-1", "x", "99999999999999999999999", "9223372036854775807"])
    func `a hostile count is no reason to fail`(text: String) throws {
        let letter = try Self.letter(
            value: Self.poison, headers: [RecordHeader("dlq.attempt", text: text)])
        #expect(letter.header("dlq.attempt").flatMap { Int64($0) } ?? 0 >= 1)
    }

    @Test func `a letter too large for its topic is kept as digest and size`() throws {
        let letter = try Self.letter(
            value: Self.poison, key: Array(repeating: 1, count: 5_000),
            headers: [RecordHeader("big", Array(repeating: 1, count: 20_000))], bytesMax: 3_000)
        #expect(letter.value == [])
        #expect(letter.key == nil)
        #expect(letter.header("big") == nil)
        #expect(letter.header("dlq.size") == "6")
        #expect(letter.header("dlq.digest")?.count == 64)
        #expect(letter.header("dlq.offset") == "0")
    }
}
