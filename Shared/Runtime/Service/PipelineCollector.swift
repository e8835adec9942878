internal import HTTP
internal import Streams

/// The figures of a service's tasks on `/metrics`.
enum PipelineCollector {
    static func collector(
        _ topology: Topology, _ status: @escaping @Sendable () -> ServiceStatus
    ) -> MetricsRegistry.Collector {
        { writer in
            let status = status()
            writer.describe("dreamnet_tasks", .gauge, help: "Tasks that this instance owns.")
            writer.sample("dreamnet_tasks", value: Double(status.tasks.count))
            writer.describe(
                "dreamnet_task_restarts_total", .counter,
                help: "Tasks started again after a failure.")
            writer.sample("dreamnet_task_restarts_total", value: Double(status.restarts))
            for family in families {
                writer.describe(family.name, family.type, help: family.help)
                for task in status.tasks {
                    if let value = family.value(task.figures) {
                        writer.sample(family.name, labels: [label(task)], value: value)
                    }
                }
            }
            writeLag(&writer, topology, status)
            writeDeadLetters(&writer, status)
        }
    }

    private struct Family: Sendable {
        let name: String
        let type: PrometheusText.MetricType
        let help: String
        let value: @Sendable (PipelineFigures) -> Double?
    }

    private static let families: [Family] = [
        Family(name: "dreamnet_records_in_total", type: .counter, help: "Messages taken.") {
            Double($0.recordsIn)
        },
        Family(name: "dreamnet_records_out_total", type: .counter, help: "Messages said.") {
            Double($0.recordsOut)
        },
        Family(name: "dreamnet_timers_fired_total", type: .counter, help: "Timers fired.") {
            Double($0.timers)
        },
        Family(name: "dreamnet_commits_total", type: .counter, help: "Transactions committed.") {
            Double($0.commits)
        },
        Family(name: "dreamnet_aborts_total", type: .counter, help: "Transactions aborted.") {
            Double($0.aborts)
        },
        Family(
            name: "dreamnet_last_commit_timestamp_seconds", type: .gauge,
            help: "When a transaction was committed last, Unix seconds."
        ) { $0.lastCommitMs.map { Double($0) / 1000 } },
        Family(
            name: "dreamnet_oldest_input_age_seconds", type: .gauge,
            help: "Age of the oldest input not yet worked off, when the figures were taken."
        ) { figures in
            figures.oldestInputMs.map { Double(max(0, figures.publishedMs - $0)) / 1000 } ?? 0
        },
        Family(
            name: "dreamnet_parked_keys", type: .gauge,
            help: "Keys of which messages wait behind a dead letter."
        ) { Double($0.parkedKeys) },
        Family(
            name: "dreamnet_retries_waiting", type: .gauge,
            help: "Messages that wait to be tried again."
        ) { Double($0.retriesWaiting) },
        Family(
            name: "dreamnet_retries_total", type: .counter,
            help: "Attempts at messages that were tried before."
        ) { Double($0.retries) },
        Family(
            name: "dreamnet_restore_records", type: .gauge, help: "Changelog records restored."
        ) { Double($0.restoreRecords) },
        Family(
            name: "dreamnet_restore_seconds", type: .gauge, help: "How long the restore took."
        ) { Double($0.restoreMs) / 1000 },
    ]

    private static func writeLag(
        _ writer: inout PrometheusTextWriter, _ topology: Topology, _ status: ServiceStatus
    ) {
        writer.describe("dreamnet_lag_records", .gauge, help: "Records not yet taken, by input.")
        for task in status.tasks {
            for (input, lag) in zip(topology.inputs, task.figures.lag) {
                writer.sample(
                    "dreamnet_lag_records", labels: [label(task), .init("topic", input)],
                    value: Double(lag))
            }
        }
    }

    private static func writeDeadLetters(
        _ writer: inout PrometheusTextWriter, _ status: ServiceStatus
    ) {
        writer.describe(
            "dreamnet_dead_letters_total", .counter, help: "Messages dead-lettered, by reason.")
        for task in status.tasks {
            let counts = task.figures.deadLetters.sorted { $0.key.rawValue < $1.key.rawValue }
            for (code, count) in counts {
                writer.sample(
                    "dreamnet_dead_letters_total",
                    labels: [label(task), .init("code", code.rawValue)], value: Double(count))
            }
        }
    }

    private static func label(_ task: TaskStatus) -> PrometheusText.Label {
        .init("partition", "\(task.partition)")
    }
}
