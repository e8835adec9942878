import Contracts
import HTTP
import JSON
import Streams
import Testing

/// The shipped actions that keep evidence, fail a database over and call a webhook.
@Suite struct ShippedEvidenceTests {
    @Test func `The logs and the state of a pod are kept, with their digests`() async throws {
        let stage = try ShippedActionStage([
            "pods": [
                "web-1": ["2026-11-28T09:00:00Z started", "2026-11-28T09:00:01Z password=hunter2"]
            ]
        ])
        let said = try await stage.act(
            "kubernetes-logs", ["namespace": "shop", "pod": "web-1"], id: "a1")
        let final = try #require(said.last)
        #expect(final.status == .succeeded, "\(said)")
        let kept = (final.values ?? []).filter { $0.name.hasPrefix("evidence") }.map(\.value)
        #expect(kept.count == 2 && kept.allSatisfy { $0.contains(" sha256:") })
        let texts = kept.compactMap { stage.text(of: String($0.prefix { $0 != " " })) }
        #expect(texts.contains { $0.contains("name: web-1") })
        #expect(texts.contains { $0.contains("09:00:00Z started") && $0.contains("hunter2") })
        #expect(!"\(said)".contains("hunter2"), "on record it is masked")
        let none = try await stage.act(
            "kubernetes-logs", ["namespace": "shop", "pod": "web-2"], id: "a2")
        #expect(none.last?.status == .failed)
        #expect(none.last?.output?.contains("NotFound") == true)
    }

    @Test func `Cloud SQL fails over with two people, once, and says from where to where`()
        async throws
    {
        let stage = try ShippedActionStage(["zone": "europe-west1-b", "sql": "RUNNABLE"])
        let place = ["instance": "shop-db", "project": "shop"]
        let said = try await stage.act("cloud-sql-failover", place, id: "a1", approver: "bob")
        let final = try #require(said.last)
        #expect(final.status == .verified && final.approver == "bob", "\(said)")
        #expect(try stage.state["zone"] == "europe-west1-c")
        let event = try #require(stage.events.last)
        #expect(event.type == "database_failed_over")
        #expect(event.fromVersion == "europe-west1-b" && event.toVersion == "europe-west1-c")
        #expect((final.values ?? []).contains { $0.name == "evidence2" })
    }

    @Test func `A webhook gets its text, its token and a key that stays the same`() async throws {
        struct Call: Equatable {
            let authorization: String?
            let key: String?
            let body: String
        }
        let calls = Locked<[Call]>([])
        let server = try HTTPServer(HTTPServerConfiguration(port: 0)) { request in
            let count = calls.withLock { calls in
                calls.append(
                    Call(
                        authorization: request.headers["Authorization"],
                        key: request.headers["Idempotency-Key"],
                        body: String(decoding: request.body, as: UTF8.self)))
                return calls.count
            }
            return count == 1 ? .text("not now", status: 503) : .text("taken")
        }
        defer { server.stop() }
        let stage = try ShippedActionStage([:], webhook: "http://127.0.0.1:\(server.port)")
        try stage.writeSecret("t0ken-of-the-hook\n", to: "webhook")
        let said = try await stage.act(
            "webhook", ["event": "deploy-stopped", "text": "it's \"off\"; $(reboot)"], id: "a1")
        #expect(said.last?.status == .succeeded, "\(said)")
        let seen = calls.withLock { $0 }
        #expect(seen.count == 2, "the first answer was 503, and the action is idempotent")
        #expect(Set(seen.map(\.key)) == ["a1-effect-0"])
        #expect(seen.last?.authorization == "Bearer t0ken-of-the-hook")
        let body = try JSON.parse(Array((seen.last?.body ?? "").utf8))
        #expect(body["text"]?.stringValue == "it's \"off\"; $(reboot)")
        #expect(body["service"] == "shop" && body["event"] == "deploy-stopped")
        #expect(!"\(said)".contains("t0ken-of-the-hook"))
    }
}
