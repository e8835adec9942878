internal import Contracts

/// What a member's tasks know of its place in the group: what Kafka calls group metadata.
final class InProcessMembership: Sendable {
    private let place = Locked((incarnation: 0, generation: 0))

    var current: (incarnation: Int, generation: Int) { place.withLock { $0 } }

    func set(_ incarnation: Int, generation: Int) {
        place.withLock { $0 = (incarnation, generation) }
    }
}
