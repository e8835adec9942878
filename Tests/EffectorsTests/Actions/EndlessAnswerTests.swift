import Contracts
import Effectors
import Glibc
import Streams
import Synchronization
import Testing

/// An endpoint that sends 10 GB.
@Suite struct `An endpoint that never ends` {
    /// Answers the first request with 10 GB of zeros, as fast as they are taken.
    private final class Flood: Sendable {
        let port: Int
        private let listener: Int32
        let sent = Atomic<Int>(0)
        let isOver = Atomic<Bool>(false)

        init() throws {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = unsafe withUnsafeMutablePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(descriptor, $0, length) == 0 && listen(descriptor, 4) == 0
                        && getsockname(descriptor, $0, &length) == 0
                }
            }
            try #require(isBound)
            listener = descriptor
            port = Int(UInt16(bigEndian: address.sin_port))
        }

        /// Blocks until the client has gone.
        func serve(isChunked: Bool) {
            let client = accept(listener, nil, nil)
            defer {
                close(client)
                close(listener)
                isOver.store(true, ordering: .releasing)
            }
            var request = [UInt8](repeating: 0, count: 65_536)
            _ = unsafe recv(client, &request, request.count, 0)
            let length = isChunked ? "" : "Content-Length: 10000000000\r\n"
            guard send(client, "HTTP/1.1 200 OK\r\n\(length)Connection: close\r\n\r\n") else {
                return
            }
            let zeros = [UInt8](repeating: 0x30, count: 1 << 20)
            while sent.load(ordering: .relaxed) < 10_000_000_000 {
                let count = unsafe Glibc.send(client, zeros, zeros.count, Int32(MSG_NOSIGNAL))
                guard count > 0 else { return }
                sent.wrappingAdd(count, ordering: .relaxed)
            }
        }

        private func send(_ client: Int32, _ text: String) -> Bool {
            let bytes = Array(text.utf8)
            return unsafe Glibc.send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                == bytes.count
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [true, false])
    func `Is given up after what is taken of an answer, whatever it announces`(
        isChunked: Bool
    ) async throws {
        let flood = try Flood()
        _ = try SystemThread { flood.serve(isChunked: isChunked) }
        let fixture = try StepFixture(
            ActionStep(
                .call(
                    .init(
                        method: "GET", url: try ActionTemplate("http://127.0.0.1:\(flood.port)/"))),
                timeoutMs: 30_000))
        let begun = ContinuousClock.now
        let end = try await fixture.end(try fixture.intent())
        #expect(end.succeeded == false && end.reason?.contains("longer than") == true, "\(end)")
        #expect(ContinuousClock.now - begun < .seconds(20))
        while !flood.isOver.load(ordering: .acquiring) {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(flood.sent.load(ordering: .relaxed) < 64 << 20, "it has hung up")
    }
}
