/// A transaction that a producer has committed on an in-process broker, for audits.
package struct CommittedTransaction: Sendable {
    /// A record of it, and where it lies.
    package struct Entry: Sendable {
        package let topic: String
        package let partition: Int32
        package let record: InProcessRecord
    }

    /// Its number: transactions are counted as they begin.
    package let number: Int
    package let transactionalID: String
    /// What it wrote, in the order in which it was written.
    package let entries: [Entry]
    /// The offsets that it moved, by topic.
    package let offsets: [String: Int64]
}
