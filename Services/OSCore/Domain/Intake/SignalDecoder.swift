internal import Contracts
internal import JSON
internal import Streams

/// Reads messages of `nervous.signal` straight from the parser's tape: signals are the bulk of the
/// bus, and this takes neither a tree of values nor Codable.
///
/// It takes what `Envelope` and the payload types take, and checks in the same pass what these
/// cannot: that names are names, counters are not negative, and buckets are in order. One a task;
/// its parser's buffers are used again.
final class SignalDecoder {
    private let document: JSONDocument?
    private let reading = SignalReading()
    private var scanner = SignalScanner()

    /// A decoder.
    init() {
        // Without memory for a parser every signal is refused; the process is past saving then.
        document = try? JSONDocument()
    }

    /// The message in `bytes`. It holds until the next one is decoded.
    /// - Throws: a `Rejection`: `malformed`, `unknown_type` or `schema`.
    func decode(_ bytes: RawSpan) throws(Rejection) -> SignalReading {
        reading.clear()
        if scanner.scan(bytes, into: reading) { return reading }
        return try parse(bytes)
    }

    /// The same of a message of any form.
    func parse(_ bytes: RawSpan) throws(Rejection) -> SignalReading {
        guard let document else { throw Rejection(.malformed, "no memory for a JSON parser") }
        reading.clear()
        do {
            try document.withParsed(bytes) { root in try Self.read(root, into: reading) }
        } catch let rejection as Rejection {
            throw rejection
        } catch {
            throw Rejection(.malformed, "\(error)")
        }
        return reading
    }

    private static func read(
        _ root: JSONView, into reading: SignalReading
    ) throws(Rejection) {
        guard root.kind == .object else { throw Rejection(.malformed, "expected one JSON object") }
        var fields = root.fields
        guard fields.find("id").appendUTF8(to: &reading.id), !reading.id.isEmpty,
            reading.id.count <= Envelope.idBytesMax
        else {
            throw Rejection(
                .malformed, "id: expected a text of 1 to \(Envelope.idBytesMax) bytes")
        }
        guard let ts = fields.find("ts").int, (0...SignalLimits.tsMax).contains(ts) else {
            throw Rejection(.malformed, "ts: expected Unix milliseconds")
        }
        reading.tsMs = ts
        let role = fields.find("role")
        guard role.equals("service") || role.string.flatMap(Role.init) != nil else {
            throw Rejection(.malformed, "role: expected operator, system, service or agent")
        }
        guard fields.find("topic").equals("signal") else {
            throw Rejection(.malformed, "topic: expected signal")
        }
        let payload = fields.find("payload")
        guard payload.kind == .object else {
            throw Rejection(.malformed, "payload: expected an object")
        }
        try readPayload(payload, into: reading)
    }

    private static func readPayload(
        _ payload: JSONView, into reading: SignalReading
    ) throws(Rejection) {
        var fields = payload.fields
        let type = fields.find("type")
        guard type.kind == .string, !type.equals("") else {
            throw Rejection(.schema, "payload.type: missing or no text")
        }
        guard fields.find("service").appendUTF8(to: &reading.service),
            ServiceName.isValid(utf8: reading.service)
        else { throw Rejection(.schema, "payload.service: expected the name of a service") }
        guard fields.find("instance").appendUTF8(to: &reading.instance),
            isInstance(reading.instance)
        else {
            throw Rejection(
                .schema,
                "payload.instance: expected a text of 1 to \(SignalLimits.instanceBytesMax) "
                    + "bytes without control characters")
        }
        if type.equals("golden_signals") {
            reading.kind = .counters
            try readCounters(&fields, into: reading)
        } else if type.equals("golden_signal_values") {
            reading.kind = .values
            try readValues(&fields, into: reading)
        } else if type.equals("scrape_failed") {
            reading.kind = .failure
            guard let code = fields.find("code").string, let reason = fields.find("reason").string,
                (1...SignalLimits.codeBytesMax).contains(code.utf8.count)
            else { throw Rejection(.schema, "payload: code and reason: expected texts") }
            reading.failure = SignalReading.Failure(
                code: code, reason: String(reason.prefix(SignalLimits.reasonMax)))
        } else {
            throw Rejection(
                .unknownType, "payload.type: \(type.string ?? "") is none of this topic's")
        }
    }

