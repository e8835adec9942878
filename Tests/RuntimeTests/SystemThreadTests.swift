import Contracts
import Glibc
import TestKit
import Testing

@Suite(.serialized)
struct SystemThreadTests {
    @Test func `a thread that nobody joins gives its stack back`() async throws {
        let before = try Self.mappings()
        for _ in 0..<20 {
            let left = Locked(20)
            for _ in 0..<20 { _ = try SystemThread { left.withLock { $0 -= 1 } } }
            try await eventually("20 threads have run") { left.withLock { $0 } == 0 }
        }
        // 400 stacks are 800 areas. The C library keeps a few for the next.
        try await eventually("the stacks are given back") { try Self.mappings() < before + 200 }
    }

    @Test func `a thread is joined once`() throws {
        let done = Locked(false)
        let thread = try SystemThread { done.withLock { $0 = true } }
        thread.join()
        #expect(done.withLock { $0 })
        thread.join()
    }

    /// How many areas of memory the process has.
    private static func mappings() throws -> Int {
        let opened = unsafe fopen("/proc/self/maps", "r")
        let file = unsafe try #require(opened)
        defer { unsafe fclose(file) }
        var lines = 0
        while true {
            let byte = unsafe fgetc(file)
            if byte == EOF { return lines }
            if byte == 10 { lines += 1 }
        }
    }
}
