/// Ports of the loopback that nobody listens on. Somebody else may take one before it is used, which
/// is improbable.
package enum FreePort {
    /// Below those that the kernel gives to connections (net.ipv4.ip_local_port_range), of which there
    /// are thousands while services are killed and started: one of them would be taken soon.
    private static let range = 10_000...32_000

    /// One.
    package static func take() throws -> Int { try take(with: []) }

    /// One whose successor is free as well: a broker's controller has that.
    package static func pair() throws -> Int { try take(with: [1]) }

    /// The first of three brokers', ten apart, each with its controller after it.
    package static func cluster() throws -> Int { try take(with: [1, 10, 11, 20, 21]) }

    /// One with others free at these distances from it.
    private static func take(with distances: [Int]) throws -> Int {
        for _ in 0..<100 {
            guard let first = try? LoopbackSocket.listen(port: Int.random(in: range)) else {
                continue
            }
            defer { first.close() }
            let others = distances.compactMap { try? LoopbackSocket.listen(port: first.port + $0) }
            for other in others { other.close() }
            if others.count == distances.count { return first.port }
        }
        throw EndToEndError("no free ports")
    }
}
