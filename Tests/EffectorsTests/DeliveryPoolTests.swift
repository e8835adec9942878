import Contracts
import Effectors
import HTTP
import Synchronization
import TestKit
import Testing

/// Posting to a real web server.
struct DeliveryPoolTests {
    /// Runs `body` with a pool that posts to a webhook.
    private func with(
        attemptsMax: Int = 1_000, nowMs: Int64 = 1_000,
        _ body: (DeliveryPool, StallingWebhook) async throws -> Void
    ) async throws {
        let webhook = StallingWebhook()
        let server = try HTTPServer(
            HTTPServerConfiguration(port: 0, concurrency: .threadPerConnection)
        ) { webhook.answer($0) }
        let settings = WebhookSettings(
            url: "http://127.0.0.1:\(server.port)/hook", timeoutMs: 60_000,
            attemptsMax: attemptsMax, backoffMs: 20, backoffMaxMs: 20)
        let start = ContinuousClock.now
        let pool = try DeliveryPool(
            WebhookNotifier(settings: settings, client: HTTPClient()), nowMs: { nowMs },
            monotonicMs: { Int64((ContinuousClock.now - start) / .milliseconds(1)) })
        let result: Result<Void, any Error>
        do { result = .success(try await body(pool, webhook)) } catch { result = .failure(error) }
        webhook.stalled.withLock { $0 = [] }
        pool.stop()
        server.stop()
        try result.get()
    }

    private func add(
        _ pool: DeliveryPool, _ id: String, _ incident: String, at offset: Int64
    ) {
        let source = Delivery.Source(partition: 0, offset: offset)
        let notification = NotificationPayload(
            urgency: .page, service: "checkout", incidentId: incident, title: id, text: id)
        pool.add(
            Delivery(id: id, saidMs: 1_000, notification: notification, source: source),
            from: source)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a webhook that stalls on one incident holds back no other`() async throws {
        try await with { pool, webhook in
            webhook.stalled.withLock { $0 = ["a"] }
            add(pool, "a1", "a", at: 0)
            add(pool, "a2", "a", at: 1)
            for number in 0..<20 { add(pool, "b\(number)", "b", at: Int64(2 + number)) }
            try await eventually("b") { webhook.ids.count == 20 }
            #expect(webhook.ids == (0..<20).map { "b\($0)" })
            // Nothing behind the first is committed: a restart would post all of it again.
            let early = pool.takeEnded()
            #expect(early.positions.isEmpty)
            webhook.stalled.withLock { $0 = [] }
            try await eventually("a") { webhook.ids.count == 22 }
            #expect(webhook.ids.suffix(2) == ["a1", "a2"])
            #expect(webhook.posts.withLock { $0.allSatisfy { $0.key == $0.id } })
            var effects = early.effects
            try await eventually("the last position") {
                let (more, positions) = pool.takeEnded()
                effects += more
                return positions[0] == 22
            }
            #expect(effects.count == 22 && Set(effects.map(\.subjectId)) == Set(webhook.ids))
            #expect(effects.allSatisfy { $0.type == "notification_delivered" })
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `more failing incidents than there are threads hold back no other`() async throws {
        try await with { pool, webhook in
            let failing = (0..<40).map { "f\($0)" }
            webhook.failing.withLock { $0 = Set(failing) }
            for (offset, incident) in failing.enumerated() {
                add(pool, "\(incident).1", incident, at: Int64(offset))
            }
            add(pool, "b1", "b", at: 40)
            try await eventually("b") { webhook.ids == ["b1"] }
            webhook.failing.withLock { $0 = [] }
            try await eventually("the rest") {
                pool.said(pool.takeEnded().effects)
                return webhook.ids.count == 41
            }
            #expect(Set(webhook.ids) == Set(failing.map { "\($0).1" } + ["b1"]))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `there is room for a bounded number`() async throws {
        try await with { pool, webhook in
            webhook.stalled.withLock { $0 = ["a"] }
            var added: Int64 = 0
            while !pool.isFull, added < 10_000 {
                add(pool, "a\(added)", "a", at: added)
                added += 1
            }
            #expect(added == 256)
            webhook.stalled.withLock { $0 = [] }
            try await eventually("room") { !pool.isFull }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `what was not posted in time is said to have failed`() async throws {
        try await with(attemptsMax: 2) { pool, webhook in
            webhook.failing.withLock { $0 = ["a"] }
            add(pool, "a1", "a", at: 0)
            let tried = try await eventualValue("the mark") { pool.takeEnded().effects.first }
            #expect(tried.type == "notification_tried" && tried.attempts == 1)
            pool.said([tried])
            let effect = try await eventualValue("the effect") { pool.takeEnded().effects.first }
            #expect(effect.type == "notification_failed" && effect.attempts == 2)
            #expect(effect.reason == "the webhook answered 503")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a page that is too old wakes nobody`() async throws {
        try await with(nowMs: 1_001 + DeliveryPool.pageMaxAgeMs) { pool, webhook in
            add(pool, "a1", "a", at: 0)
            let effect = try await eventualValue("the effect") { pool.takeEnded().effects.first }
            #expect(effect.type == "notification_failed")
            #expect(effect.reason?.hasPrefix("too old") == true)
            #expect(webhook.ids.isEmpty)
        }
    }

    @Test func `a contact's own webhook gets what is for it, and all others the rest`() async throws
    {
        let asked = Locked<[String]>([])
        let server = try HTTPServer(
            HTTPServerConfiguration(port: 0, concurrency: .threadPerConnection)
        ) { request in
            asked.withLock { $0.append("\(request.path) \(request.headers["X-Team"] ?? "")") }
            return .text("taken")
        }
        defer { server.stop() }
        let address = "http://127.0.0.1:\(server.port)"
        let pool = try DeliveryPool(
            WebhookNotifier(
                settings: WebhookSettings(url: address + "/all"),
                contacts: [
                    "security": WebhookSettings(
                        url: address + "/security", headers: ["X-Team": "security"])
                ], client: HTTPClient()), nowMs: { 1_000 }, monotonicMs: { 0 })
        defer { pool.stop() }
        for (offset, contact) in ["security", nil, "nobody"].enumerated() {
            let source = Delivery.Source(partition: 0, offset: Int64(offset))
            let notification = NotificationPayload(
                urgency: .page, service: "checkout", title: "t", text: "t", contact: contact)
            pool.add(
                Delivery(
                    id: "n\(offset)", saidMs: 1_000, notification: notification, source: source),
                from: source)
        }
        try await eventually("all three") { asked.withLock { $0.count } == 3 }
        #expect(asked.withLock { $0.sorted() } == ["/all ", "/all ", "/security security"])
    }
}
