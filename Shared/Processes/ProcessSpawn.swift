internal import CProcess
internal import Glibc

/// The descriptors and C strings of one start, released when it is over.
struct ProcessSpawn: ~Copyable {
    /// The reading ends of output and error output; -1 where nothing is read.
    private(set) var reading: [Int32] = [-1, -1]
    /// What becomes the child's 0, 1 and 2.
    private var given: [Int32] = [-1, -1, -1]
    /// Descriptors to be closed once the child has its own.
    private var opened: [Int32] = []

    init(_ plan: ChildProcess.Plan) throws(ChildProcessError) {
        do {
            given[0] = try openInput(plan.input)
            given[1] = try openOutput(plan.output, stream: 0, inherited: STDOUT_FILENO)
            if let errorOutput = plan.errorOutput {
                given[2] = try openOutput(errorOutput, stream: 1, inherited: STDERR_FILENO)
            } else {
                given[2] = given[1]
            }
        } catch {
            for descriptor in reading where descriptor >= 0 { close(descriptor) }
            reading = [-1, -1]
            throw error
        }
    }

    deinit {
        for descriptor in opened { close(descriptor) }
    }

    /// Starts the program; its parent is the calling thread, which has to outlive it.
    borrowing func start(_ plan: ChildProcess.Plan) throws(ChildProcessError) -> pid_t {
        let arguments = [plan.program] + plan.arguments
        let environment = plan.environment.variables().map { "\($0.key)=\($0.value)" }
        for text in arguments + environment + [plan.workingDirectory ?? ""]
        where text.utf8.contains(0) {
            throw ChildProcessError(
                code: .invalidArgument, message: "a NUL character in what \(plan.program) is given")
        }
        let argumentVector = CStringVector(arguments)
        let environmentVector = CStringVector(environment)
        defer {
            argumentVector.release()
            environmentVector.release()
        }
        var pid: pid_t = 0
        let failed = unsafe withOptionalCString(plan.workingDirectory) { directory in
            unsafe plan.program.withCString { program in
                var options = unsafe CProcessOptions(
                    program: program, arguments: argumentVector.pointers,
                    environment: environmentVector.pointers, workingDirectory: directory,
                    input: given[0], output: given[1], errorOutput: given[2],
                    parentDeathSignal: plan.onParentDeath.signal,
                    isReaped: plan.reaper == nil ? 0 : 1, keptOpen: plan.reaper?.keptOpen ?? -1)
                return unsafe cprocess_spawn(&options, &pid)
            }
        }
        guard failed == 0 else { throw Self.error("cannot start \(plan.program)", failed) }
        return pid
    }

    private mutating func openInput(_ input: ProcessInput) throws(ChildProcessError) -> Int32 {
        switch input {
        case .inherited: return STDIN_FILENO
        case .none: return try openFile("/dev/null", O_RDONLY)
        case .bytes(let bytes):
            let file = unsafe cprocess_memory_file("input")
            guard file >= 0 else { throw Self.error("cannot keep the input", errno) }
            opened.append(file)
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = unsafe rest.withUnsafeBytes { buffer in
                    unsafe write(file, buffer.baseAddress, buffer.count)
                }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { throw Self.error("cannot keep the input", errno) }
                rest = rest.dropFirst(count)
            }
            lseek(file, 0, SEEK_SET)
            return file
        }
    }

    private mutating func openOutput(
        _ output: ProcessOutput, stream: Int, inherited: Int32
    ) throws(ChildProcessError) -> Int32 {
        switch output {
        case .inherited: return inherited
        case .discard: return try openFile("/dev/null", O_WRONLY)
        case .file(let path): return try openFile(path, O_WRONLY | O_CREAT | O_APPEND)
        case .capture, .lines:
            var readEnd: Int32 = -1
            var writeEnd: Int32 = -1
            let failed = unsafe cprocess_pipe(&readEnd, &writeEnd)
            guard failed == 0 else { throw Self.error("cannot make a pipe", failed) }
            reading[stream] = readEnd
            opened.append(writeEnd)
            return writeEnd
        }
    }

    private mutating func openFile(
        _ path: String, _ flags: Int32
    ) throws(ChildProcessError) -> Int32 {
        let file = unsafe open(path, flags | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw Self.error("cannot open \(path)", errno) }
        opened.append(file)
        return file
    }

    static func error(_ what: String, _ number: Int32) -> ChildProcessError {
        let code: ChildProcessError.Code =
            switch number {
            case ENOENT, ENOTDIR: .notFound
            case EACCES, EPERM, ENOEXEC, EISDIR: .notPermitted
            default: .system
            }
        let reason = unsafe String(cString: strerror(number))
        return ChildProcessError(code: code, message: "\(what): \(reason)", errorNumber: number)
    }
}

/// An array of C strings that ends in NULL, as exec wants them.
@safe private struct CStringVector {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        unsafe pointers = .allocate(capacity: strings.count + 1)
        for (index, string) in strings.enumerated() { unsafe pointers[index] = strdup(string) }
        unsafe pointers[count] = nil
    }

    func release() {
        for index in 0..<count { unsafe free(pointers[index]) }
        unsafe pointers.deallocate()
    }
}

private func withOptionalCString<Result>(
    _ string: String?, _ body: (UnsafePointer<CChar>?) -> Result
) -> Result {
    guard let string else { return body(nil) }
    return unsafe string.withCString { unsafe body($0) }
}

extension ProcessEnvironment {
    /// Every variable of the child.
    func variables() -> [String: String] {
        switch self {
        case .only(let variables): return variables
        case .inherited: return Self.ownVariables()
        case .inheritedChanging(let changes):
            var variables = Self.ownVariables()
            for (name, value) in changes { variables[name] = value }
            return variables
        }
    }

    private static func ownVariables() -> [String: String] {
        var variables: [String: String] = [:]
        var next = unsafe environ
        while let entry = unsafe next.pointee {
            let text = unsafe String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            unsafe next += 1
        }
        return variables
    }
}

extension ParentDeathAction {
    fileprivate var signal: Int32 {
        switch self {
        case .kill: SIGKILL
        case .terminate: SIGTERM
        case .nothing: 0
        }
    }
}
