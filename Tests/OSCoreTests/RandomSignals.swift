/// Messages of chance for os-core, the same for the same seed: signals of services with several
/// instances and histograms, as services send them and as they should not, and settings between.
struct RandomSignals {
    /// A message: the input that it is for, and what its record holds.
    struct Message {
        let input: Int
        let key: [UInt8]?
        let value: [UInt8]?
    }

    private struct Instance {
        var bounds: [String] = []
        var requests = 0
        var errors = 0
        var refused = 0
        var counts: [Int] = []
        var startMs: Int64 = 0
        var tsMs: Int64 = 0
    }

    private static let layouts: [[String]] = [
        ["5", "10", "25", "50", "100", "250", "500", "1000", "2000", "2500", "5000", "10000"],
        ["100", "500.5", "2000"], [], (1...20).map { "\($0 * 100)" }, (1...64).map { "\($0 * 50)" },
        (1...15).map { "\($0 * 300)" }, (1...16).map { "\($0 * 300).25" },
    ]
    // Two spellings of one name, names that JSON escapes, and one longer than a small text.
    private static let names = [
        "a", "b", #"c\"d"#, "caf\u{e9}", "cafe\u{301}", #"tab\u0041"#,
        "payments-7d9f8c6b5-x2x4z.eu-central-1",
    ]

    private var random: Generator
    private var instances: [String: Instance] = [:]
    private var count = 0

    init(seed: UInt64) { random = Generator(state: seed) }

