import Contracts
import JSON
import Streams
import Testing

@testable import OSCoreDomain

/// Signals in plain form are read straight from their bytes; that must be the same as to parse them.
struct ScannerTests {
    /// What a signal says; that of a rejection is why.
    private func said(
        _ read: () throws(Rejection) -> SignalReading
    ) -> String {
        do throws(Rejection) {
            let reading = try read()
            return """
                \(reading.kind) \(reading.id) \(reading.tsMs) \(reading.service) \(reading.instance) \
                \(reading.counters) \(reading.boundsMs) \(reading.latencyCounts) \
                \(String(describing: reading.cpu)) \(String(describing: reading.memory)) \
                \(reading.kind == .values ? "\(reading.values)" : "")
                """
        } catch {
            return "\(error)"
        }
    }

    @Test func `messages of chance are read as they are parsed`() {
        var random = RandomSignals(seed: 11)
        let decoder = SignalDecoder()
        var scanner = SignalScanner()
        let reading = SignalReading()
        var scanned = 0
        for index in 0..<5_000 {
            guard let value = random.next(nowMs: noonMs + Int64(index) * 100).value else {
                continue
            }
            InputRecord.with(
                input: 0, partition: 0, offset: 0, timestampMs: 0, key: nil, value: value,
                headers: RecordHeaders([])
            ) { record in
                record.withValueSpan { bytes in
                    guard let bytes else { return }
                    let fast = said { () throws(Rejection) in try decoder.decode(bytes) }
                    let slow = said { () throws(Rejection) in try decoder.parse(bytes) }
                    #expect(fast == slow)
                    reading.clear()
                    scanned += scanner.scan(bytes, into: reading) ? 1 : 0
                }
            }
        }
        #expect(scanned > 1_000)
    }

    @Test(
        arguments: [
            ("0", true, 0), ("7", true, 7), ("123456789012345", true, 123_456_789_012_345),
            ("0.1", true, 0.1), ("1234567.12345678", true, 1_234_567.12345678), ("0.30", true, 0.3),
            ("1234567890123456", false, 0), ("01", false, 0), ("1.", false, 0), (".5", false, 0),
            ("-1", false, 0), ("1e3", false, 0), ("1.5e3", false, 0), ("", false, 0),
            ("x", false, 0),
            ("1.2.3", false, 0), ("0.1234567890123456", false, 0),
        ] as [(String, Bool, Double)])
    func `a number is taken only if it is exact`(text: String, isTaken: Bool, value: Double) {
        var number: Double?
        let bytes = Array(text.utf8)
        InputRecord.with(
            input: 0, partition: 0, offset: 0, timestampMs: 0, key: nil, value: bytes,
            headers: RecordHeaders([])
        ) { record in
            record.withValueSpan { span in
                guard let span else { return }
                _ = JSONCursor.read(span) { cursor in
                    number = cursor.number()
                    return true
                }
            }
        }
        #expect(number == (isTaken ? value : nil))
    }
}