    private static func readCounters(
        _ fields: inout JSONFields, into reading: SignalReading
    ) throws(Rejection) {
        let counter = 0...SignalLimits.counterMax
        reading.counters.requestsTotal = try number(&fields, "requestsTotal", counter)
        reading.counters.errorsTotal = try number(&fields, "errorsTotal", counter)
        reading.counters.refusedByFlagTotal = try number(&fields, "refusedByFlagTotal", counter)
        reading.cpu = try number(&fields, "cpu", 0...1)
        reading.memory = try number(&fields, "memory", 0...1)
        let start = fields.find("startTimeMs")
        if !start.isMissingOrNull {
            guard let startMs = start.int, (0...SignalLimits.tsMax).contains(startMs) else {
                throw Rejection(.schema, "payload.startTimeMs: expected Unix milliseconds")
            }
            reading.counters.startTimeMs = startMs
        }
        let hasBounds = try numbers(&fields, "latencyBoundsMs", into: &reading.boundsMs)
        let hasCounts = try numbers(&fields, "latencyCounts", into: &reading.latencyCounts)
        if hasBounds || hasCounts {
            try checkHistogram(reading.boundsMs, reading.latencyCounts)
        }
    }

    private static func readValues(
        _ fields: inout JSONFields, into reading: SignalReading
    ) throws(Rejection) {
        let amount = 0...SignalLimits.amountMax
        reading.values.latencyP95Ms = try number(&fields, "latencyP95Ms", amount)
        reading.values.errorRate = try number(&fields, "errorRate", 0...1)
        reading.values.requestsPerSecond = try number(&fields, "requestsPerSecond", amount)
        reading.cpu = try number(&fields, "cpu", 0...1)
        reading.memory = try number(&fields, "memory", 0...1)
        reading.values.deadLetters = try number(&fields, "deadLetters", amount)
        reading.values.deadLettersPerMinute = try number(
            &fields, "deadLettersPerMinute", amount)
        reading.values.slowedTasks = try number(&fields, "slowedTasks", amount)
    }

    private static func number(
        _ fields: inout JSONFields, _ field: StaticString, _ range: ClosedRange<Double>
    ) throws(Rejection) -> Double? {
        let view = fields.find(field)
        guard !view.isMissingOrNull else { return nil }
        guard let value = view.double, range.contains(value) else {
            throw Rejection(
                .schema,
                "payload.\(field): expected a number from 0 to "
                    + (range.upperBound == 1 ? "1" : "\(Int64(range.upperBound))"))
        }
        return value
    }

    /// - Returns: whether the field is there.
    private static func numbers(
        _ fields: inout JSONFields, _ field: StaticString, into values: inout [Double]
    ) throws(Rejection) -> Bool {
        let view = fields.find(field)
        guard !view.isMissingOrNull else { return false }
        guard view.count <= SignalLimits.boundsMax + 1, view.appendDoubles(to: &values) else {
            throw Rejection(
                .schema,
                "payload.\(field): expected at most \(SignalLimits.boundsMax) bounds, as numbers")
        }
        return true
    }

    private static func checkHistogram(
        _ bounds: [Double], _ counts: [Double]
    ) throws(Rejection) {
        guard hasLayout(bounds, counts) else {
            throw Rejection(
                .schema,
                "payload.latencyCounts: expected one count more than there are bounds, and 1 to "
                    + "\(SignalLimits.boundsMax) bounds")
        }
        guard areBounds(bounds) else {
            throw Rejection(.schema, "payload.latencyBoundsMs: expected rising bounds")
        }
        guard areCumulative(counts) else {
            throw Rejection(.schema, "payload.latencyCounts: expected cumulative counts")
        }
    }

    /// Whether these are the bounds and the counts of a histogram.
    static func isHistogram(_ bounds: [Double], _ counts: [Double]) -> Bool {
        hasLayout(bounds, counts) && areBounds(bounds) && areCumulative(counts)
    }

    private static func hasLayout(_ bounds: [Double], _ counts: [Double]) -> Bool {
        counts.count == bounds.count + 1 && (1...SignalLimits.boundsMax).contains(bounds.count)
    }

    private static func areBounds(_ bounds: [Double]) -> Bool {
        for index in 1..<max(1, bounds.count) where bounds[index - 1] >= bounds[index] {
            return false
        }
        return bounds[0] >= 0 && bounds[bounds.count - 1] <= SignalLimits.counterMax
    }

    private static func areCumulative(_ counts: [Double]) -> Bool {
        for index in 1..<max(1, counts.count) where counts[index - 1] > counts[index] {
            return false
        }
        return counts[0] >= 0 && counts[counts.count - 1] <= SignalLimits.counterMax
    }

    static func isInstance(_ name: [UInt8]) -> Bool {
        guard (1...SignalLimits.instanceBytesMax).contains(name.count) else { return false }
        for byte in name where byte < 0x20 || byte == 0x7f { return false }
        return true
    }
}
