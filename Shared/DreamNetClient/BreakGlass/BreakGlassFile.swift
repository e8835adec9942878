internal import Contracts
internal import JSON

/// The file of orders that were given on this machine while Kafka was away. Each is the very
/// record that goes to `nervous.command` later, with its signature: who cannot sign as a person
/// whose key is trusted cannot give one, and nobody can change one.
public struct BreakGlassFile: Codable, Sendable, Hashable {
    /// One order.
    public struct Act: Codable, Sendable, Hashable {
        /// The record's key: the service, or `*`.
        public var key: String
        /// The record's value, byte for byte: the envelope as JSON.
        public var value: String
        /// The signature, as the header `dreamnet-signature` has it.
        public var signature: String

        /// An order.
        public init(key: String, value: String, signature: String) {
            self.key = key
            self.value = value
            self.signature = signature
        }
    }

    /// Where the file is unless something else is said.
    public static let pathDefault = "/var/lib/dreamnet/break-glass.json"
    /// An order that is older is neither obeyed nor published: ids are remembered for so long, ms.
    public static let ageMaxMs: Int64 = 24 * 3_600_000
    /// How far an order may be ahead of this machine's clock, ms.
    public static let aheadMaxMs: Int64 = 30_000
    private static let formatNow = "dreamnet-break-glass-1"
    private static let actsMax = 1_000

    var format = Self.formatNow
    /// The orders, the oldest first.
    public var acts: [Act]

    /// A file with these orders.
    public init(acts: [Act] = []) { self.acts = acts }

    /// The file at `path`; a missing one is an error of that code.
    public static func read(_ path: String) throws(FlagFileError) -> BreakGlassFile {
        let bytes = try PrivateFile.read(path)
        let file: BreakGlassFile
        do { file = try JSON.decode(BreakGlassFile.self, from: bytes) } catch {
            throw FlagFileError(.malformed, path, "is no break-glass file: \(error)")
        }
        guard file.format == formatNow else {
            throw FlagFileError(
                .malformed, path, "format: expected \(formatNow), got '\(file.format.prefix(64))'")
        }
        guard file.acts.count <= actsMax else {
            throw FlagFileError(.malformed, path, "more than \(actsMax) orders")
        }
        return file
    }

    /// Adds an order to the file at `path`, and leaves out those that are too old. All may read
    /// it, for the programs that obey it run as somebody else: nothing in it is secret.
    public static func add(
        _ act: Act, to path: String, nowMs: Int64
    ) throws(FlagFileError) {
        var file = BreakGlassFile()
        do throws(FlagFileError) { file = try read(path) } catch {
            guard error.code == .missing else { throw error }
        }
        file.acts = file.acts.filter { act in
            guard let envelope = try? Envelope(parsing: Array(act.value.utf8)) else { return false }
            return nowMs - envelope.ts <= ageMaxMs
        }
        file.acts.append(act)
        let bytes: [UInt8]
        do { bytes = try JSON.encode(file) } catch {
            throw FlagFileError(.malformed, path, "\(error)")
        }
        try PrivateFile.replace(path, with: bytes, mode: 0o644)
    }
}
