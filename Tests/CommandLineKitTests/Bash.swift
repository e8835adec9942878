import CommandLineKit
import Glibc

/// Runs scripts with the machine's bash.
enum Bash {
    static func quote(_ text: String) -> String {
        "'"
            + text.split(separator: "'", omittingEmptySubsequences: false).joined(
                separator: "'\\''")
            + "'"
    }

    /// What the script prints to either output, and its exit status.
    static func run(_ script: String) throws -> (status: Int32, output: String) {
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { throw CommandFailure("pipe: \(errno)") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe []
        for word in ["bash", "--norc", "-c", script] { unsafe arguments.append(strdup(word)) }
        unsafe arguments.append(nil)
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var child: pid_t = 0
        let failure = unsafe posix_spawnp(&child, "bash", &actions, nil, &arguments, nil)
        close(ends[1])
        defer { close(ends[0]) }
        guard failure == 0 else { throw CommandFailure("cannot start bash: \(failure)") }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = unsafe read(ends[0], &chunk, chunk.count)
            guard count > 0 else { break }
            output += chunk.prefix(count)
        }
        var status: Int32 = 0
        unsafe waitpid(child, &status, 0)
        return ((status >> 8) & 0xFF, String(decoding: output, as: UTF8.self))
    }
}
