internal import CommandLineKit
internal import StreamsKafka

/// Memory of each service when it is idle, and how long it takes to start.
struct FootprintBench {
    private enum Kind: String, CaseIterable {
        case first = "first of all"
        case emptyGroup = "group empty"
        case ownName = "under its own name"
    }

    private let kafka: KafkaConfiguration
    private let home: String
    private let logs: String
    private let idleS: Int
    private let starts: Int
    /// The session of the services' group members is over after 6 s; then their groups are empty.
    private let sessionUs: Int64 = 7_000_000

    init(_ invocation: Invocation) throws {
        kafka = try BenchOptions.kafka(invocation)
        home = try invocation[BenchOptions.home]
        logs = try invocation[BenchOptions.logs]
        idleS = try invocation[BenchOptions.idleS]
        starts = try invocation[BenchOptions.starts]
    }

    func run(_ out: Console) throws -> ExitCode {
        let services = ServiceSet(kafka, home: home, logs: logs)
        try services.applyTopics()
        var times: [String: [Kind: [ServiceSet.StartTimes]]] = [:]
        func startAll(_ kind: Kind) throws {
            for name in ServiceSet.names {
                times[name, default: [:]][kind, default: []].append(try services.start(name))
            }
        }
        try startAll(.first)
        for _ in 0..<starts {
            try services.stopAll()
            try startAll(.ownName)
        }
        for _ in 0..<starts {
            try services.stopAll()
            BenchClock.pause(us: sessionUs)
            try startAll(.emptyGroup)
        }
        BenchClock.pause(us: Int64(idleS) * 1_000_000)
        out.line(
            """
            | service | resident, MB | admin port, ms | ready, group empty, ms | ready, under its \
            own name, ms | ready, first start of all, ms |
            |---|---|---|---|---|---|
            """)
        for name in ServiceSet.names {
            let ofService = times[name] ?? [:]
            let alive = ofService.values.flatMap { $0 }.map(\.aliveMs)
            let ready = [Kind.emptyGroup, .ownName, .first].map { kind in
                text(Statistics.median((ofService[kind] ?? []).map(\.readyMs)))
            }
            out.line(
                "| \(name) | \(text(services.residentMB(name))) | "
                    + "\(text(Statistics.median(alive))) | \(ready.joined(separator: " | ")) |")
        }
        try services.stopAll()
        return .success
    }

    private func text(_ value: Double) -> String { Statistics.text(value, digits: 0) }
}
