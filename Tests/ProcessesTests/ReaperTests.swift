import Glibc
import Processes
import Testing

@Suite struct ReaperTests {
    @Test(arguments: [
        ("exit 0", TerminationStatus.exited(0)), ("exit 7", .exited(7)),
        ("kill -9 $$", .signaled(9)), ("kill -TERM $$", .signaled(15)),
    ])
    func `a program tells how it ended through its reaper`(
        script: String, expected: TerminationStatus
    ) throws {
        let child = try ChildProcess.start("sh", ["-c", script], reaper: ProcessReaper())
        #expect(child.wait(atMost: .seconds(10)) == expected)
    }

    @Test func `output and input pass through`() throws {
        let child = try ChildProcess.start(
            "cat", input: .bytes(Array("abc".utf8)), output: .capture, reaper: ProcessReaper())
        #expect(child.wait(atMost: .seconds(10)) == .exited(0))
        #expect(child.output.text == "abc")
    }

    @Test func `what left its group and its session ends with the program`() throws {
        let child = try ChildProcess.start(
            "sh", ["-c", "setsid sleep 60 & echo $!"], output: .capture, reaper: ProcessReaper())
        #expect(child.wait(atMost: .seconds(10)) == .exited(0))
        let forked = try #require(Int32(child.output.text.dropLast()))
        #expect(!isRunning(forked), "the end of the reaper says that it is over")
    }

    @Test func `a program that ignores the request to end is killed with all that it forked`()
        throws
    {
        let script = """
            trap '' TERM
            setsid sh -c 'trap "" TERM; setsid sleep 60 & echo $!; while :; do sleep 60; done' &
            echo $!
            while :; do sleep 60; done
            """
        let child = try ChildProcess.start(
            "sh", ["-c", script], output: .capture, reaper: ProcessReaper())
        let deadline = ContinuousClock.now + .seconds(10)
        while child.output.text.split(separator: "\n").count < 2 {
            try #require(ContinuousClock.now < deadline)
            _ = child.wait(atMost: .milliseconds(5))
        }
        #expect(child.stop(grace: .milliseconds(50)) == .signaled(SIGKILL))
        for line in child.output.text.split(separator: "\n") {
            #expect(!isRunning(try #require(Int32(line))))
        }
    }

    @Test func `a request to end is passed on`() throws {
        let child = try ChildProcess.start(
            "sh", ["-c", "trap 'exit 3' TERM; echo ready; while :; do sleep 0.01; done"],
            output: .capture, reaper: ProcessReaper())
        try awaitText("ready\n", of: child)
        #expect(child.stop(grace: .seconds(10)) == .exited(3))
    }

    @Test(arguments: [
        ("/no/such/program", ChildProcessError.Code.notFound), ("/proc/version", .notPermitted),
    ])
    func `what cannot be started is an error with its reason`(
        program: String, code: ChildProcessError.Code
    ) {
        let error = #expect(throws: ChildProcessError.self) {
            try ChildProcess.start(program, reaper: ProcessReaper())
        }
        #expect(error?.code == code)
    }

    @Test func `a program has none of our descriptors, not even the one that is kept open`() throws
    {
        let ours = unsafe open("/dev/null", O_RDONLY)
        defer { close(ours) }
        let child = try ChildProcess.start(
            "ls", ["/proc/self/fd"], output: .capture, reaper: ProcessReaper(keptOpen: ours))
        #expect(child.wait(atMost: .seconds(10)) == .exited(0))
        #expect(child.output.text == "0\n1\n2\n3\n", "3 is the directory that ls reads")
    }

    @Test func `a lock is held as long as anything of the program is alive`() throws {
        var path = Array("/tmp/reaper-XXXXXX".utf8CString)
        let ours = unsafe mkstemp(&path)
        defer { unsafe _ = unlink(path) }
        #expect(flock(ours, LOCK_EX | LOCK_NB) == 0)
        let child = try ChildProcess.start(
            "sleep", ["60"], reaper: ProcessReaper(keptOpen: ours))
        close(ours)
        let other = unsafe open(path, O_RDWR)
        defer { close(other) }
        #expect(flock(other, LOCK_EX | LOCK_NB) != 0, "the reaper holds it")
        child.kill()
        #expect(child.wait(atMost: .seconds(10)) == .signaled(SIGKILL))
        #expect(flock(other, LOCK_EX | LOCK_NB) == 0)
    }
}
