internal import Signing

/// The file of those whose orders a machine obeys without Kafka: a name and a public key a line,
/// as `dreamnet keys new` prints them. Lines that begin with # are comments.
public struct TrustedKeys: Sendable, Hashable {
    /// The public keys by name.
    public let keys: [String: [[UInt8]]]

    /// Reads the file.
    public static func read(_ path: String) throws(FlagFileError) -> TrustedKeys {
        guard let text = String(validating: try PrivateFile.read(path), as: UTF8.self) else {
            throw FlagFileError(.malformed, path, "is no text")
        }
        var keys: [String: [[UInt8]]] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let name = words.first, !name.hasPrefix("#") else { continue }
            guard words.count == 2, let key = Base64.decode(String(words[1])), key.count == 32
            else {
                throw FlagFileError(
                    .malformed, path, "line \(index + 1): expected a name and a public key")
            }
            keys[String(name), default: []].append(key)
        }
        return TrustedKeys(keys: keys)
    }
}
