import AuditKit
import Contracts
import Glibc

/// Stands between clients and a broker on the loopback, and can lose what a client sends to be
/// stored, or the answer to it: from outside, a connection that has fallen silent.
///
/// The broker has to advertise the relay's port, so that clients come back to it.
final class BrokerRelay: Sendable {
    /// What is lost of requests to store records.
    enum Loss: Sendable {
        case nothing
        case request
        case answer
    }

    private struct State {
        var brokerPort = 0
        var loss = Loss.nothing
        var descriptors: Set<Int32> = []
        var threads: [SystemThread] = []
        var losses = 0
        var isStopped = false
    }

    /// Where it listens.
    let port: Int
    private let listener: Int32
    private let state = Locked(State())
    /// The key of Kafka's Produce request.
    private static let produceKey: [UInt8] = [0, 0]

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.address(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw EndToEndError("the relay cannot listen: errno \(errno)") }
        listener = descriptor
        port = Int(UInt16(bigEndian: address.sin_port))
        try start { relay in relay.accept() }
    }

    /// Says where the broker is.
    func aim(at bootstrapServers: String) throws {
        guard let port = bootstrapServers.split(separator: ":").last.flatMap({ Int($0) }) else {
            throw EndToEndError("\(bootstrapServers) has no port")
        }
        state.withLock { $0.brokerPort = port }
    }

    /// From now on loses this.
    func lose(_ loss: Loss) { state.withLock { $0.loss = loss } }

    /// How many requests to store records were lost, or their answers.
    var losses: Int { state.withLock { $0.losses } }

    /// Cuts every connection.
    func stop() {
        let threads = state.withLock { state -> [SystemThread] in
            state.isStopped = true
            for descriptor in state.descriptors { shutdown(descriptor, Int32(SHUT_RDWR)) }
            return state.threads
        }
        shutdown(listener, Int32(SHUT_RDWR))
        for thread in threads { thread.join() }
        close(listener)
    }

    // MARK: Threads

    private func start(_ body: @escaping @Sendable (BrokerRelay) -> Void) throws {
        let thread = try SystemThread { body(self) }
        state.withLock { $0.threads.append(thread) }
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { return }
            guard let broker = connect(), keep(client, broker) else {
                close(client)
                continue
            }
            let isSilent = Locked(false)
            do {
                try start { $0.relayRequests(from: client, to: broker, isSilent) }
                try start { $0.relayAnswers(from: broker, to: client, isSilent) }
            } catch {
                shutdown(client, Int32(SHUT_RDWR))
                shutdown(broker, Int32(SHUT_RDWR))
            }
        }
    }

    private func keep(_ client: Int32, _ broker: Int32) -> Bool {
        state.withLock { state in
            guard !state.isStopped else { return false }
            state.descriptors.formUnion([client, broker])
            return true
        }
    }

    /// Whole requests, so that each is known for what it is.
    private func relayRequests(from client: Int32, to broker: Int32, _ isSilent: Locked<Bool>) {
        defer {
            shutdown(client, Int32(SHUT_RDWR))
            shutdown(broker, Int32(SHUT_RDWR))
        }
        while let size = Self.receive(4, from: client) {
            let count = size.reduce(0) { $0 << 8 | Int($1) }
            guard (2..<100_000_000).contains(count),
                let request = Self.receive(count, from: client)
            else { return }
            let loss = request.starts(with: Self.produceKey) ? lost() : .nothing
            if loss == .answer { isSilent.withLock { $0 = true } }
            if loss == .request { continue }
            guard Self.send(size + request, to: broker) else { return }
        }
    }

    private func lost() -> Loss {
        state.withLock { state in
            if state.loss != .nothing { state.losses += 1 }
            return state.loss
        }
    }

    private func relayAnswers(from broker: Int32, to client: Int32, _ isSilent: Locked<Bool>) {
        defer { shutdown(client, Int32(SHUT_RDWR)) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe recv(broker, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            if isSilent.withLock({ $0 }) { continue }
            guard Self.send(Array(buffer[..<count]), to: client) else { return }
        }
    }

    // MARK: Sockets

    private func connect() -> Int32? {
        let port = state.withLock { $0.brokerPort }
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.address(port: port)
        let status = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(
                    descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    private static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func receive(_ count: Int, from descriptor: Int32) -> [UInt8]? {
        var received = [UInt8](repeating: 0, count: count)
        let got = unsafe recv(descriptor, &received, count, Int32(MSG_WAITALL))
        return got == count ? received : nil
    }

    private static func send(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes[sent...].withUnsafeBytes {
                unsafe Glibc.send(
                    descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}
