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

    /// A decoder.
    init() {
        // Without memory for a parser every signal is refused; the process is past saving then.
        document = try? JSONDocument()
    }

    /// The message in `bytes`.
    /// - Throws: a `Rejection`: `malformed`, `unknown_type` or `schema`.
    func decode(_ bytes: [UInt8]) throws(Rejection) -> SignalMessage {
        guard let document else { throw Rejection(.malformed, "no memory for a JSON parser") }
        do {
            return try document.withParsed(bytes) { root in try Self.message(root) }
        } catch let rejection as Rejection {
            throw rejection
        } catch {
            throw Rejection(.malformed, "\(error)")
        }
    }

    private static func message(_ root: JSONView) throws(Rejection) -> SignalMessage {
        guard root.kind == .object else { throw Rejection(.malformed, "expected one JSON object") }
        guard let id = root["id"].string, !id.isEmpty, id.utf8.count <= Envelope.idBytesMax else {
            throw Rejection(
                .malformed, "id: expected a text of 1 to \(Envelope.idBytesMax) bytes")
        }
        guard let ts = root["ts"].int, (0...SignalLimits.tsMax).contains(ts) else {
            throw Rejection(.malformed, "ts: expected Unix milliseconds")
        }
        guard root["role"].string.flatMap(Role.init) != nil else {
            throw Rejection(.malformed, "role: expected operator, system, service or agent")
        }
        guard root["topic"].equals("signal") else {
            throw Rejection(.malformed, "topic: expected signal")
        }
        let payload = root["payload"]
        guard payload.kind == .object else {
            throw Rejection(.malformed, "payload: expected an object")
        }
        return SignalMessage(id: id, tsMs: ts, content: try content(payload))
    }

    private static func content(_ payload: JSONView) throws(Rejection) -> SignalMessage.Content {
        guard let type = payload["type"].string, !type.isEmpty else {
            throw Rejection(.schema, "payload.type: missing or no text")
        }
        guard let service = payload["service"].string, ServiceName.isValid(service) else {
            throw Rejection(.schema, "payload.service: expected the name of a service")
        }
        guard let instance = payload["instance"].string, isInstance(instance) else {
            throw Rejection(
                .schema,
                "payload.instance: expected a text of 1 to \(SignalLimits.instanceBytesMax) "
                    + "bytes without control characters")
        }
        switch type {
        case SignalPayload.types[0]: return .counters(try counters(payload, service, instance))
        case SignalValuesPayload.types[0]: return .values(try values(payload, service, instance))
        case ScrapeFailurePayload.types[0]:
            guard let code = payload["code"].string, let reason = payload["reason"].string,
                (1...64).contains(code.utf8.count)
            else { throw Rejection(.schema, "payload: code and reason: expected texts") }
            return .failure(
                ScrapeFailurePayload(
                    service: service, instance: instance, code: code,
                    reason: String(reason.prefix(SignalLimits.reasonMax))))
        default:
            throw Rejection(.unknownType, "payload.type: \(type) is none of this topic's")
        }
    }

    private static func counters(
        _ payload: JSONView, _ service: String, _ instance: String
    ) throws(Rejection) -> SignalPayload {
        let counter = 0...SignalLimits.counterMax
        var signal = SignalPayload(service: service, instance: instance)
        signal.requestsTotal = try number(payload, "requestsTotal", counter)
        signal.errorsTotal = try number(payload, "errorsTotal", counter)
        signal.refusedByFlagTotal = try number(payload, "refusedByFlagTotal", counter)
        signal.cpu = try number(payload, "cpu", 0...1)
        signal.memory = try number(payload, "memory", 0...1)
        let start = payload["startTimeMs"]
        if !start.isMissingOrNull {
            guard let startMs = start.int, (0...SignalLimits.tsMax).contains(startMs) else {
                throw Rejection(.schema, "payload.startTimeMs: expected Unix milliseconds")
            }
            signal.startTimeMs = startMs
        }
        signal.latencyBoundsMs = try numbers(payload, "latencyBoundsMs")
        signal.latencyCounts = try numbers(payload, "latencyCounts")
        try checkHistogram(signal.latencyBoundsMs, signal.latencyCounts)
        return signal
    }

    private static func values(
        _ payload: JSONView, _ service: String, _ instance: String
    ) throws(Rejection) -> SignalValuesPayload {
        let amount = 0...1_000_000_000_000.0
        var signal = SignalValuesPayload(service: service, instance: instance)
        signal.latencyP95Ms = try number(payload, "latencyP95Ms", amount)
        signal.errorRate = try number(payload, "errorRate", 0...1)
        signal.requestsPerSecond = try number(payload, "requestsPerSecond", amount)
        signal.cpu = try number(payload, "cpu", 0...1)
        signal.memory = try number(payload, "memory", 0...1)
        return signal
    }

    private static func number(
        _ payload: JSONView, _ field: StaticString, _ range: ClosedRange<Double>
    ) throws(Rejection) -> Double? {
        let view = payload[field]
        guard !view.isMissingOrNull else { return nil }
        guard let value = view.double, range.contains(value) else {
            throw Rejection(
                .schema,
                "payload.\(field): expected a number from 0 to "
                    + (range.upperBound == 1 ? "1" : "\(Int64(range.upperBound))"))
        }
        return value
    }

    private static func numbers(
        _ payload: JSONView, _ field: StaticString
    ) throws(Rejection) -> [Double]? {
        let view = payload[field]
        guard !view.isMissingOrNull else { return nil }
        var values: [Double] = []
        guard view.count <= SignalLimits.boundsMax + 1, view.appendDoubles(to: &values) else {
            throw Rejection(
                .schema,
                "payload.\(field): expected at most \(SignalLimits.boundsMax) bounds, as numbers")
        }
        return values
    }

    private static func checkHistogram(
        _ bounds: [Double]?, _ counts: [Double]?
    ) throws(Rejection) {
        guard bounds != nil || counts != nil else { return }
        guard let bounds, let counts, counts.count == bounds.count + 1,
            (1...SignalLimits.boundsMax).contains(bounds.count)
        else {
            throw Rejection(
                .schema,
                "payload.latencyCounts: expected one count more than there are bounds, and 1 to "
                    + "\(SignalLimits.boundsMax) bounds")
        }
        guard bounds[0] >= 0, bounds[bounds.count - 1] <= SignalLimits.counterMax,
            zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 })
        else { throw Rejection(.schema, "payload.latencyBoundsMs: expected rising bounds") }
        guard counts[0] >= 0, counts[counts.count - 1] <= SignalLimits.counterMax,
            zip(counts, counts.dropFirst()).allSatisfy({ $0 <= $1 })
        else {
            throw Rejection(.schema, "payload.latencyCounts: expected cumulative counts")
        }
    }

    private static func isInstance(_ name: String) -> Bool {
        (1...SignalLimits.instanceBytesMax).contains(name.utf8.count)
            && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    }
}
