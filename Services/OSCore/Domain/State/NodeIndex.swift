internal import Streams

/// The services that are at hand, by the bytes of their names: a hash table whose look-up touches a
/// hash and the service itself, and counts no references on the way.
struct NodeIndex {
    private struct Bucket {
        var hash = 0
        var node: ServiceNode?
    }

    private var buckets = [Bucket](repeating: Bucket(), count: 64)
    private var count = 0

    /// The service of that name (UTF-8).
    subscript(name: [UInt8]) -> ServiceNode? {
        let hash = Self.hash(name)
        var place = hash & (buckets.count - 1)
        while let node = buckets[place].node {
            if buckets[place].hash == hash, node.nameBytes.equals(name) { return node }
            place = (place + 1) & (buckets.count - 1)
        }
        return nil
    }

    /// Adds a service that is not there yet.
    mutating func insert(_ node: ServiceNode) {
        if 2 * (count + 1) > buckets.count { resize(2 * buckets.count) }
        count += 1
        put(Bucket(hash: Self.hash(Array(node.name.utf8)), node: node))
    }

    /// Removes a service. Rare, so that the others are simply put in anew.
    mutating func remove(_ node: ServiceNode) {
        guard let place = buckets.firstIndex(where: { $0.node === node }) else { return }
        buckets[place] = Bucket()
        count -= 1
        resize(buckets.count)
    }

    mutating func removeAll() { self = NodeIndex() }

    private mutating func resize(_ size: Int) {
        let before = buckets
        buckets = [Bucket](repeating: Bucket(), count: size)
        for bucket in before where bucket.node != nil { put(bucket) }
    }

    private mutating func put(_ bucket: Bucket) {
        var place = bucket.hash & (buckets.count - 1)
        while buckets[place].node != nil { place = (place + 1) & (buckets.count - 1) }
        buckets[place] = bucket
    }

    /// Seeded for each process: names come from outside, and must not be made to collide.
    private static func hash(_ name: [UInt8]) -> Int { ByteKey(name).hashValue }
}
