internal import CommandLineKit
internal import Contracts
internal import OSCoreDomain
internal import Runtime
internal import Streams
internal import StreamsKafka

/// Plays a recorded series to os-core, restamped to now and faster, and says what it raised.
/// Nothing is acted upon: the service is observed.
struct ReplayScenario {
    private let stage: DemoStage
    private let plan: ReplayPlan
    private static let service = "recorded"

    init(_ stage: DemoStage, _ plan: ReplayPlan) {
        self.stage = stage
        self.plan = plan
    }

    func run() async throws -> ExitCode {
        let ports = try DemoPorts(stage)
        try DemoHome.write(
            stage,
            services: """
                services:
                  \(Self.service):
                    automation: observe
                    severityProfile: \(plan.profile)

                """)
        try await stage.startBroker()
        try await stage.startDreamNet(ports)
        let bus = try BusFollower(stage.kafka)
        defer { bus.stop() }
        let startMs = SystemClock.nowMs()
        let messages = SeriesReplay(service: Self.service, unit: plan.unit).messages(
            of: plan.series, startMs: startMs, speed: plan.speed)
        guard let first = messages.first, let last = messages.last else {
            throw CommandFailure("\(plan.file) has no values", exitCode: .usage)
        }
        let clock = RecordedClock(
            startMs: startMs, recordedStartMs: first.recordedMs, speed: plan.speed)
        stage.say(
            "playing \(messages.count) values, \(UTCTime.text(unixMs: first.recordedMs)) to "
                + "\(UTCTime.text(unixMs: last.recordedMs)), in "
                + HumanText.duration(last.tsMs - first.tsMs))
        let alerts = try await play(messages, bus, clock)
        report(alerts, clock)
        return .success
    }

    private func play(
        _ messages: [SeriesReplay.Message], _ bus: BusFollower, _ clock: RecordedClock
    ) async throws -> [AlertPayload] {
        let producer = try KafkaProducer(stage.kafka, queueLimit: 100_000) { _ in }
        defer { producer.close() }
        var alerts: [AlertPayload] = []
        var progress = ProgressIndicator(
            "playing", total: messages.count, on: stage.console, nowMs: SystemClock.monotonicMs())
        func show() {
            for seen in bus.news() {
                guard let alert = try? seen.envelope.payload(as: AlertPayload.self),
                    alert.service == Self.service
                else { continue }
                alerts.append(alert)
                let verb = alert.type.dropFirst("alert_".count)
                stage.console.line(
                    "  \(clock.text(alert.evidenceTs))  \(alert.severity.rawValue) \(verb): "
                        + alert.reason.sanitized)
            }
        }
        for (index, message) in messages.enumerated() {
            while SystemClock.nowMs() < message.tsMs {
                try stage.checkInterrupted()
                try await Task.sleep(for: .milliseconds(5))
            }
            guard producer.post(try record(message)) else {
                throw CommandFailure("the broker does not take the signals")
            }
            progress.update(index + 1, nowMs: SystemClock.monotonicMs())
            show()
        }
        progress.finish(
            "played \(messages.count) values", nowMs: SystemClock.monotonicMs())
        try await stage.wait("os-core did not take the whole series", within: 20_000) {
            show()
            return (bus.service(Self.service)?.evidenceTs ?? 0) >= (messages.last?.tsMs ?? 0)
        }
        show()
        return alerts
    }

    private func record(_ message: SeriesReplay.Message) throws -> NewRecord {
        let envelope = try Envelope(
            id: "replay.\(message.tsMs)", ts: message.tsMs, role: .service, message.payload)
        return NewRecord(
            topic: BusTopic.signal.rawValue, key: Array(Self.service.utf8),
            value: try envelope.serialized(),
            headers: MessageHeaders.make(for: envelope, source: "demo", traceparent: nil))
    }

    private func report(_ alerts: [AlertPayload], _ clock: RecordedClock) {
        let console = stage.console
        console.line("")
        let raised = alerts.filter { $0.type == "alert_raised" }
        guard !raised.isEmpty else {
            console.line("Nothing crossed a line of the profile \(plan.profile).")
            return
        }
        var table = TextTable([
            .fixed("RAISED (RECORDED TIME)"), .fixed("SIGNAL"), .fixed("WORST"), .fixed("CLEARED"),
        ])
        for alert in raised {
            let same = alerts.filter { $0.alertId == alert.alertId }
            let worst = same.map(\.severity).min { $0.rank < $1.rank } ?? alert.severity
            let cleared = same.first { $0.type == "alert_cleared" }
            table.add(
                .init(clock.text(alert.raisedTs)), .init(alert.signal.rawValue),
                .init(worst.rawValue, .bad),
                .init(cleared.map { clock.text($0.evidenceTs) } ?? "not cleared"))
        }
        console.line(table.text(for: console))
        console.line("\(raised.count) raised by the profile \(plan.profile).")
    }
}

/// Event time of the replay as the time of the recording.
struct RecordedClock {
    let startMs: Int64
    let recordedStartMs: Int64
    let speed: Double

    func text(_ tsMs: Int64) -> String {
        let recorded = recordedStartMs + Int64((Double(tsMs - startMs) * speed).rounded())
        return UTCTime.text(unixMs: recorded)
    }
}
