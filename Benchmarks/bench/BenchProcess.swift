internal import CommandLineKit
internal import Glibc
internal import Processes
internal import Runtime

/// The programs that lie beside this one.
enum BenchProcess {
    /// Runs a program to its end; the last line that it printed.
    static func run(_ name: String, _ arguments: [String]) throws -> String {
        let process = try ChildProcess.start(
            folder() + "/" + name, arguments, output: .capture(limitBytes: 65_536),
            errorOutput: .capture(limitBytes: 65_536))
        let status = process.wait(atMost: .seconds(300))
        if status == nil { process.kill() }
        guard status == .exited(0) else {
            throw CommandFailure(
                "\(name) \(arguments.first ?? "") failed: \(status.map { "\($0)" } ?? "no end")",
                hint: process.errorOutput.text)
        }
        return process.output.text.split(separator: "\n").last.map(String.init) ?? ""
    }

    /// Starts a program with its output in a file.
    static func start(_ name: String, _ arguments: [String], log: String) throws -> ChildProcess {
        try ChildProcess.start(
            folder() + "/" + name, arguments, output: .file(log), errorOutput: nil)
    }

    private static func folder() throws -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let path = String(
            decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard let slash = path.lastIndex(of: "/") else {
            throw CommandFailure("where this program lies is unknown")
        }
        return String(path[..<slash])
    }
}
