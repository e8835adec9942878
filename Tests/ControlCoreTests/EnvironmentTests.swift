import Contracts
import ControlCoreDomain
import Streams
import Testing

/// Orders that stand in the environment of control-core.
@Suite struct `The environment of control-core` {
    /// What the environment is at the next start.
    private final class Deployment {
        var environment: [EnvironmentHotkey] = []
        var instance = "a"
        let harness: ReducerHarness<ControlCoreReducer>

        init(_ environment: [EnvironmentHotkey]) throws {
            self.environment = environment
            let box = Box()
            harness = try ReducerHarness(at: ControlCoreFixture.startMs) {
                var policy = ControlCorePolicy(
                    settingPartitions: 3, environment: box.owner?.environment ?? environment,
                    instance: box.owner?.instance ?? "a")
                policy.environmentMax = 5
                return ControlCoreReducer(policy: policy)
            }
            box.owner = self
        }

        private final class Box {
            weak var owner: Deployment?
        }

        /// Lets the start happen; what it says on nervous.request comes back, as by the log.
        @discardableResult
        func start() throws -> [HarnessOutput] {
            try deliver(try harness.advance(to: harness.nowMs))
        }

        @discardableResult
        func restart() throws -> [HarnessOutput] {
            try harness.restart()
            return try start()
        }

        func deliver(_ outputs: [HarnessOutput]) throws -> [HarnessOutput] {
            var said: [HarnessOutput] = []
            for output in outputs where output.topic == BusTopic.request.rawValue {
                said += try harness.send(
                    key: Array((output.key ?? "").utf8), value: output.value, to: output.topic)
            }
            return said
        }

        func flag(_ flag: String) -> FlagValue? {
            harness.outputs.last { $0.key == "*/\(flag)" }?.payload(as: FlagPayload.self)?.value
        }

        func order(_ type: CommandType, _ change: (inout CommandPayload) -> Void) throws
            -> [HarnessOutput]
        {
            var payload = CommandPayload(type: type.rawValue, author: "alice", all: true)
            change(&payload)
            return try harness.send(payload, key: "*", role: .operator)
        }

        var requests: [Envelope] {
            harness.outputs.filter { $0.topic == BusTopic.request.rawValue }
                .compactMap(\.envelope)
        }
    }

    private static func hotkeys(_ values: [String: String]) throws -> [EnvironmentHotkey] {
        try EnvironmentHotkey.read(values)
    }

    @Test(arguments: [
        ("SAFE_MODE", "on", "safe_mode", true), ("SAFE_MODE", "ON", "safe_mode", true),
        ("WRITE_DRAIN", "on", "write_drain", true),
        ("CITADEL_ENABLED", "false", "module:citadel", false),
        ("DOME_SCAN_ENABLED", "false", "module:dome_scan", false),
        ("AI_EMBEDDINGS_ENABLED", "False", "module:ai_embeddings", false),
        ("USE_LATENT_COLLABORATION", "false", "module:latent_collaboration", false),
    ])
    func `Orders what its variables say, as a message of the role system, of all services`(
        name: String, value: String, flag: String, expected: Bool
    ) throws {
        let deployment = try Deployment(try Self.hotkeys([name: value]))
        let outcome = try deployment.start().outcome()
        #expect(outcome.status == .succeeded && outcome.author == "environment/a")
        #expect(deployment.flag(flag) == .bool(expected))
        let request = try #require(deployment.requests.first)
        #expect(deployment.requests.count == 1)
        #expect(request.role == .system)
        #expect(request.id == "environment/\(name)=\(value.lowercased())@a")
        #expect(request.id == outcome.commandId)
    }

