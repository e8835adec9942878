/// A member of a service's consumer group: the log gives it partition numbers and takes them back.
///
/// One thread calls `poll` for ever; assignments arrive inside it, and while the callbacks run
/// nothing else is assigned. A task's thread is started and stopped inside the callbacks.
public protocol GroupMember: AnyObject, SendableMetatype {
    /// The log of a task.
    associatedtype Task: TaskLog
    /// Joins the group and reads its events for at most `timeoutMs`.
    func poll(timeoutMs: Int32, _ delegate: any GroupDelegate) throws(LogError)
    /// Opens the log of the task that owns `partition`. Called within `assigned`,
    /// and again between polls when a task that is still owned has failed and was closed.
    func openTask(partition: Int32, topics: TaskTopics) throws(LogError) -> Task
    /// Closes the membership. `forGood` tells the group at once, so that another takes over
    /// within a second; else the place is kept for a restart until the session ends.
    func leave(forGood: Bool, _ delegate: any GroupDelegate)
}

/// Who is told what the group assigns. The callbacks run inside `GroupMember.poll` or `leave`.
public protocol GroupDelegate: AnyObject {
    /// The member owns these partition numbers from now on, beside those that it has. None: it
    /// has joined, and stands by.
    func assigned(_ partitions: [Int32])
    /// The member gives these up. Where `lost` is true others may own them already: abort.
    func revoked(_ partitions: [Int32], lost: Bool)
}
