/// A consumer group of an in-process broker: the eager protocol with static members.
///
/// A rebalance takes two steps of each member, as on Kafka: all give up what they have, then all
/// get what is theirs.
struct GroupState {
    struct Member {
        let instance: String
        /// Changes when another process takes the instance's place.
        let incarnation: Int
        var hasRejoined: Bool
        var assigned: [Int32]
        /// Whether the member knows of `assigned`.
        var isTold: Bool
    }

    private(set) var generation = 0
    private(set) var members: [String: Member] = [:]
    private var isRebalancing = false
    private var incarnations = 0
    /// Topic, partition, the next offset to read.
    var offsets: [String: [Int32: Int64]] = [:]

    /// Joins as `instance`, in its place if it has one.
    mutating func join(_ instance: String, partitions: Int32) -> Int {
        incarnations += 1
        if let place = members[instance] {
            // A static member that is back gets what it had, without a rebalance.
            members[instance] = Member(
                instance: instance, incarnation: incarnations, hasRejoined: isRebalancing,
                assigned: place.assigned, isTold: isRebalancing)
        } else {
            members[instance] = Member(
                instance: instance, incarnation: incarnations, hasRejoined: true, assigned: [],
                isTold: true)
            rebalance()
        }
        settle(partitions: partitions)
        return incarnations
    }

    /// Puts a member out.
    mutating func remove(_ instance: String, partitions: Int32) {
        guard members.removeValue(forKey: instance) != nil else { return }
        rebalance()
        settle(partitions: partitions)
    }

    /// What the member is to be told now. `holding` is what it believes to own.
    mutating func news(_ instance: String, incarnation: Int, holding: [Int32]) -> GroupNews {
        guard let member = members[instance], member.incarnation == incarnation else {
            return .lost(holding, fenced: members[instance] != nil)
        }
        if isRebalancing, !member.hasRejoined { return .revoke(holding) }
        if !isRebalancing, !member.isTold {
            members[instance]?.isTold = true
            return .assign(member.assigned)
        }
        return .none
    }

    /// The member has given up what it had.
    mutating func rejoined(_ instance: String, incarnation: Int, partitions: Int32) {
        guard members[instance]?.incarnation == incarnation else { return }
        members[instance]?.hasRejoined = true
        members[instance]?.assigned = []
        settle(partitions: partitions)
    }

    /// Whether offsets of this member may still be committed, as the broker validates them.
    func check(_ instance: String, incarnation: Int, generation: Int) throws(LogError) {
        guard let member = members[instance] else {
            throw LogError(.abortable, code: "UNKNOWN_MEMBER_ID", "\(instance) is no member")
        }
        guard member.incarnation == incarnation else {
            throw LogError(
                .abortable, code: "FENCED_INSTANCE_ID", "another process is \(instance) now")
        }
        guard generation == self.generation else {
            throw LogError(
                .abortable, code: "ILLEGAL_GENERATION",
                "generation \(generation), the group is at \(self.generation)")
        }
    }

    private mutating func rebalance() {
        isRebalancing = true
        for name in members.keys {
            if members[name]?.assigned.isEmpty ?? true {
                members[name]?.hasRejoined = true
            } else {
                members[name]?.hasRejoined = false
            }
        }
    }

    private mutating func settle(partitions: Int32) {
        guard isRebalancing, members.values.allSatisfy(\.hasRejoined) else { return }
        isRebalancing = false
        generation += 1
        let names = members.keys.sorted()
        guard !names.isEmpty else { return }
        // Kafka's range assignor: the first members get one more if it does not come out even.
        let each = Int(partitions) / names.count
        let more = Int(partitions) % names.count
        var next: Int32 = 0
        for (index, name) in names.enumerated() {
            let count = Int32(each + (index < more ? 1 : 0))
            members[name]?.assigned = Array(next..<next + count)
            members[name]?.isTold = false
            next += count
        }
    }
}
