import Contracts
import DreamNetClient
import Glibc
import Signing
import StreamsKafka
import TestKit
import Testing

/// Orders that a machine without Kafka obeys by a signed file.
@Suite struct `The break-glass file of a subscriber without Kafka` {
    private let folder: TemporaryFolder
    private let key: [UInt8]
    private var file: String { folder.path + "/orders.json" }

    init() throws {
        folder = try TemporaryFolder()
        let (privateKey, publicKey) = Ed25519.makeKeyPair()
        key = privateKey
        folder.write(
            Array("# who may\nalice \(Base64.encode(publicKey))\n".utf8), to: "keys", mode: 0o644)
        folder.write(LastKnownTests.text(), to: "known")
    }

    private typealias LastKnownTests = `The last-known flags of a subscriber without Kafka`

    private func act(
        _ type: CommandType = .setWriteDrain, author: String = "alice", ageMs: Int64 = 0,
        service: String? = "checkout", _ change: (inout CommandPayload) -> Void = { _ in }
    ) throws -> BreakGlassFile.Act {
        var payload = CommandPayload(
            type: type.rawValue, author: author, service: service, enabled: true,
            breakGlass: BreakGlassNote(host: "web-7", baseVersion: 7))
        if service == nil { payload.all = true }
        change(&payload)
        let envelope = try Envelope(
            id: "a\(UInt64.random(in: .min ... .max))", ts: FlagSubscriber.unixMs() - ageMs,
            role: .operator, payload)
        let value = try envelope.serialized()
        let signature = CommandSignature.make(
            topic: .command, key: Array((service ?? "*").utf8), value: value, privateKey: key)
        return .init(
            key: service ?? "*", value: String(decoding: value, as: UTF8.self),
            signature: signature ?? "")
    }

    private func add(_ act: BreakGlassFile.Act) throws {
        try BreakGlassFile.add(act, to: file, nowMs: FlagSubscriber.unixMs())
    }

    private func withSubscriber(
        nowMs: @escaping @Sendable () -> Int64 = FlagSubscriber.unixMs,
        _ body: (FlagSubscriber) async throws -> Void
    ) async throws {
        var settings = FlagSubscriber.Settings(
            service: "checkout", instance: "a", lastKnownFile: folder.path + "/known")
        settings.breakGlass = .init(file: file, keysFile: folder.path + "/keys")
        let subscriber = try FlagSubscriber(
            settings,
            configuration: KafkaConfiguration(bootstrapServers: "127.0.0.1:1", topicPrefix: ""),
            nowMs: nowMs, log: { _ in })
        defer { subscriber.stop() }
        try await body(subscriber)
    }

    @Test func `Is obeyed within moments, on and off, and for all services`() async throws {
        try await withSubscriber { subscriber in
            let watched = subscriber.watch("write_drain")
            #expect(watched.bool == nil)
            let on = try act()
            try add(on)
            try await eventually("the flag is on") { watched.bool == true }
            #expect(subscriber.status.localOrders.count == 1)
            #expect(subscriber.status.breakGlassTrouble == nil)
            try add(try act { $0.enabled = false })
            try await eventually("the flag is off") { watched.bool == false }
            try add(
                try act(.hotkey, service: nil) {
                    $0.enabled = nil
                    $0.hotkey = "RATE_LIMIT=reduce"
                    $0.except = ["billing"]
                })
            // 40 of all holds without a holder; the order's 50 is a hold.
            try await eventually("the limit is the order's") {
                subscriber.number("rate_limit") == 50
            }
            // What others hold stays, unless their holds are ended.
            try add(
                try act(.setSafeMode) {
                    $0.enabled = false
                    $0.override = true
                })
            try await eventually("SAFE_MODE is off") {
                subscriber.value("safe_mode") == .bool(false)
            }
            #expect(subscriber.status.localOrders.count == 4)
            #expect(folder.mode(of: "orders.json") == 0o644)
        }
    }

    @Test func `Ends by itself when its time is up, and when the file is gone`() async throws {
        try add(try act { $0.expiresAt = FlagSubscriber.unixMs() + 600_000 })
        try add(try act(.setKillSwitch))
        let aheadMs = Locked<Int64>(0)
        try await withSubscriber(
            nowMs: { FlagSubscriber.unixMs() + aheadMs.withLock { $0 } }
        ) { subscriber in
            try await eventually("both are obeyed") {
                subscriber.bool("write_drain", default: false)
                    && subscriber.bool("kill_switch", default: false)
            }
            aheadMs.withLock { $0 = 600_000 }
            try await eventually("the one has ended") {
                !subscriber.bool("write_drain", default: false)
            }
            #expect(subscriber.bool("kill_switch", default: false))
            unsafe unlink(file)
            try await eventually("the other has, too") {
                !subscriber.bool("kill_switch", default: false)
            }
        }
    }

    @Test func `Is refused, and it says why, where it is not genuine`() async throws {
        var changed = try act()
        changed.value = changed.value.replacing("write_drain", with: "kill_switch")
        var moved = try act()
        moved.key = "*"
        let orders: [(BreakGlassFile.Act, String)] = [
            (changed, "its signature is none of a trusted key"),
            (moved, "its signature is none of a trusted key"),
            (try act(author: "mallory"), "its signature is none of a trusted key"),
            (try act(ageMs: 25 * 3_600_000), "older than a day"),
            (try act(ageMs: -120_000), "of the future"),
            (try act { $0.breakGlass = nil }, "no order about flags"),
            (
                try act(.setMonitor) {
                    $0.enabled = nil
                    $0.level = "increase"
                }, "no order about flags"
            ),
            (.init(key: "checkout", value: "{", signature: "x"), "an order that is none"),
        ]
        try await withSubscriber { subscriber in
            for (order, reason) in orders {
                unsafe unlink(file)
                try await eventually("nothing is wrong") {
                    subscriber.status.breakGlassTrouble == nil
                }
                try add(order)
                try await eventually("it says: \(reason)") {
                    subscriber.status.breakGlassTrouble?.contains(reason) == true
                }
                #expect(subscriber.status.localOrders.isEmpty)
                #expect(!subscriber.bool("write_drain", default: false))
            }
        }
    }

    @Test func `Is refused with the wrong mode, of a link, and of bytes that are none`()
        async throws
    {
        try add(try act())
        let good = try #require(try? BreakGlassFile.read(file))
        #expect(good.acts.count == 1)
        try await withSubscriber { subscriber in
            try await eventually("it is obeyed") { subscriber.bool("write_drain", default: false) }
            unsafe chmod(file, 0o666)
            try await eventually("it is refused") {
                subscriber.status.breakGlassTrouble?.contains("others may write it") == true
            }
            #expect(!subscriber.bool("write_drain", default: false))
            folder.write([UInt8](repeating: 0x5b, count: 50_000), to: "orders.json", mode: 0o644)
            try await eventually("it is malformed") {
                subscriber.status.breakGlassTrouble?.contains("is no break-glass file") == true
            }
            unsafe unlink(file)
            unsafe symlink(folder.path + "/keys", file)
            try await eventually("it is a link") {
                subscriber.status.breakGlassTrouble?.contains("cannot be read") == true
            }
        }
    }
}
