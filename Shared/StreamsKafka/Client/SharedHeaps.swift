internal import CRdKafka

/// The heaps of the C library's allocator, in which the library's threads and ours take turns.
public enum SharedHeaps {
    /// Lets all threads share a few heaps. Each would have one of its own else, up to eight a
    /// processor, and what was freed in one is not used again by another: a message comes from a
    /// thread of the library, is taken by a task's and goes out by a third. For programs, before
    /// they start a thread.
    public static func use() { dn_kafka_share_heaps() }
}
