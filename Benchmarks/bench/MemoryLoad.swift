internal import CommandLineKit
internal import Contracts
internal import StreamsKafka

/// Signals, messages for the ingress, alerts and orders of many services, each its own.
final class MemoryLoad {
    /// How many of each kind.
    struct Counts: Sendable {
        var signals = 0
        var ingress = 0
        var alerts = 0
        var orders = 0
    }

    private static let services = 500
    private static let instancesPerService = 2

    private let producer: KafkaProducer
    private let run = String(BenchClock.unixUs(), radix: 36)
    private var sent = 0
    /// Messages a second, as fast as they are taken if nil.
    private let perSecond: Int?
    private var startUs: Int64 = 0
    private var paced = 0

    init(_ kafka: KafkaConfiguration, perSecond: Int? = nil) throws {
        self.perSecond = perSecond
        producer = try KafkaProducer(kafka, log: { _ in })
    }

    /// Sends `counts`, said at an even pace between two moments, Unix ms, and returns once all of it
    /// is on the broker.
    func send(_ counts: Counts, fromMs: Int64, toMs: Int64) throws {
        startUs = BenchClock.monotonicUs()
        paced = 0
        func ts(_ index: Int, of count: Int) -> Int64 {
            fromMs + (toMs - fromMs) * Int64(index) / Int64(max(1, count))
        }
        for index in 0..<counts.signals {
            try post(
                .signal, index, message("signal", ts(index, of: counts.signals), signal(index)))
        }
        for index in 0..<counts.ingress {
            try post(
                .ingress, index, message("signal", ts(index, of: counts.ingress), signal(index)))
        }
        for index in 0..<counts.alerts {
            let at = ts(index, of: counts.alerts)
            try post(.ingress, index, message("alert", at, alert(index, at)))
        }
        for index in 0..<counts.orders {
            try post(.command, index, message("command", BenchClock.unixUs() / 1_000, order(index)))
        }
        try producer.flush(deadlineMs: 60_000)
    }

    private func post(_ topic: BusTopic, _ index: Int, _ value: String) throws {
        let record = NewRecord(
            topic: topic.rawValue, key: Array(Self.service(index).utf8), value: Array(value.utf8))
        keepPace()
        for _ in 0..<60_000 {
            if producer.post(record) { return }
            BenchClock.pause(us: 1_000)
        }
        throw CommandFailure("the broker takes nothing")
    }

    private func keepPace() {
        guard let perSecond else { return }
        paced += 1
        let dueUs = startUs + Int64(paced) * 1_000_000 / Int64(perSecond)
        // Not for each message: to sleep takes longer than they are apart.
        if dueUs - BenchClock.monotonicUs() > 2_000 { BenchClock.pause(untilUs: dueUs) }
    }

    private static func service(_ index: Int) -> String { "memory-\(index % services)" }

    private func message(_ topic: String, _ ts: Int64, _ payload: String) -> String {
        sent += 1
        let role = topic == "command" ? "operator" : "service"
        return #"{"id":"\#(run)-\#(sent)","ts":\#(ts),"role":"\#(role)","topic":"\#(topic)","#
            + #""payload":\#(payload)}"#
    }

    private func signal(_ index: Int) -> String {
        let service = Self.service(index)
        let instance = (index / Self.services) % Self.instancesPerService
        let round = index / (Self.services * Self.instancesPerService) + 1
        return #"{"type":"golden_signals","service":"\#(service)","instance":"\#(instance)","#
            + #""requestsTotal":\#(round * 100),"errorsTotal":\#(round),"#
            + #""latencyBoundsMs":[5,10,25,50,100,250,500,1000,2000,2500,5000,10000],"#
            + #""latencyCounts":[0,0,\#(round * 50),\#(round * 90),\#(round * 100),"#
            + Array(repeating: "\(round * 100)", count: 8).joined(separator: ",")
            + #"],"cpu":0.3,"memory":0.4}"#
    }

    private func alert(_ index: Int, _ ts: Int64) -> String {
        let id = "memory-alert-\(index / 2)-\(run)"
        let isRaised = index.isMultiple(of: 2)
        return #"{"type":"\#(isRaised ? "alert_raised" : "alert_cleared")","alertId":"\#(id)","#
            + #""service":"\#(Self.service(index / 2))","signal":"errors","severity":"P2","#
            + #""value":0.06,"threshold":0.05,"unit":"ratio","windowMs":60000,"#
            + #""evidenceTs":\#(ts),"raisedTs":\#(ts),"reason":"6% of requests fail"}"#
    }

    private func order(_ index: Int) -> String {
        #"{"type":"set_write_drain","author":"alice","service":"\#(Self.service(index / 2))","#
            + #""enabled":\#(index.isMultiple(of: 2))}"#
    }
}
