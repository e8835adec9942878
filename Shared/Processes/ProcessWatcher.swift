internal import CProcess
internal import Glibc

/// The thread of one child process: it starts the child, reads what it writes and reaps it.
///
/// The parent death signal follows the thread that started a child, not the process, so the child
/// is started by a thread of its own, which ends after it.
enum ProcessWatcher {
    /// Starts the thread, and with it the child; the result comes by `state.awaitStart()`.
    static func launch(_ plan: ChildProcess.Plan, _ state: ProcessState) {
        let job = unsafe Unmanaged.passRetained(Job(plan: plan, state: state))
        var thread = pthread_t()
        let failed = unsafe pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer = unsafe pointer else { return nil }
                let job = unsafe Unmanaged<Job>.fromOpaque(pointer).takeRetainedValue()
                ProcessWatcher.run(job.plan, job.state)
                return nil
            }, job.toOpaque())
        if failed == 0 {
            pthread_detach(thread)
        } else {
            unsafe job.release()
            state.started(.failure(ProcessSpawn.error("cannot start a thread", failed)))
        }
    }

    private final class Job {
        let plan: ChildProcess.Plan
        let state: ProcessState

        init(plan: ChildProcess.Plan, state: ProcessState) {
            self.plan = plan
            self.state = state
        }
    }

    private static func run(_ plan: ChildProcess.Plan, _ state: ProcessState) {
        let pid: pid_t
        let descriptors: [Int32]
        do {
            (pid, descriptors) = try start(plan)
        } catch {
            state.started(.failure(error))
            return
        }
        let exit = cprocess_pidfd_open(pid)
        state.started(.success(pid))
        var sinks = zip(descriptors, [plan.output, plan.errorOutput ?? .discard]).enumerated().map {
            OutputSink(stream: $0, descriptor: $1.0, output: $1.1, state: state)
        }
        readUntilExit(exit, &sinks)
        if exit >= 0 { close(exit) }
        awaitExit(pid)
        // What the child forked goes with it, unless it made a process group of its own. The group's
        // id is not anybody else's as long as the child is not reaped.
        kill(-pid, SIGKILL)
        for index in sinks.indices { sinks[index].finish() }
        state.ended { reap(pid) }
    }

    private static func start(
        _ plan: ChildProcess.Plan
    ) throws(ChildProcessError) -> (pid_t, [Int32]) {
        let spawn = try ProcessSpawn(plan)
        do {
            return (try spawn.start(plan), spawn.reading)
        } catch {
            for descriptor in spawn.reading where descriptor >= 0 { close(descriptor) }
            throw error
        }
    }

    private static func readUntilExit(_ exit: Int32, _ sinks: inout [OutputSink]) {
        while true {
            var polled = sinks.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
            polled.append(pollfd(fd: exit, events: Int16(POLLIN), revents: 0))
            // A kernel without process descriptors: the end of the output stands for the end.
            if exit < 0 && sinks.allSatisfy({ $0.descriptor < 0 }) { return }
            guard unsafe poll(&polled, nfds_t(polled.count), -1) > 0 else {
                if errno == EINTR { continue }
                return
            }
            for index in sinks.indices where polled[index].revents != 0 { sinks[index].readOnce() }
            if polled[sinks.count].revents != 0 { return }
        }
    }

    /// Waits for the end of the child without reaping it.
    private static func awaitExit(_ pid: pid_t) {
        var info = unsafe siginfo_t()
        while unsafe waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    }

    private static func reap(_ pid: pid_t) -> TerminationStatus {
        var status: Int32 = 0
        while unsafe waitpid(pid, &status, 0) < 0 {
            // Somebody else has reaped it (SIGCHLD is ignored): its status is lost.
            if errno != EINTR { return .exited(-1) }
        }
        let signal = status & 0x7f
        return signal == 0 ? .exited((status >> 8) & 0xff) : .signaled(signal)
    }
}

/// Reads one output of a child and hands it on.
private struct OutputSink {
    let stream: Int
    private(set) var descriptor: Int32
    let output: ProcessOutput
    let state: ProcessState
    private var splitter = LineSplitter()

    init(stream: Int, descriptor: Int32, output: ProcessOutput, state: ProcessState) {
        self.stream = stream
        self.descriptor = descriptor
        self.output = output
        self.state = state
    }

    /// Reads what is there, at most 64 KiB, and closes at the end. `false` if nothing is there.
    @discardableResult
    mutating func readOnce() -> Bool {
        guard descriptor >= 0 else { return false }
        var isOpen = true
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 64 * 1024) { buffer, count in
            let result = unsafe read(descriptor, buffer.baseAddress, buffer.count)
            isOpen = result > 0 || (result < 0 && (errno == EAGAIN || errno == EINTR))
            count = max(0, result)
        }
        if !isOpen {
            close(descriptor)
            descriptor = -1
        }
        guard !bytes.isEmpty else { return false }
        switch output {
        case .capture(let limitBytes):
            state.append(bytes[...], toStream: stream, limitBytes: limitBytes)
        case .lines(let handler):
            splitter.take(bytes[...], handler)
        case .discard, .inherited, .file:
            break
        }
        return true
    }

    /// Takes what the child left behind. A process that escaped may hold the pipe and write on, so
    /// no more than a few pipes full are read.
    mutating func finish() {
        for _ in 0..<16 where !readOnce() { break }
        if case .lines(let handler) = output { splitter.end(handler) }
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }
}
