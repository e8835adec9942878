internal import Contracts

/// A static member of a group of an in-process broker.
public final class InProcessMember: GroupMember {
    private let broker: InProcessBroker
    private let group: String
    private let instance: String
    private let inputs: [String]
    private var incarnation: Int?
    private var owned: [Int32] = []
    private let membership = InProcessMembership()

    /// A member that joins `group` as `instance` (its `group.instance.id`) with its first poll.
    public init(broker: InProcessBroker, group: String, instance: String, inputs: [String]) {
        self.broker = broker
        self.group = group
        self.instance = instance
        self.inputs = inputs
    }

    /// The partition numbers that the member knows it owns.
    public var ownedPartitions: [Int32] { owned }

    /// Joins the group and reads its events: one a call.
    public func poll(timeoutMs: Int32, _ delegate: any GroupDelegate) throws(LogError) {
        let seen = broker.wakeup.seen
        switch next() {
        case .none:
            if broker.blocks { broker.wakeup.wait(since: seen, timeoutMs: Int64(timeoutMs)) }
        case .revoke(let partitions):
            delegate.revoked(partitions, lost: false)
            gaveUp()
        case .assign(let partitions):
            delegate.assigned(partitions)
        case .lost(let partitions, let fenced):
            if !partitions.isEmpty { delegate.revoked(partitions, lost: true) }
            forget()
            if fenced {
                throw LogError(
                    .fenced, code: "FENCED_INSTANCE_ID", "another process is \(instance) now")
            }
        }
    }

    /// Joins the group if it has not yet, and says what the group wants of it. For who drives a
    /// member step by step: what has to be given up is, and then `gaveUp` or `forget` is called.
    package func next() -> GroupNews {
        let news = broker.state.withLock { state in
            let partitions = state.partitionCount(inputs)
            let incarnation =
                incarnation
                ?? state.groups[group, default: GroupState()].join(instance, partitions: partitions)
            self.incarnation = incarnation
            let news =
                state.groups[group]?.news(
                    instance, incarnation: incarnation, holding: owned)
                ?? .none
            if case .assign = news {
                membership.set(incarnation, generation: state.groups[group]?.generation ?? 0)
            }
            return news
        }
        if case .assign(let partitions) = news { owned = partitions }
        return news
    }

    /// What the group has put out comes back as a new member.
    package func forget() {
        owned = []
        incarnation = nil
    }

    /// Opens the log of a task.
    public func openTask(partition: Int32, topics: TaskTopics) throws(LogError) -> InProcessTask {
        InProcessTask(
            broker: broker, group: group, instance: instance, membership: membership,
            partition: partition, topics: topics)
    }

    /// Closes the membership.
    public func leave(forGood: Bool, _ delegate: any GroupDelegate) {
        if !owned.isEmpty { delegate.revoked(owned, lost: false) }
        owned = []
        if forGood { broker.expire(group: group, instance: instance, inputs: inputs) }
        incarnation = nil
    }

    /// Tells the group that what was to be given up has been.
    package func gaveUp() {
        owned = []
        broker.state.withLock { state in
            guard let incarnation else { return }
            let partitions = state.partitionCount(inputs)
            state.groups[group]?.rejoined(
                instance, incarnation: incarnation, partitions: partitions)
        }
        broker.wakeup.notify()
    }
}
