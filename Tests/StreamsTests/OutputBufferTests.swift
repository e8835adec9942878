import Contracts
import Streams
import Testing

struct OutputBufferTests {
    private func texts(_ buffer: borrowing OutputBuffer) -> [String] {
        var texts: [String] = []
        buffer.forEach { record in
            let key = record.copyKey().map { String(decoding: $0, as: UTF8.self) } ?? "nil"
            let value = record.copyValue().map { String(decoding: $0, as: UTF8.self) } ?? "nil"
            texts.append("\(record.topic):\(key)=\(value)")
        }
        return texts
    }

    @Test func `absent is not empty`() {
        var buffer = OutputBuffer()
        buffer.append(topic: 0, key: nil, value: nil)
        buffer.append(topic: 1, key: [], value: [])
        buffer.append(topic: 2, partition: 3, timestampMs: 4, key: [0x61], value: [0x62])
        #expect(texts(buffer) == ["0:nil=nil", "1:=", "2:a=b"])
        let (partition, timestampMs) = buffer.withRecord(at: 2) { ($0.partition, $0.timestampMs) }
        #expect(partition == 3)
        #expect(timestampMs == 4)
    }

    @Test func `it is cut back to a mark and goes on from there`() {
        var buffer = OutputBuffer()
        buffer.append(topic: 0, key: [0x61], value: [0x31])
        let mark = buffer.mark
        buffer.append(topic: 0, key: [0x62], value: Array(repeating: 0x32, count: 1_000))
        #expect(buffer.largestByteCount(since: mark) == 1_001)
        buffer.cut(to: mark)
        #expect(buffer.largestByteCount(since: mark) == 0)
        buffer.append(topic: 1, key: [0x63], value: [0x33])
        #expect(texts(buffer) == ["0:a=1", "1:c=3"])
        buffer.removeAll()
        #expect(buffer.count == 0)
    }

    @Test func `an error of the one that takes a record is thrown on`() {
        struct Full: Error {}
        var buffer = OutputBuffer()
        buffer.append(topic: 0, key: nil, value: nil)
        #expect(throws: Full.self) {
            try buffer.forEach { _ throws(Full) in throw Full() }
        }
    }
}
