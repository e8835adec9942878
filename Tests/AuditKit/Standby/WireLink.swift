import Contracts

/// One connection through a trap, a thread for each direction.
final class WireLink: Sendable {
    private struct State {
        /// Closes when the answer to what was let through comes, which is withheld.
        var pending: WireTrap.Snare?
        var isWithheld = false
        var threads = 2
    }

    /// Longer than any request of ours: what claims to be longer is no request.
    private static let requestBytesMax = 64 << 20

    private let client: LoopbackSocket
    private let broker: LoopbackSocket
    private let trap: WireTrap
    private let state = Locked(State())

    init(client: LoopbackSocket, broker: LoopbackSocket, trap: WireTrap) {
        self.client = client
        self.broker = broker
        self.trap = trap
    }

    var hasEnded: Bool { state.withLock { $0.threads == 0 } }

    func start() {
        start { $0.requests() }
        start { $0.answers() }
    }

    private func start(_ direction: @escaping @Sendable (WireLink) -> Void) {
        do {
            _ = try SystemThread { [self] in
                direction(self)
                leave()
            }
        } catch { leave() }
    }

    func end() {
        state.withLock { state in
            guard state.threads > 0 else { return }
            client.shutDown()
            broker.shutDown()
        }
    }

    private func leave() {
        end()
        // Whoever is last closes: a number that is free may be another connection's.
        let isLast = state.withLock { state in
            state.threads -= 1
            return state.threads == 0
        }
        if isLast {
            client.close()
            broker.close()
        }
    }

    // MARK: The directions

    private func requests() {
        var buffer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = client.read(into: &chunk)
            guard count > 0 else { return }
            buffer += chunk[..<count]
            while let length = Self.number(buffer, at: 0, bytes: 4) {
                guard length <= Self.requestBytesMax else { return }
                guard buffer.count >= 4 + length else { break }
                guard pass(buffer[..<(4 + length)]) else { return }
                buffer.removeFirst(4 + length)
            }
        }
    }

    /// - Returns: whether the connection goes on.
    private func pass(_ request: ArraySlice<UInt8>) -> Bool {
        let bytes = Array(request.prefix(300))
        guard let apiKey = Self.number(bytes, at: 4, bytes: 2),
            let length = Self.number(bytes, at: 12, bytes: 2), length < 280,
            bytes.count >= 14 + length,
            let snare = trap.spring(
                apiKey: apiKey,
                clientID: String(decoding: bytes[14..<(14 + length)], as: UTF8.self))
        else { return broker.write(request) }
        guard snare.moment == .afterCommit else {
            snare.close()
            return false
        }
        state.withLock { $0.pending = snare }
        return broker.write(request)
    }

    private func answers() {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = broker.read(into: &chunk)
            guard count > 0 else { return }
            let (pending, isWithheld) = state.withLock { state in
                defer { state.pending = nil }
                if state.pending != nil { state.isWithheld = true }
                return (state.pending, state.isWithheld)
            }
            pending?.close()
            if !isWithheld, !client.write(chunk[..<count]) { return }
        }
    }

    /// A big-endian number; nil if it is not there yet.
    private static func number(_ bytes: [UInt8], at start: Int, bytes count: Int) -> Int? {
        guard bytes.count >= start + count else { return nil }
        return bytes[start..<(start + count)].reduce(0) { $0 << 8 | Int($1) }
    }
}
