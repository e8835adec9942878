import Contracts
import DreamNetClient
import Glibc
import Streams
import StreamsKafka
import TestKit
import Testing

/// A subscriber that no broker answers, and its last-known file.
@Suite struct `The last-known flags of a subscriber without Kafka` {
    /// Port 1 is nobody's.
    private static let nowhere = KafkaConfiguration(
        bootstrapServers: "127.0.0.1:1", topicPrefix: "")

    static func text(
        service: String = "checkout", version: Int64 = 7, format: String = "dreamnet-flags-1",
        flags: String? = nil
    ) -> [UInt8] {
        let flags =
            flags
                ?? """
                {"type":"flag_state","service":"checkout","flag":"safe_mode","value":true,"version":7,\
                "holders":[],"updatedMs":1},\
                {"type":"flag_state","service":"*","flag":"rate_limit","value":40,"version":5,\
                "holders":[],"updatedMs":1}
                """
        return Array(
            """
            {"format":"\(format)","service":"\(service)","version":\(version),"savedMs":5,\
            "heardMs":4,"flags":[\(flags)]}
            """.utf8)
    }

    private func withSubscriber(
        file: String, _ body: (FlagSubscriber, Locked<[String]>) async throws -> Void
    ) async throws {
        let lines = Locked<[String]>([])
        let subscriber = try FlagSubscriber(
            .init(service: "checkout", instance: "a", lastKnownFile: file),
            configuration: Self.nowhere, log: { line in lines.withLock { $0.append(line) } })
        defer { subscriber.stop() }
        try await body(subscriber, lines)
    }

    @Test func `Hold from the first moment, and it says that they are stale`() async throws {
        let folder = try TemporaryFolder()
        try await withSubscriber(file: folder.write(Self.text(), to: "f")) { subscriber, _ in
            #expect(subscriber.bool("safe_mode", default: false))
            #expect(subscriber.number("rate_limit") == 40)
            #expect(subscriber.watch("safe_mode").isOn(default: false))
            #expect(subscriber.watch("rate_limit").number == 40)
            #expect(subscriber.watch("rate_limit").bool == nil)
            #expect(subscriber.watch("autoscale").number == nil)
            let status = subscriber.status
            #expect(status.state == .stale && status.version == 7)
            #expect(status.reason?.contains("last-known file") == true)
            #expect(!subscriber.isCurrent)
        }
    }

    @Test func `Are none at the first start: an error, and the defaults hold`() async throws {
        let folder = try TemporaryFolder()
        try await withSubscriber(file: folder.path + "/f") { subscriber, lines in
            #expect(subscriber.status.state == .error)
            #expect(subscriber.bool("safe_mode", default: true))
            #expect(!subscriber.bool("safe_mode", default: false))
            #expect(lines.withLock { lines in lines.allSatisfy { !$0.contains("last-known") } })
            try await eventually("it says what keeps it from reading", within: .seconds(20)) {
                subscriber.status.reason?.contains("cannot be read yet") == true
            }
        }
    }

    private static let hostile: [(name: String, bytes: [UInt8])] = [
        ("nothing", []), ("zeros", [UInt8](repeating: 0, count: 4_096)),
        ("no UTF-8", [0x7b, 0xff, 0xfe, 0x7d]), ("a part", Array(text().dropLast(20))),
        ("an array", Array("[]".utf8)), ("no object's fields", Array("{}".utf8)),
        ("deep", [UInt8](repeating: 0x5b, count: 100_000)),
        ("another format", text(format: "dreamnet-flags-2")),
        ("another service", text(service: "billing")),
        ("a version below 0", text(version: -1)),
        ("a flag of a later version", text(version: 6)),
        (
            "a number for a truth value",
            text(
                flags: """
                    {"type":"flag_state","service":"checkout","flag":"safe_mode","value":1,\
                    "version":1,"holders":[],"updatedMs":1}
                    """)
        ),
        (
            "a flag of somebody else",
            text(
                flags: """
                    {"type":"flag_state","service":"billing","flag":"safe_mode","value":true,\
                    "version":1,"holders":[],"updatedMs":1}
                    """)
        ),
        ("nine megabytes", [UInt8](repeating: 0x20, count: 9 << 20)),
    ]

    @Test(arguments: hostile.indices)
    func `Of a file that is none are not used: it says what is wrong, and the defaults hold`(
        index: Int
    ) async throws {
        let folder = try TemporaryFolder()
        let file = folder.write(Self.hostile[index].bytes, to: "f")
        try await withSubscriber(file: file) { subscriber, lines in
            #expect(subscriber.status.state == .error, "\(Self.hostile[index].name)")
            #expect(subscriber.values.isEmpty)
            #expect(!subscriber.bool("safe_mode", default: false))
            let said = lines.withLock { $0.first } ?? ""
            #expect(said.contains(file) && said.contains("the defaults hold"), "\(said)")
            #expect(said.utf8.count < 1_000)
        }
    }

    @Test func `Are not read of a file that others may write, of a link or of a pipe`()
        async throws
    {
        let folder = try TemporaryFolder()
        let open = folder.write(Self.text(), to: "open", mode: 0o666)
        let good = folder.write(Self.text(), to: "good")
        unsafe symlink(good, folder.path + "/link")
        unsafe mkfifo(folder.path + "/pipe", 0o600)
        for file in [open, folder.path + "/link", folder.path + "/pipe", folder.path] {
            try await withSubscriber(file: file) { subscriber, lines in
                #expect(subscriber.status.state == .error, "\(file)")
                #expect(lines.withLock { $0.first }?.contains(file) == true)
            }
        }
    }
}
