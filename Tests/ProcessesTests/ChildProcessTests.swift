import Glibc
import Processes
import Testing

@Suite struct ChildProcessTests {
    @Test(arguments: [
        ("exit 0", TerminationStatus.exited(0)), ("exit 7", .exited(7)),
        ("kill -9 $$", .signaled(9)),
    ])
    func `a child tells how it ended`(script: String, expected: TerminationStatus) throws {
        let child = try ChildProcess.start("sh", ["-c", script])
        #expect(child.wait(atMost: .seconds(10)) == expected)
        #expect(child.terminationStatus == expected)
    }

    @Test func `arguments and variables arrive as they are, without a shell`() throws {
        let child = try ChildProcess.start(
            "sh", ["-c", #"printf '%s|%s|%s' "$1" "$COLOUR" "$HOME"; pwd >&2"#, "-", "a b; $x"],
            environment: .inheritedChanging(["COLOUR": "red", "HOME": nil]),
            workingDirectory: "/proc", output: .capture, errorOutput: .capture)
        #expect(child.wait(atMost: .seconds(10)) == .exited(0))
        #expect(child.output.text == "a b; $x|red|")
        #expect(child.errorOutput.text == "/proc\n")
    }

    @Test func `input, lines and merged error output pass through`() async throws {
        let (lines, received) = AsyncStream<String>.makeStream()
        let child = try ChildProcess.start(
            "sh", ["-c", "cat; echo oops >&2; printf last"], input: .bytes(Array("a\r\nb\n".utf8)),
            output: .lines { received.yield($0) }, errorOutput: nil)
        #expect(child.wait(atMost: .seconds(10)) == .exited(0))
        received.finish()
        #expect(await lines.reduce(into: []) { $0.append($1) } == ["a", "b", "oops", "last"])
    }

    @Test func `output beyond the limit is dropped and does not block the child`() throws {
        let child = try ChildProcess.start(
            "head", ["-c", "1000000", "/dev/zero"], output: .capture(limitBytes: 1000))
        #expect(child.wait(atMost: .seconds(10)) == .exited(0))
        #expect(child.output.bytes.count == 1000)
        #expect(child.output.isTruncated)
    }

    @Test func `an endless line is cut`() async throws {
        let (lines, received) = AsyncStream<String>.makeStream()
        let child = try ChildProcess.start(
            "head", ["-c", "200000", "/dev/zero"], output: .lines { received.yield($0) })
        #expect(child.wait(atMost: .seconds(10)) == .exited(0))
        received.finish()
        let lengths = await lines.reduce(into: []) { $0.append($1.utf8.count) }
        #expect(lengths == [65536, 65536, 65536, 3392])
    }

    @Test(arguments: [
        ("/no/such/program", nil, ChildProcessError.Code.notFound),
        ("sh", "/no/such/directory", .notFound),
        ("/proc/version", nil, .notPermitted),
        ("sh\0", nil, .invalidArgument),
    ])
    func `what cannot be started is an error with its reason`(
        program: String, directory: String?, code: ChildProcessError.Code
    ) {
        let error = #expect(throws: ChildProcessError.self) {
            try ChildProcess.start(program, workingDirectory: directory)
        }
        #expect(error?.code == code)
    }

    @Test func `a deadline passes while the child runs on`() async throws {
        let child = try ChildProcess.start("sleep", ["60"])
        #expect(child.wait(atMost: .milliseconds(10)) == nil)
        #expect(await child.terminationStatus(within: .milliseconds(10)) == nil)
        child.terminate()
        #expect(await child.terminationStatus(within: .seconds(10)) == .signaled(SIGTERM))
        child.kill()
    }

    @Test func `stop kills a child that ignores the request to end`() throws {
        let child = try ChildProcess.start(
            "sh", ["-c", "trap '' TERM; echo ready; while :; do sleep 60; done"], output: .capture)
        try awaitText("ready\n", of: child)
        #expect(child.stop(grace: .milliseconds(50)) == .signaled(SIGKILL))
    }

    @Test func `what a child forked ends with it`() throws {
        let child = try ChildProcess.start(
            "sh", ["-c", "sleep 60 & echo $!"], output: .capture)
        #expect(child.wait(atMost: .seconds(10)) == .exited(0))
        let forked = try #require(Int32(child.output.text.dropLast()))
        try awaitEnd(of: forked)
    }

    @Test func `a child has none of our descriptors`() throws {
        let ours = unsafe open("/dev/null", O_RDONLY)
        defer { close(ours) }
        let child = try ChildProcess.start("ls", ["/proc/self/fd"], output: .capture)
        #expect(child.wait(atMost: .seconds(10)) == .exited(0))
        #expect(child.output.text == "0\n1\n2\n3\n", "3 is the directory that ls reads")
    }

    @Test(arguments: [
        (ParentDeathAction.kill, SIGKILL), (.terminate, SIGTERM), (.nothing, 0),
    ])
    func `the kernel is told what to do with a child whose parent dies`(
        action: ParentDeathAction, signal: Int32
    ) throws {
        // prctl(PR_GET_PDEATHSIG): the child itself asks, since nobody else can.
        #if arch(arm64)
            let prctl = 167
        #else
            let prctl = 157
        #endif
        let script = "$s = pack('i', 0); syscall(\(prctl), 2, $s); print unpack('i', $s)"
        let child = try ChildProcess.start(
            "perl", ["-e", script], output: .capture, onParentDeath: action)
        #expect(child.wait(atMost: .seconds(10)) == .exited(0))
        #expect(child.output.text == "\(signal)")
    }
}
