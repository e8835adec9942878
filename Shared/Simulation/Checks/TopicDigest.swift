internal import Signing
internal import Streams

/// A digest of topics: of every committed record, its place, key, value, headers and time.
enum TopicDigest {
    static func make(_ broker: InProcessBroker, topics: [String]) -> String {
        var hash = SHA256()
        for topic in topics {
            var partition: Int32 = 0
            while let records = try? broker.read(topic, partition: partition) {
                hash.update("\(topic)/\(partition)/\(records.count)")
                for record in records { add(record, to: &hash) }
                partition += 1
            }
        }
        return Hex.encode(hash.finalize())
    }

    private static func add(_ record: InProcessRecord, to hash: inout SHA256) {
        hash.update("\(record.offset)/\(record.timestampMs)/")
        add(record.key, to: &hash)
        add(record.value, to: &hash)
        for header in record.headers {
            hash.update("\(header.name)=")
            add(header.value, to: &hash)
        }
    }

    private static func add(_ bytes: [UInt8]?, to hash: inout SHA256) {
        hash.update(bytes.map { "\($0.count)/" } ?? "-/")
        hash.update(bytes ?? [])
    }
}
