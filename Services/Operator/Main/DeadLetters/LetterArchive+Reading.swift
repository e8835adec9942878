internal import Contracts
internal import CommandLineKit
internal import FoundationEssentials
internal import Glibc
internal import JSON
internal import OperatorDomain
internal import Processes
internal import Signing
internal import Streams

/// Reads an archive of dead letters back, a line at a time. It blocks.
final class LetterArchiveReader {
    private static let lineBytesMax = 16 << 20
    private static let chunk = 1 << 16

    private let path: String
    private let descriptor: Int32
    private let unpacked: String?
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false
    private(set) var line = 0

    /// Opens the file; one that ends in `.zst` is unpacked first, into a file beside it.
    init(path: String, runID: String) throws {
        self.path = path
        if path.hasSuffix(LetterArchive.packedSuffix) {
            let plain = "\(path).\(runID)"
            try LetterArchive.zstd(["-q", "-d", "-o", plain, "--", path], of: path)
            unpacked = plain
        } else {
            unpacked = nil
        }
        descriptor = unsafe open(unpacked ?? path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CommandFailure("cannot read \(path.sanitized)") }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if let unpacked { _ = unsafe unlink(unpacked) }
    }

    /// The next letter; nil at the end.
    func next() throws -> DeadLetterRecord? {
        guard let bytes = try nextLine() else { return nil }
        line += 1
        guard let letter = Self.letter(bytes) else {
            throw CommandFailure(
                "\(path.sanitized), line \(line): no dead letter",
                hint: "A letter is an object with place, key, value and headers.")
        }
        return letter
    }

    private static func letter(_ bytes: [UInt8]) -> DeadLetterRecord? {
        guard let value = try? JSON.parse(bytes),
            let place = value["place"]?.stringValue.flatMap({ DeadLetterPlace($0) }),
            let key = data(value["key"]), let message = data(value["value"]),
            let list = value["headers"]?.arrayValue
        else { return nil }
        var headers: [RecordHeader] = []
        for header in list {
            guard let parts = header.arrayValue, parts.count == 2,
                let name = parts[0].stringValue, let content = data(parts[1])
            else { return nil }
            headers.append(RecordHeader(name, content))
        }
        return DeadLetterRecord(place: place, key: key, value: message, headers: headers)
    }

    /// Base64, or nothing where there was nothing; nil if it is neither.
    private static func data(_ value: JSONValue?) -> [UInt8]?? {
        switch value {
        case nil, .some(.null): .some(nil)
        case .some(.string(let text)): Base64.decode(text).map { .some($0) } ?? .none
        default: .none
        }
    }

    private func nextLine() throws -> [UInt8]? {
        while true {
            if let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                return Array(buffer[start..<end])
            }
            guard buffer.count - start <= Self.lineBytesMax else {
                throw CommandFailure("\(path.sanitized), line \(line + 1): above 16 MiB")
            }
            if isAtEnd {
                // A line without an end was cut off while it was written.
                guard start == buffer.count else {
                    throw CommandFailure("\(path.sanitized), line \(line + 1): it is cut off")
                }
                return nil
            }
            try fill()
        }
    }

    private func fill() throws {
        buffer.removeFirst(start)
        start = 0
        var chunk = [UInt8](repeating: 0, count: Self.chunk)
        let count = unsafe chunk.withUnsafeMutableBytes { bytes in
            unsafe read(descriptor, bytes.baseAddress, bytes.count)
        }
        if count < 0, errno == EINTR { return }
        guard count >= 0 else { throw CommandFailure("cannot read \(path.sanitized)") }
        if count == 0 { isAtEnd = true }
        buffer += chunk.prefix(count)
    }
}

extension LetterArchive {
    /// What a packed archive's name ends in.
    static let packedSuffix = ".zst"

    /// Runs Debian's zstd, whatever the size of the file takes.
    static func zstd(_ arguments: [String], of path: String) throws {
        let process: ChildProcess
        do {
            process = try ChildProcess.start(
                "zstd", arguments, errorOutput: .capture(limitBytes: 4_096))
        } catch {
            throw CommandFailure(
                "\(path.sanitized): zstd cannot be run: \(error.message.sanitized)",
                hint: "apt-get install -y zstd")
        }
        guard process.wait(atMost: .seconds(3_600)) == .exited(0) else {
            process.kill()
            throw CommandFailure(
                "\(path.sanitized): zstd failed: \(process.errorOutput.text.sanitized)")
        }
    }
}
