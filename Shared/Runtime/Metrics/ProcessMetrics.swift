internal import Glibc
internal import HTTP

/// Memory, CPU time and start of this process, under the names that Prometheus' clients use.
enum ProcessMetrics {
    static func collector(startMs: Int64) -> MetricsRegistry.Collector {
        { writer in
            writer.describe(
                "process_resident_memory_bytes", .gauge, help: "Resident memory, bytes.")
            writer.sample("process_resident_memory_bytes", value: Double(residentBytes()))
            writer.describe(
                "process_cpu_seconds_total", .counter, help: "CPU time used, seconds.")
            writer.sample("process_cpu_seconds_total", value: cpuSeconds())
            writer.describe(
                "process_start_time_seconds", .gauge, help: "Start, Unix seconds.")
            writer.sample("process_start_time_seconds", value: Double(startMs) / 1000)
        }
    }

    /// The second field of /proc/self/statm, pages.
    static func residentBytes() -> Int {
        guard let text = SmallFile.read("/proc/self/statm", bytesMax: 256) else { return 0 }
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return 0 }
        return pages * Int(getpagesize())
    }

    private static func cpuSeconds() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
    }
}