    @Test(arguments: ["SAFE_MODE", "CITADEL_ENABLED", "USE_LATENT_COLLABORATION"])
    func `A value that is not allowed is refused with the variable, the value, and what is`(
        name: String
    ) {
        for value in ["yes", "1", " on", "on\n", String(repeating: "x", count: 1 << 20)] {
            let error = #expect(throws: EnvironmentHotkeyError.self) {
                try EnvironmentHotkey.read([name: value, "WRITE_DRAIN": "maybe"])
            }
            let text = error?.description ?? ""
            #expect(text.contains("\(name)='\(value.prefix(64))'"))
            #expect(text.contains("WRITE_DRAIN='maybe': expected on or off"))
            #expect(text.utf8.count < 500)
        }
    }

    @Test func `Of nothing, and of empty values, orders nothing`() throws {
        #expect(try EnvironmentHotkey.read(["SAFE_MODE": "", "HOME": "/root"]).isEmpty)
        let deployment = try Deployment([])
        try deployment.start()
        #expect(deployment.requests.isEmpty)
    }

    @Test func `Does not order again at a restart what a person has ended`() throws {
        let deployment = try Deployment(try Self.hotkeys(["SAFE_MODE": "on"]))
        try deployment.start()
        let ended = try deployment.order(.setSafeMode) {
            $0.enabled = false
            $0.override = true
        }
        #expect(try ended.outcome().status == .succeeded)
        #expect(deployment.flag("safe_mode") == .bool(false))
        for _ in 0..<3 {
            // The ids of messages are forgotten after a day; what was ordered is not.
            try deployment.harness.advance(to: deployment.harness.nowMs + 3 * 86_400_000)
            #expect(try deployment.restart().isEmpty)
        }
        #expect(deployment.requests.count == 1)
        #expect(deployment.flag("safe_mode") == .bool(false))
    }

    @Test func `Orders again once the variable has changed, also back`() throws {
        let deployment = try Deployment(try Self.hotkeys(["WRITE_DRAIN": "on"]))
        try deployment.start()
        deployment.environment = try Self.hotkeys(["WRITE_DRAIN": "off"])
        try deployment.restart()
        #expect(deployment.flag("write_drain") == .bool(false))
        deployment.environment = try Self.hotkeys(["WRITE_DRAIN": "on"])
        try deployment.restart()
        #expect(deployment.flag("write_drain") == .bool(true))
        #expect(
            deployment.requests.map(\.id) == [
                "environment/WRITE_DRAIN=on@a", "environment/WRITE_DRAIN=off@a#2",
                "environment/WRITE_DRAIN=on@a#3",
            ])
    }

    @Test func `Of another instance is another order, and a hold of its own`() throws {
        let deployment = try Deployment(try Self.hotkeys(["SAFE_MODE": "on"]))
        try deployment.start()
        deployment.instance = "b"
        try deployment.restart()
        let holders = deployment.harness.outputs.last { $0.key == "*/safe_mode" }?
            .payload(as: FlagPayload.self)?.holders.map(\.holder)
        #expect(holders == ["environment/a", "environment/b"])
    }

    @Test func `Is obeyed though its order was read late, as after an outage`() throws {
        let deployment = try Deployment(try Self.hotkeys(["SAFE_MODE": "on"]))
        let said = try deployment.harness.advance(to: deployment.harness.nowMs)
        try deployment.harness.advance(to: deployment.harness.nowMs + 3_600_000)
        #expect(try deployment.deliver(said).outcome().status == .succeeded)
        #expect(deployment.flag("safe_mode") == .bool(true))
    }

    @Test func `Leaves alone what a person keeps off`() throws {
        let deployment = try Deployment([])
        try deployment.start()
        _ = try deployment.order(.setSafeMode) {
            $0.enabled = false
            $0.override = true
        }
        deployment.environment = try Self.hotkeys(["SAFE_MODE": "on"])
        #expect(try deployment.restart().outcome().code == .held)
    }

    @Test func `Cannot be forged: an order in its name that it did not give is a service's`() throws
    {
        let deployment = try Deployment(try Self.hotkeys(["SAFE_MODE": "on"]))
        try deployment.start()
        let genuine = try #require(deployment.requests.first)
        var forged = try genuine.payload(as: RequestPayload.self)
        for (id, type) in [
            (genuine.id + "#2", CommandType.setSafeMode), ("mine", .setKillSwitch),
            ("environment/WRITE_DRAIN=on@a", .setWriteDrain),
        ] {
            forged.type = type.rawValue
            let outcome = try deployment.harness.send(forged, key: "*", id: id, role: .system)
                .outcome()
            #expect(outcome.status == .rejected && outcome.code == .notAllowed)
        }
        // The very message, again, after its id was forgotten: it was taken once.
        try deployment.harness.advance(to: deployment.harness.nowMs + 3 * 86_400_000)
        _ = try deployment.order(.releaseFlag) {
            $0.flag = "safe_mode"
            $0.override = true
        }
        let again = try deployment.harness.send(
            try genuine.payload(as: RequestPayload.self), key: "*", id: genuine.id, role: .system)
        #expect(try again.outcome().status == .rejected)
        #expect(deployment.flag("safe_mode") == .bool(false))
    }

    @Test func `Remembers no more instances than it may`() throws {
        let deployment = try Deployment(try Self.hotkeys(["SAFE_MODE": "on"]))
        for number in 0..<8 {
            deployment.instance = "pod-\(number)"
            try deployment.harness.advance(to: deployment.harness.nowMs + 1)
            try deployment.restart()
        }
        let table = try #require(deployment.harness.reducer.tables.first { $0.id == 10 })
        var count = 0
        table.forEachEntry { _, _ in count += 1 }
        #expect(count == 5)
    }
}
