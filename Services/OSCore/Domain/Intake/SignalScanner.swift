internal import Contracts
internal import JSON

/// Reads the counters of a well-formed signal in plain form straight from its bytes, its fields in
/// any order: nearly all of what services send. What is said otherwise, or is not right, is left to
/// `SignalDecoder`, which takes all forms and has the reasons.
struct SignalScanner {
    // Functions, not arrays: all tasks would count references to the same ones.
    private static func envelopeKey(_ index: Int) -> StaticString {
        switch index {
        case 0: #""id":"#
        case 1: #""ts":"#
        case 2: #""role":"#
        case 3: #""topic":"#
        default: #""payload":"#
        }
    }

    private static func payloadKey(_ index: Int) -> StaticString {
        switch index {
        case 0: #""type":"#
        case 1: #""service":"#
        case 2: #""instance":"#
        case 3: #""requestsTotal":"#
        case 4: #""errorsTotal":"#
        case 5: #""refusedByFlagTotal":"#
        case 6: #""latencyBoundsMs":"#
        case 7: #""latencyCounts":"#
        case 8: #""cpu":"#
        case 9: #""memory":"#
        default: #""startTimeMs":"#
        }
    }

    // Bits of the keys above.
    private static let envelopeAll: UInt16 = 0b11111
    private static let payloadNeeded: UInt16 = 0b111
    private static let histogram: UInt16 = 0b1100_0000

    /// Takes one of `count` keys; looks for the expected one first.
    private static func key(
        _ cursor: inout JSONCursor, expected: Int, count: Int, _ text: (Int) -> StaticString
    ) -> Int? {
        if cursor.take(text(expected)) { return expected }
        for index in 0..<count where cursor.take(text(index)) { return index }
        return nil
    }

    // Senders keep to one order: after a key comes the one that came after it the last time.
    private var afterEnvelope = InlineArray<6, Int>(repeating: 0)
    private var afterPayload = InlineArray<12, Int>(repeating: 0)
    private var layouts: [(text: [UInt8], boundsMs: [Double])] = []
    private var nextLayout = 0
    private static let layoutsMax = 8

    /// Whether `bytes` were read into `reading`, which is empty; else it is to be emptied again.
    mutating func scan(_ bytes: RawSpan, into reading: SignalReading) -> Bool {
        JSONCursor.read(bytes) { cursor in
            scan(&cursor, into: reading) && cursor.isAtEnd
        }
    }

    private mutating func scan(
        _ cursor: inout JSONCursor, into reading: SignalReading
    ) -> Bool {
        guard cursor.take(UInt8(ascii: "{")) else { return false }
        var (seen, last): (UInt16, Int) = (0, 5)
        repeat {
            guard
                let key = Self.key(
                    &cursor, expected: afterEnvelope[last], count: 5, Self.envelopeKey),
                seen & 1 << UInt16(key) == 0, take(key, &cursor, into: reading)
            else { return false }
            seen |= 1 << UInt16(key)
            afterEnvelope[last] = key
            last = key
        } while cursor.take(UInt8(ascii: ","))
        return seen == Self.envelopeAll && cursor.take(UInt8(ascii: "}"))
    }

    private mutating func take(
        _ key: Int, _ cursor: inout JSONCursor, into reading: SignalReading
    ) -> Bool {
        switch key {
        case 0:
            return cursor.string(&reading.id) && !reading.id.isEmpty
                && reading.id.count <= Envelope.idBytesMax
        case 1:
            guard let ts = cursor.integer(), ts <= SignalLimits.tsMax else { return false }
            reading.tsMs = ts
            return true
        case 2: return cursor.take(#""service""#)
        case 3: return cursor.take(#""signal""#)
        default: return scanPayload(&cursor, into: reading)
        }
    }

    private mutating func scanPayload(
        _ cursor: inout JSONCursor, into reading: SignalReading
    ) -> Bool {
        guard cursor.take(UInt8(ascii: "{")) else { return false }
        var (seen, last): (UInt16, Int) = (0, 11)
        repeat {
            guard
                let key = Self.key(
                    &cursor, expected: afterPayload[last], count: 11, Self.payloadKey),
                seen & 1 << UInt16(key) == 0, takeField(key, &cursor, into: reading)
            else { return false }
            seen |= 1 << UInt16(key)
            afterPayload[last] = key
            last = key
        } while cursor.take(UInt8(ascii: ","))
        guard cursor.take(UInt8(ascii: "}")), seen & Self.payloadNeeded == Self.payloadNeeded else {
            return false
        }
        reading.kind = .counters
        guard seen & Self.histogram != 0 else { return true }
        return SignalDecoder.isHistogram(reading.boundsMs, reading.latencyCounts)
    }

    /// The bounds of a histogram. Services share a few layouts, so that the text of one is mostly
    /// known, and with it an array that is in use already.
    private mutating func bounds(_ cursor: inout JSONCursor, _ bounds: inout [Double]) -> Bool {
        for index in layouts.indices where cursor.take(layouts[index].text) {
            bounds = layouts[index].boundsMs
            return true
        }
        var text: [UInt8] = []
        let isTaken = cursor.recording(&text) {
            $0.numbers(&bounds, max: SignalLimits.boundsMax)
        }
        guard isTaken else { return false }
        if layouts.count < Self.layoutsMax {
            layouts.append((text, bounds))
        } else {
            layouts[nextLayout] = (text, bounds)
            nextLayout = (nextLayout + 1) % Self.layoutsMax
        }
        return true
    }

    private mutating func takeField(
        _ key: Int, _ cursor: inout JSONCursor, into reading: SignalReading
    ) -> Bool {
        switch key {
        case 0: return cursor.take(#""golden_signals""#)
        case 1: return cursor.string(&reading.service) && ServiceName.isValid(utf8: reading.service)
        case 2:
            return cursor.string(&reading.instance) && SignalDecoder.isInstance(reading.instance)
        case 3: return number(&cursor, SignalLimits.counterMax, &reading.counters.requestsTotal)
        case 4: return number(&cursor, SignalLimits.counterMax, &reading.counters.errorsTotal)
        case 5:
            return number(&cursor, SignalLimits.counterMax, &reading.counters.refusedByFlagTotal)
        case 6: return bounds(&cursor, &reading.boundsMs)
        case 7: return cursor.numbers(&reading.latencyCounts, max: SignalLimits.boundsMax + 1)
        case 8: return number(&cursor, 1, &reading.cpu)
        case 9: return number(&cursor, 1, &reading.memory)
        default:
            guard let startMs = cursor.integer(), startMs <= SignalLimits.tsMax else {
                return false
            }
            reading.counters.startTimeMs = startMs
            return true
        }
    }

    private func number(
        _ cursor: inout JSONCursor, _ max: Double, _ value: inout Double?
    ) -> Bool {
        guard let number = cursor.number(), number <= max else { return false }
        value = number
        return true
    }
}
