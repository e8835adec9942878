import Contracts
import HTTP
import JSON
import Streams

/// What a web server answers that holds requests about an incident back, or fails them, for as
/// long as it is told to.
final class StallingWebhook: Sendable {
    /// A notification that it took.
    struct Post: Equatable, Sendable {
        let id: String
        let key: String
    }

    private let wakeup = Wakeup()
    /// What it took, in order.
    let posts = Locked<[Post]>([])
    /// The incidents whose requests it holds back.
    let stalled = Locked<Set<String>>([])
    /// The incidents whose requests it fails.
    let failing = Locked<Set<String>>([])

    /// Takes a request.
    func answer(_ request: HTTPRequest) -> HTTPResponse {
        guard let body = try? JSON.parse(request.body).objectValue,
            let id = body["id"]?.stringValue, let incident = body["incidentId"]?.stringValue
        else { return .text("no notification", status: 400) }
        while stalled.withLock({ $0.contains(incident) }) {
            wakeup.wait(since: wakeup.seen, timeoutMs: 10)
        }
        guard !failing.withLock({ $0.contains(incident) }) else {
            return .text("not now", status: 503)
        }
        let key = request.headers["Idempotency-Key"] ?? ""
        posts.withLock { $0.append(Post(id: id, key: key)) }
        return .text("taken")
    }

    /// The ids of what it took, in order.
    var ids: [String] { posts.withLock { $0.map(\.id) } }
}