    mutating func chance(_ percent: Double) -> Bool {
        Double.random(in: 0..<100, using: &random) < percent
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    /// The next message, said at about `nowMs`.
    mutating func next(nowMs: Int64) -> Message {
        count += 1
        if chance(1) { return setting(nowMs) }
        let service = "service-\(number(0...11))"
        let name = Self.names[number(0...(service == "service-3" ? 6 : 2))]
        var payload: [(String, String)]
        var tsMs = nowMs - Int64(number(0...2_000))
        switch number(0...99) {
        case 0..<4:
            payload = [
                ("type", #""scrape_failed""#), ("code", #""timeout""#),
                ("reason", chance(20) ? "\"\(String(repeating: "ü", count: 300))\"" : #""2 s""#),
            ]
        case 4..<12: payload = values()
        default: payload = counters(service + "/" + name, &tsMs, nowMs)
        }
        payload.insert(
            contentsOf: [("service", "\"\(service)\""), ("instance", "\"\(name)\"")], at: 1)
        spoil(&payload)
        var envelope = [
            ("id", "\"m-\(count)\""), ("ts", "\(tsMs)"), ("role", #""service""#),
            ("topic", #""signal""#), ("payload", text(payload)),
        ]
        if chance(3) { envelope[0].1 = #""m\u00e9\n-\#(count)""# }
        if chance(3) { envelope[2].1 = #""system""# }
        spoil(&envelope, percent: 0.3)
        var value = Array(text(envelope).utf8)
        if chance(0.5) { value.removeLast(number(1...value.count)) }
        if chance(1) { value[number(0...value.count - 1)] = UInt8(number(0...255)) }
        return Message(
            input: 0, key: chance(0.3) ? nil : Array((chance(0.5) ? "other" : service).utf8),
            value: chance(0.3) ? nil : value)
    }

    private mutating func counters(
        _ name: String, _ tsMs: inout Int64, _ nowMs: Int64
    ) -> [(String, String)] {
        var instance = instances[name] ?? Instance()
        if instance.tsMs == 0 || chance(2) {
            let layout = chance(60) ? 0 : number(0...Self.layouts.count - 1)
            instance = Instance(
                bounds: Self.layouts[layout], startMs: nowMs - Int64(number(0...90_000)))
            instance.counts = Array(repeating: 0, count: instance.bounds.count)
        }
        let served = number(0...400)
        instance.requests += served
        instance.errors += chance(20) ? served / number(1...6) : 0
        instance.refused += chance(5) ? number(0...50) : 0
        let slow = chance(20) ? number(0...served) : 0
        for index in instance.counts.indices {
            let share = (served - slow) * (index + 1) / instance.counts.count
            instance.counts[index] += index + 1 == instance.counts.count ? served : share
            if index > 0 {
                instance.counts[index] = max(instance.counts[index], instance.counts[index - 1])
            }
        }
        // The same moment again, a late one, or one from the future.
        if chance(3) {
            tsMs = instance.tsMs
        } else if chance(2) {
            tsMs -= Int64(number(0...90_000))
        }
        if chance(0.3) { tsMs += 60_000 }
        instance.tsMs = max(instance.tsMs, tsMs)
        instances[name] = instance
        var fields: [(String, String)] = [
            ("type", #""golden_signals""#), ("requestsTotal", decimal(instance.requests)),
            ("errorsTotal", decimal(instance.errors)),
        ]
        if chance(50) { fields.append(("refusedByFlagTotal", decimal(instance.refused))) }
        if !instance.bounds.isEmpty {
            let counts = instance.counts + [instance.requests]
            fields.append(("latencyBoundsMs", "[" + instance.bounds.joined(separator: ",") + "]"))
            fields.append(
                ("latencyCounts", "[" + counts.map { decimal($0) }.joined(separator: ",") + "]"))
        }
        if chance(80) { fields.append(("cpu", "0.\(number(0...999_999))")) }
        if chance(80) { fields.append(("memory", chance(5) ? "1" : "0.\(number(10...99))")) }
        if chance(60) {
            fields.append(("startTimeMs", "\(instance.startMs + Int64(number(0...500)))"))
        }
        return fields
    }

    private mutating func values() -> [(String, String)] {
        [
            ("type", #""golden_signal_values""#), ("latencyP95Ms", "\(number(0...6000)).125"),
            ("errorRate", "0.0\(number(0...99))"), ("requestsPerSecond", "\(number(0...900))e-1"),
            ("cpu", "0.5"), ("memory", chance(50) ? "null" : "0.25"),
        ]
    }

    private mutating func setting(_ nowMs: Int64) -> Message {
        let value = chance(50) ? "lower" : chance(10) ? "other" : "normal"
        let service = chance(50) ? "*" : "service-\(number(0...11))"
        let text = """
            {"id":"s-\(count)","ts":\(nowMs),"role":"system","topic":"setting","payload":{"type":\
            "setting","name":"ALERT_THRESHOLD","service":"\(service)","value":"\(value)",\
            "version":\(count),"author":"alice","commandId":"c\(count)"}}
            """
        return Message(input: 1, key: Array(service.utf8), value: Array(text.utf8))
    }

    /// One number in the ways that JSON has for it.
    private mutating func decimal(_ value: Int) -> String {
        switch number(0...999) {
        case 0..<5: "\(value).0"
        case 5..<10: "\(value)e0"
        case 10..<15: "\(value * 10)E-1"
        case 15..<25: "\(value).5"
        case 25: "-\(value)"
        case 26: "9007199254740993"
        case 27: "18446744073709551615"
        case 28: "1e400"
        case 29: "0\(value)"
        case 30: "\(value)."
        case 31: "null"
        default: "\(value)"
        }
    }

    private mutating func spoil(_ fields: inout [(String, String)], percent: Double = 1) {
        if chance(4 * percent) { fields.shuffle(using: &random) }
        if chance(2 * percent) { fields.append(("region", #"{"zone":["eu",1,true,null,{}]}"#)) }
        if chance(percent) { fields.remove(at: number(0...fields.count - 1)) }
        let index = number(0...max(0, fields.count - 1))
        guard !fields.isEmpty else { return }
        if chance(percent) { fields.append(fields[index]) }
        let others = [
            "null", "true", "-1", "1e300", "\"\"", "[]", "{}", "[1,\"2\"]", "\"x\\u0000\"",
        ]
        if chance(percent) { fields[index].1 = others[number(0...others.count - 1)] }
    }

    private mutating func text(_ fields: [(String, String)]) -> String {
        let (colon, comma) = chance(5) ? (" : ", " ,\n\t") : (":", ",")
        return "{" + fields.map { "\"\($0.0)\"\(colon)\($0.1)" }.joined(separator: comma) + "}"
    }

    /// SplitMix64.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }
}
