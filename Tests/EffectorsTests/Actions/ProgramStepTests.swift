import Contracts
import Effectors
import FoundationEssentials
import Glibc
import Testing

@Suite struct `A program of an action` {
    @Test func `Gets its arguments as they are, and only the variables that are named`()
        async throws
    {
        let fixture = try StepFixture(
            try StepFixture.program(
                "sh", "-c",
                #"printf '%s|%s|%s|%s' "$1" "$COLOUR" "$HOME" "$DREAMNET_ACTION_ID"; pwd"#,
                "-", "${note}"))
        let end = try await fixture.end(
            try fixture.intent(note: "; rm -rf $HOME `id` it's \"q\""))
        #expect(end.succeeded == true)
        #expect(end.output == "; rm -rf $HOME `id` it's \"q\"|red||a1/")
    }

    @Test func `A secret goes by input, and is masked wherever it comes back`() async throws {
        let fixture = try StepFixture(
            try StepFixture.program(
                "sh", "-c",
                "cat; echo; echo 'password=hunter2' 'Bearer abc.def' key2",
                input: "${secret.key|base64} ${secret.key|json}"),
            secrets: ["key": .file(try ActionTemplate("key.txt"))],
            files: ["key.txt": "opensesame\n"])
        let output = try #require(try await fixture.end(try fixture.intent()).output)
        #expect(output.hasPrefix("*** ***\npassword=*** Bearer *** key2"))
        #expect(!output.contains("opensesame") && !output.contains("b3BlbnNlc2FtZQ"))
    }

    @Test func `A secret of several lines is masked as it is and as JSON, and no scheme shows one`()
        async throws
    {
        let fixture = try StepFixture(
            try StepFixture.program(
                "sh", "-c", "cat; echo; echo 'Authorization: Basic dXNlcjpwYXNz'",
                input: "${secret.key|json}\n${secret.key|base64}"),
            secrets: ["key": .file(try ActionTemplate("key.pem"))],
            files: ["key.pem": "-----BEGIN KEY-----\tx\r\nMIIEvq\r\n-----END KEY-----\n"])
        let output = try #require(try await fixture.end(try fixture.intent()).output)
        #expect(output == "***\n***\nAuthorization: ***", "\(output)")
    }

    @Test func `A random secret is another one each time`() async throws {
        let fixture = try StepFixture(
            try StepFixture.program(
                "sh", "-c", "wc -c; sha256sum </dev/null >/dev/null",
                input: "${secret.fresh|json}"),
            secrets: ["fresh": .random(bytes: 32)])
        #expect(try await fixture.end(try fixture.intent()).output == "64")
    }

    @Test(arguments: [
        ("missing.txt", "No such file or directory"), ("../key.txt", "may not contain '..'"),
        ("empty.txt", "is empty"),
    ])
    func `A secret that cannot be read fails the step and shows no part of it`(
        file: String, reason: String
    ) async throws {
        let fixture = try StepFixture(
            try StepFixture.program("cat", input: "${secret.key|json}"),
            secrets: ["key": .file(try ActionTemplate(file))], files: ["empty.txt": "\n"])
        let end = try await fixture.end(try fixture.intent())
        #expect(end.succeeded == false && end.reason?.contains(reason) == true)
    }

    @Test func `That is missing is a failure with its name`() async throws {
        let fixture = try StepFixture(try StepFixture.program("no-such-program"))
        let end = try await fixture.end(try fixture.intent())
        #expect(end.succeeded == false)
        #expect(end.reason == "cannot start no-such-program: No such file or directory")
    }

    @Test func `That fails says how, with the end of what it wrote`() async throws {
        let fixture = try StepFixture(
            try StepFixture.program("sh", "-c", "echo out; echo boom >&2; exit 3"))
        let end = try await fixture.end(try fixture.intent())
        #expect(end.code == "effect_failed" && end.reason == "sh ended with exit status 3")
        #expect(end.output == "boom")
    }

    @Test func `That ignores the request to end, and forks, is dead after its time`() async throws {
        let fixture = try StepFixture(
            try StepFixture.program(
                "sh", "-c",
                "trap '' TERM; setsid sleep 60 & echo $!; while :; do sleep 60; done",
                timeoutMs: 200))
        let end = try await fixture.end(try fixture.intent())
        #expect(end.code == "timed_out")
        #expect(end.reason == "sh did not end within 200 ms; killed")
        let forked = try #require(end.output.flatMap { Int32($0) })
        #expect(!FileManager.default.fileExists(atPath: "/proc/\(forked)"))
    }

    @Test func `That writes without end costs no memory, and its end is shown`() async throws {
        let fixture = try StepFixture(
            try StepFixture.program(
                "sh", "-c", "head -c 20000000 /dev/zero | tr '\\0' x; echo the-end"))
        let end = try await fixture.end(try fixture.intent())
        #expect(end.succeeded == true && (end.output?.utf8.count ?? 0) <= 2_052)
        #expect(end.output?.hasSuffix("xthe-end") == true)
    }

