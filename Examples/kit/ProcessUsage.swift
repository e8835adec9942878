internal import Contracts
internal import Glibc
public import HTTP

/// How much of its processors and memory this process uses, from /proc and the limits of its
/// control group.
public final class ProcessUsage: Sendable {
    /// Shares over a shorter time are mostly noise; scrapers that come closer get the last one.
    private static let minIntervalMs = 500.0

    private struct CPU {
        var atMs: Double
        var usedSeconds: Double
        var ratio = 0.0
    }

    private let cpu: Locked<CPU>
    private let startSeconds: Double

    /// Measures from now on.
    public init() {
        cpu = Locked(CPU(atMs: MonotonicClock.nowMs, usedSeconds: Self.usedCPUSeconds()))
        startSeconds = Double(time(nil))
    }

    /// The share of its processors used since the last call (half a second at least), 0 to 1.
    public var cpuRatio: Double {
        cpu.withLock { cpu in
            let nowMs = MonotonicClock.nowMs
            let seconds = (nowMs - cpu.atMs) / 1000
            guard seconds * 1000 >= Self.minIntervalMs else { return cpu.ratio }
            let used = Self.usedCPUSeconds()
            cpu.ratio = min(1, max(0, (used - cpu.usedSeconds) / (seconds * Self.processors())))
            cpu.atMs = nowMs
            cpu.usedSeconds = used
            return cpu.ratio
        }
    }

    /// The share of its memory in use now, 0 to 1.
    public var memoryRatio: Double {
        // The second number of statm is the resident set, in pages.
        let pages = Self.words("/proc/self/statm").dropFirst().first.flatMap { Double($0) } ?? 0
        let limit = Self.memoryLimitBytes()
        return limit > 0 ? min(1, pages * Double(sysconf(Int32(_SC_PAGESIZE))) / limit) : 0
    }

    /// Writes the gauges.
    public func write(to writer: inout PrometheusTextWriter) {
        writer.describe(
            "process_cpu_ratio", .gauge, help: "Share of the processors in use, 0 to 1.")
        writer.sample("process_cpu_ratio", value: cpuRatio)
        writer.describe(
            "process_memory_ratio", .gauge, help: "Share of the memory in use, 0 to 1.")
        writer.sample("process_memory_ratio", value: memoryRatio)
        writer.describe(
            "process_start_time_seconds", .gauge, help: "When the process started, Unix seconds.")
        writer.sample("process_start_time_seconds", value: startSeconds)
    }

    // MARK: - The system

    private static func usedCPUSeconds() -> Double {
        var usage = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &usage)
        return Double(usage.tv_sec) + Double(usage.tv_nsec) / 1e9
    }

    /// The quota of the control group, `cpu.max` as in `150000 100000`, else all processors.
    private static func processors() -> Double {
        let all = Double(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        let quota = words("/sys/fs/cgroup/cpu.max").compactMap { Double($0) }
        return quota.count == 2 && quota[1] > 0 ? min(all, max(0.01, quota[0] / quota[1])) : all
    }

    /// The limit of the control group, else the memory of the machine.
    private static func memoryLimitBytes() -> Double {
        let meminfo = words("/proc/meminfo")
        let total = meminfo.firstIndex(of: "MemTotal:").flatMap { index in
            index + 1 < meminfo.count ? Double(meminfo[index + 1]) : nil
        }
        let machine = (total ?? 0) * 1024
        let limit = words("/sys/fs/cgroup/memory.max").first.flatMap { Double($0) }
        return limit.map { min($0, machine) } ?? machine
    }

    /// The words of a small file of the kernel; none when it is not there.
    private static func words(_ path: String) -> [Substring] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = unsafe read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return [] }
        return String(decoding: bytes[..<count], as: UTF8.self)
            .split { $0 == " " || $0 == "\n" || $0 == "\t" }
    }
}
