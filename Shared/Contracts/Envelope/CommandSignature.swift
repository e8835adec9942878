internal import Signing

/// The signature of a command: over the exact bytes of the record's value and key, and the topic,
/// so that none of them can be changed, and a command of one topic is none of another.
public enum CommandSignature {
    /// The record's header that holds it, in Base64.
    public static let headerName = "dreamnet-signature"

    /// No signature is longer, bytes.
    public static let headerBytesMax = 128

    /// What is signed: a name and version, the topic without the deployment's prefix, the length
    /// of the key in decimal digits, the key, the value; a line end after each of the first three.
    public static func signedBytes(topic: BusTopic, key: [UInt8], value: [UInt8]) -> [UInt8] {
        Array("dreamnet-signature-1\n\(topic.rawValue)\n\(key.count)\n".utf8) + key + value
    }

    /// The value of the header; nil if the key has the wrong length.
    public static func make(
        topic: BusTopic, key: [UInt8], value: [UInt8], privateKey: [UInt8]
    ) -> String? {
        Ed25519.sign(
            signedBytes(topic: topic, key: key, value: value), privateKey: privateKey
        ).map(Base64.encode)
    }

    /// Whether one of the keys has signed the record.
    public static func verify(
        _ header: [UInt8], topic: BusTopic, key: [UInt8], value: [UInt8], publicKeys: [[UInt8]]
    ) -> Bool {
        guard header.count <= headerBytesMax, let text = String(validating: header, as: UTF8.self),
            let signature = Base64.decode(text)
        else { return false }
        let bytes = signedBytes(topic: topic, key: key, value: value)
        return publicKeys.contains { Ed25519.verify(signature, of: bytes, publicKey: $0) }
    }
}
