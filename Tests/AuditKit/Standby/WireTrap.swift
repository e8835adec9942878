import Contracts

/// A proxy between services and a broker that reads requests far enough to see where in a
/// transaction a client is, and ends it right there: what is killed is the real program, without a
/// switch in it.
package final class WireTrap: Sendable {
    /// What it waits for.
    struct Snare: Sendable {
        let moment: KillMoment
        let clientID: String
        let close: @Sendable () -> Void
    }

    /// Where it listens.
    package let port: Int
    private let listener: LoopbackSocket
    private let upstream: Int
    private let snare = Locked<Snare?>(nil)
    private let links = Locked<[WireLink]>([])

    /// Listens on a port of the loopback, for a broker on another one.
    package init(port: Int, upstream: Int) throws {
        listener = try LoopbackSocket.listen(port: port)
        self.port = port
        self.upstream = upstream
        _ = try SystemThread { [self] in serve() }
    }

    /// Runs `close` once, when the client of that name comes to that moment; what it has sent then,
    /// or the answer, is withheld.
    package func arm(
        _ moment: KillMoment, clientID: String, _ close: @escaping @Sendable () -> Void
    ) {
        snare.withLock { $0 = Snare(moment: moment, clientID: clientID, close: close) }
    }

    /// Whether it still waits.
    package var isArmed: Bool { snare.withLock { $0 != nil } }

    /// Ends every connection.
    package func stop() {
        listener.shutDown()
        for link in links.withLock({ $0 }) { link.end() }
    }

    /// Takes the snare, if it is for such a request.
    func spring(apiKey: Int, clientID: String) -> Snare? {
        snare.withLock { snare in
            guard let waiting = snare, waiting.moment.apiKey == apiKey,
                waiting.clientID == clientID
            else { return nil }
            snare = nil
            return waiting
        }
    }

    private func serve() {
        while let client = listener.accept() {
            guard let broker = try? LoopbackSocket.connect(port: upstream) else {
                client.close()
                continue
            }
            let link = WireLink(client: client, broker: broker, trap: self)
            links.withLock { links in
                links.removeAll { $0.hasEnded }
                links.append(link)
            }
            link.start()
        }
        listener.close()
    }
}