    @Test func `What it finds out is kept if it is what was asked for`() async throws {
        let capture = ActionCapture(name: "revision", kind: .integer(1...99))
        let good = try StepFixture(
            try StepFixture.program("echo", " 7 ", capture: capture))
        #expect(
            try await good.end(try good.intent()).values
                == [NamedValue(name: "revision", value: "7")])
        let bad = try StepFixture(try StepFixture.program("echo", "seven", capture: capture))
        let end = try await bad.end(try bad.intent())
        #expect(end.succeeded == false && end.reason?.hasPrefix("revision: expected") == true)
    }

    @Test func `Is tried once an intent, and its failure says whether another attempt could help`()
        async throws
    {
        let script = "echo x >> \"$0\"; exit 1"
        let path = FileManager.default.temporaryDirectory.path + "/tries-\(UUID().uuidString)"
        let fixture = try StepFixture(
            try StepFixture.program("sh", "-c", script, path), isIdempotent: true, retries: 2)
        let end = try await fixture.end(try fixture.intent())
        #expect(end.attempts == 1 && end.succeeded == false && end.transient == true)
        let text = FileManager.default.contents(atPath: path) ?? Data()
        #expect(text.count == 2)
        try FileManager.default.removeItem(atPath: path)
        let missing = try StepFixture(try StepFixture.program("no-such-program"))
        #expect(try await missing.end(try missing.intent()).transient == nil)
    }

    @Test func `Polls until it sees what it looks for`() async throws {
        let path = FileManager.default.temporaryDirectory.path + "/poll-\(UUID().uuidString)"
        let fixture = try StepFixture(
            try StepFixture.program(
                "sh", "-c", "echo x >> \"$0\"; test $(wc -l < \"$0\") -ge 3", path, pollMs: 50),
            phase: .verify)
        let end = try await fixture.end(try fixture.intent(.verify))
        #expect(end.succeeded == true && end.attempts == 3)
        try FileManager.default.removeItem(atPath: path)
    }

    @Test func `Evidence is kept whole, for its owner alone, with its digest`() async throws {
        let fixture = try StepFixture(
            try StepFixture.program("printf", "abc", isEvidence: true))
        let end = try await fixture.end(try fixture.intent(id: "../a/1"))
        let value = try #require(end.values?["evidence1"])
        #expect(
            value.hasSuffix(
                "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))
        let path = String(value.prefix { $0 != " " })
        #expect(path.hasPrefix(fixture.folder + "/evidence/___a_1-"))
        #expect(FileManager.default.contents(atPath: path) == Data("abc".utf8))
        var status = stat()
        #expect(unsafe lstat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test func `Nothing is done by an effector that knows another plan`() async throws {
        let fixture = try StepFixture(try StepFixture.program("true"))
        var intent = try fixture.intent()
        intent.digest = String(repeating: "0", count: 64)
        #expect(try await fixture.end(intent).code == "wrong_state")
    }

    @Test func `A message is put where it is to go`() async throws {
        let fixture = try StepFixture(
            ActionStep(
                .message(
                    .init(
                        topic: "shop.control", key: try ActionTemplate("${service}"),
                        value: try ActionTemplate(#"{"note":"${note|json}"}"#)))))
        #expect(try await fixture.end(try fixture.intent(note: "a\"b")).succeeded == true)
        #expect(fixture.published.withLock { $0 } == [#"shop.control|shop|{"note":"a\"b"}"#])
    }
}

@Suite struct `An effector` {
    @Test func `Carries out what is meant for it, once, side by side`() async throws {
        let fixture = try StepFixture(try StepFixture.program("sleep", "60"), timeoutMs: 60_000)
        let said = Locked<[ActionEffectPayload]>([])
        let effector = ActionEffector(epoch: "e1", runner: fixture.runner) { effect in
            said.withLock { $0.append(effect) }
        }
        for number in 0..<10 {
            let intent = try fixture.intent(id: "a\(number)")
            try effector.take(intent)
            try effector.take(intent)
            var foreign = intent
            foreign.epoch = "e0"
            try effector.take(foreign)
        }
        let deadline = ContinuousClock.now + .seconds(10)
        while said.withLock({ $0.count }) < 10, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(effector.runningCount == 10)
        let begunMs = ContinuousClock.now
        effector.stop()
        #expect(ContinuousClock.now - begunMs < .seconds(5))
        #expect(said.withLock { $0 }.allSatisfy { $0.type == "action_started" })
        #expect(said.withLock { $0.count } == 10)
    }

    @Test func `A step that has ended is not done again when its intent comes again`() async throws
    {
        let path = FileManager.default.temporaryDirectory.path + "/again-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let fixture = try StepFixture(
            try StepFixture.program("sh", "-c", "echo x >> \"$0\"", path))
        let said = Locked<[ActionEffectPayload]>([])
        let effector = ActionEffector(epoch: "e1", runner: fixture.runner) { effect in
            said.withLock { $0.append(effect) }
        }
        let intent = try fixture.intent(id: "a1")
        for round in 0..<3 {
            try effector.take(intent)
            // Another one, so that it is seen that the first has ended.
            try effector.take(try fixture.intent(id: "b\(round)"))
            let deadline = ContinuousClock.now + .seconds(10)
            while said.withLock({ $0.count { $0.type == "action_ended" } }) < round + 2,
                ContinuousClock.now < deadline
            {
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        effector.stop()
        #expect(said.withLock { $0.count { $0.subjectId == "a1" } } == 2)
    }

    @Test func `Begins nothing before its beginning is on record`() async throws {
        struct Away: Error {}
        let path = FileManager.default.temporaryDirectory.path + "/begun-\(UUID().uuidString)"
        let fixture = try StepFixture(try StepFixture.program("touch", path))
        let tries = Locked(0)
        let effector = ActionEffector(epoch: "e1", runner: fixture.runner) { _ in
            let isEarly = tries.withLock { tries in
                tries += 1
                return tries <= 2
            }
            guard isEarly else { return }
            #expect(!FileManager.default.fileExists(atPath: path))
            throw Away()
        }
        try effector.take(try fixture.intent())
        let deadline = ContinuousClock.now + .seconds(10)
        while tries.withLock({ $0 }) < 4, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(FileManager.default.fileExists(atPath: path))
        effector.stop()
        try FileManager.default.removeItem(atPath: path)
    }
}
