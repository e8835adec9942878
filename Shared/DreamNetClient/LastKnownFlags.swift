internal import Contracts
internal import JSON

/// The last-known file of a subscriber: the flags that concern its service, as they came, so that
/// an app starts with them when Kafka is away.
struct LastKnownFlags: Codable, Sendable, Hashable {
    static let formatNow = "dreamnet-flags-1"
    /// Of what is read no more is taken: a service has some tens of flags.
    static let flagsMax = 10_000

    var format: String
    /// The service that it was written for.
    var service: String
    /// The version of the flags.
    var version: Int64
    /// When it was written, Unix ms.
    var savedMs: Int64
    /// When control-core was heard of last, Unix ms.
    var heardMs: Int64?
    var flags: [FlagPayload]
    /// Orders of the break-glass file whose outcome is known, by id.
    var settled: [String]?

    init(service: String, table: FlagTable, settled: Set<String>, savedMs: Int64) {
        format = Self.formatNow
        self.service = service
        version = table.version
        self.savedMs = savedMs
        heardMs = table.lastHeardMs
        flags = table.flags(concerning: service)
        self.settled = settled.isEmpty ? nil : Array(settled.sorted().suffix(Self.flagsMax))
    }

    /// Reads and checks the file. Whatever is wrong with it is an error, never a trap; none of it
    /// is then used.
    static func read(_ path: String, service: String) throws(FlagFileError) -> LastKnownFlags {
        let bytes = try PrivateFile.read(path)
        let known: LastKnownFlags
        do { known = try JSON.decode(LastKnownFlags.self, from: bytes) } catch {
            throw FlagFileError(.malformed, path, "is no last-known file: \(error)")
        }
        guard known.format == formatNow else {
            throw FlagFileError(
                .malformed, path, "format: expected \(formatNow), got '\(known.format.prefix(64))'")
        }
        guard known.service == service else {
            throw FlagFileError(
                .malformed, path,
                "is of the service '\(known.service.prefix(64))', not of \(service)")
        }
        guard known.flags.count <= flagsMax, (known.settled ?? []).count <= flagsMax,
            known.version >= 0,
            known.flags.allSatisfy({ (0...known.version).contains($0.version) })
        else {
            throw FlagFileError(
                .malformed, path, "a version is below 0 or above that of the file")
        }
        for flag in known.flags {
            guard FlagPayload.types.contains(flag.type),
                flag.service == service || flag.service == ServiceName.all
            else {
                throw FlagFileError(
                    .malformed, path, "'\(flag.flag.prefix(64))' is no flag of \(service)")
            }
            if let rest = FlagRules.rest(flag.flag), !flag.value.isLike(rest) {
                throw FlagFileError(
                    .malformed, path, "\(flag.flag.prefix(64)): the value is of another kind")
            }
        }
        return known
    }

    /// The version of the flags in a file of whatever service.
    static func version(in path: String) throws(FlagFileError) -> Int64 {
        let bytes = try PrivateFile.read(path)
        do { return try JSON.decode(LastKnownFlags.self, from: bytes).version } catch {
            throw FlagFileError(.malformed, path, "is no last-known file: \(error)")
        }
    }

    /// Replaces the file.
    func write(to path: String) throws(FlagFileError) {
        let bytes: [UInt8]
        do { bytes = try JSON.encode(self) } catch {
            throw FlagFileError(.malformed, path, "\(error)")
        }
        try PrivateFile.replace(path, with: bytes)
    }
}

extension FlagValue {
    /// Whether both are truth values, or both numbers.
    fileprivate func isLike(_ other: FlagValue) -> Bool { (bool == nil) == (other.bool == nil) }
}
