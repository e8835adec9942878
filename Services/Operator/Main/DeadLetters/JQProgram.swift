internal import Contracts
internal import CommandLineKit
internal import JSON
internal import Processes

/// Debian's jq as a child process: values in, one value out for each. It blocks.
struct JQProgram {
    /// What became of one value.
    enum Outcome {
        case value(JSONValue)
        case failure(String)
    }

    private static let runs: Duration = .seconds(30)
    private static let nap: Duration = .milliseconds(500)
    /// jq's exit status for a program that it cannot read.
    private static let cannotCompile: Int32 = 3

    private let program: String

    init(_ program: String) { self.program = program }

    /// Runs the program on each of these values. Loops for ever, and it is ended after 30 s.
    func run(_ values: [JSONValue], whileWaiting: () throws -> Void) throws -> [Outcome] {
        guard !values.isEmpty else { return [] }
        var input: [UInt8] = []
        for value in values {
            input += try value.serialized()
            input.append(UInt8(ascii: "\n"))
        }
        // One line for each value, whatever becomes of it. A comment at the program's end must not
        // reach further.
        let whole =
            "try [(\(program)\n)] catch {error: (if type == \"string\" then . else tojson end)}"
        let process: ChildProcess
        do {
            process = try ChildProcess.start(
                "jq", ["-c", "-M", whole], environment: .only([:]), input: .bytes(input),
                output: .capture(limitBytes: 16 * 1024 * 1024 + 16 * input.count),
                errorOutput: .capture(limitBytes: 4_096))
        } catch {
            throw CommandFailure(
                "jq cannot be run: \(error.message.sanitized)", hint: "apt-get install -y jq")
        }
        let end = ContinuousClock.now + Self.runs
        var status: TerminationStatus?
        while status == nil, ContinuousClock.now < end {
            status = process.wait(atMost: Self.nap)
            do { try whileWaiting() } catch {
                process.kill()
                throw error
            }
        }
        if status == nil {
            process.kill()
            throw CommandFailure("the program does not end: jq was stopped after \(Self.runs)")
        }
        guard status == .exited(0), !process.output.isTruncated else {
            let why = process.errorOutput.text.sanitized
            throw CommandFailure(
                status == .exited(Self.cannotCompile)
                    ? "jq cannot read the program: \(why)" : "jq failed: \(why)", exitCode: .usage)
        }
        let lines = process.output.bytes.split(separator: UInt8(ascii: "\n"))
        guard lines.count == values.count else {
            throw CommandFailure(
                "\(values.count) messages went into the program, \(lines.count) came out",
                hint: "It must not read or end its input by itself.", exitCode: .usage)
        }
        return try lines.map { Self.outcome(try JSON.parse(Array($0))) }
    }

    private static func outcome(_ value: JSONValue) -> Outcome {
        switch value {
        case .array(let made) where made.count == 1: .value(made[0])
        case .array(let made): .failure("the program makes \(made.count) values of it, not one")
        default: .failure("the program fails: \(value["error"]?.stringValue ?? "?")")
        }
    }
}
