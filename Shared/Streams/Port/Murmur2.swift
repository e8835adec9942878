/// Kafka's hash of keys (murmur2 with Kafka's seed), so that a program knows without a broker
/// which partition, and so which task, a key belongs to.
public enum Murmur2 {
    /// The hash that `org.apache.kafka.common.utils.Utils.murmur2` gives.
    public static func hash(_ bytes: [UInt8]) -> Int32 {
        let multiplier: UInt32 = 0x5bd1_e995
        var hash: UInt32 = 0x9747_b28c ^ UInt32(truncatingIfNeeded: bytes.count)
        let wholeWords = bytes.count & ~3
        for start in stride(from: 0, to: wholeWords, by: 4) {
            var word =
                UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8
                | UInt32(bytes[start + 2]) << 16 | UInt32(bytes[start + 3]) << 24
            word &*= multiplier
            word ^= word >> 24
            hash = (hash &* multiplier) ^ (word &* multiplier)
        }
        if wholeWords < bytes.count {
            for index in wholeWords..<bytes.count {
                hash ^= UInt32(bytes[index]) << UInt32(8 * (index - wholeWords))
            }
            hash &*= multiplier
        }
        hash ^= hash >> 13
        hash &*= multiplier
        hash ^= hash >> 15
        return Int32(bitPattern: hash)
    }

    /// The partition of `key` on a topic of `count` partitions, as Java's producers and
    /// librdkafka's `murmur2_random` choose it. 0 if `count` is not positive.
    public static func partition(key: [UInt8], count: Int) -> Int32 {
        guard count > 0, let count = Int32(exactly: count) else { return 0 }
        return (hash(key) & Int32.max) % count
    }

    /// The partition of a key that is text.
    public static func partition(key: String, count: Int) -> Int32 {
        partition(key: Array(key.utf8), count: count)
    }
}
