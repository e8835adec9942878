internal import Contracts
internal import CommandLineKit
internal import FoundationEssentials
internal import Glibc
internal import Processes

/// A file that a person edits in their editor. Only they may read it.
struct EditorFile: Sendable {
    private static let bytesMax = 8 << 20

    let path: String

    /// Writes the file.
    init(_ text: [UInt8], name: String) throws {
        let folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        path = "\(folder)/\(name)"
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CommandFailure("cannot make \(path.sanitized)") }
        defer { close(descriptor) }
        var offset = 0
        while offset < text.count {
            let count = unsafe text.withUnsafeBytes { bytes in
                unsafe write(
                    descriptor, bytes.baseAddress.map { unsafe $0 + offset }, bytes.count - offset)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw CommandFailure("cannot write \(path.sanitized)") }
            offset += count
        }
    }

    /// Starts the editor of `VISUAL` or `EDITOR`, and waits until the person has closed it. It
    /// blocks.
    func edit() throws {
        let environment = ProcessInfo.processInfo.environment
        let words = (environment["VISUAL"] ?? environment["EDITOR"] ?? "vi")
            .split(separator: " ").map(String.init)
        guard let program = words.first else {
            throw CommandFailure("EDITOR names no program", hint: "EDITOR=vi, for instance")
        }
        do {
            let child = try ChildProcess.start(
                program, words.dropFirst() + [path], input: .inherited, output: .inherited,
                errorOutput: .inherited)
            let terminal = Terminal(givenTo: child)
            let status = child.wait(atMost: .seconds(86_400))
            terminal.takeBack()
            guard status == .exited(0) else {
                throw CommandFailure(
                    "nothing was sent: \(program.sanitized) ended with an error",
                    hint: "What you wrote is in \(path).")
            }
        } catch let error as ChildProcessError {
            throw CommandFailure(
                "the editor cannot be started: \(error.message.sanitized)",
                hint: "EDITOR names it: EDITOR=vi dreamnet dlq edit ...")
        }
    }

    /// What the file holds now.
    func read() throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path), data.count <= Self.bytesMax
        else { throw CommandFailure("\(path.sanitized) cannot be read, or is above 8 MiB") }
        return Array(data)
    }

    func remove() { _ = unsafe unlink(path) }
}

/// The terminal, given to a child: its group is the one that may read from it.
private struct Terminal {
    private let own: pid_t?

    init(givenTo child: ChildProcess) {
        guard isatty(STDIN_FILENO) == 1 else {
            own = nil
            return
        }
        own = getpgrp()
        // To take the terminal back from the background stops who does not ignore this.
        _ = signal(SIGTTOU, SIG_IGN)
        tcsetpgrp(STDIN_FILENO, child.processId)
        // It may have asked for the terminal before it was given it.
        child.send(signal: SIGCONT)
    }

    func takeBack() {
        guard let own else { return }
        tcsetpgrp(STDIN_FILENO, own)
        _ = signal(SIGTTOU, SIG_DFL)
    }
}
