import Glibc
import Processes
import Testing

func awaitText(_ text: String, of child: ChildProcess) throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while child.output.text != text {
        try #require(ContinuousClock.now < deadline)
        _ = child.wait(atMost: .milliseconds(5))
    }
}

func awaitEnd(of process: Int32) throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while isRunning(process) {
        try #require(ContinuousClock.now < deadline, "process \(process) is still there")
        sched_yield()
    }
}

/// An orphan that nobody has reaped yet is a zombie: it has ended.
func isRunning(_ process: Int32) -> Bool {
    let file = unsafe open("/proc/\(process)/stat", O_RDONLY)
    guard file >= 0 else { return false }
    defer { close(file) }
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 512) { buffer, count in
        count = unsafe max(0, read(file, buffer.baseAddress, buffer.count))
    }
    let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    return fields.count > 2 && fields[2] != "Z" && fields[2] != "X"
}
