internal import Streams

/// What one run is like: how large the system is, and how often which fault happens. Drawn from the
/// seed; each run leaves out some kinds of faults, so that they do not hide what others show.
struct FaultPlan {
    /// One in so many steps; 0 is never.
    private var rarity: [FaultKind: Int] = [:]
    let partitions: Int
    let instances: Int
    let batchMessagesMax: Int
    let restoreChunk: Int
    let delaysMarkers: Bool
    let keepsClocksRight: Bool
    /// How long a call of the broker may take, ms.
    let callMs: Int
    /// One message of the load in so many steps.
    let loadEvery: Int

    /// Kinds that are drawn for each step, with how rare they are at their most frequent.
    private static let stepwise: [(kind: FaultKind, oneIn: Int)] = [
        (.crash, 150), (.pause, 150), (.stop, 300), (.join, 200), (.eviction, 100), (.cut, 200),
        (.outage, 400), (.offsetsLost, 200),
        (.delivery, 8), (.leap, 40), (.clockJump, 300), (.compaction, 100),
        (.foreignTransaction, 80), (.retriable, 30), (.abortable, 60), (.fatal, 120),
    ]

    init(_ random: inout SeededRandom) {
        partitions = [1, 2, 2, 3, 4][random.below(5)]
        instances = [1, 2, 2, 3][random.below(4)]
        batchMessagesMax = [1, 2, 3, 5, 10_000][random.below(5)]
        restoreChunk = [1, 2, 5, 20, 1_000][random.below(5)]
        delaysMarkers = random.chance(1, of: 2)
        keepsClocksRight = random.chance(1, of: 2)
        callMs = [1, 1, 20, 300][random.below(4)]
        loadEvery = [12, 20, 40][random.below(3)]
        for (kind, oneIn) in Self.stepwise {
            let isLeftOut = random.chance(2, of: 5)
            let factor = [1, 2, 4, 8][random.below(4)]
            rarity[kind] = isLeftOut ? 0 : oneIn * factor
        }
        // Without time that passes the system would see nothing but its first second.
        if rarity[.leap] == 0 { rarity[.leap] = 100 }
        if keepsClocksRight { rarity[.clockJump] = 0 }
    }

    /// Whether a kind that is drawn for each step, or each call, happens now.
    func happens(_ kind: FaultKind, _ random: inout SeededRandom) -> Bool {
        let oneIn = rarity[kind] ?? 0
        return oneIn > 0 && random.below(oneIn) == 0
    }

    /// Faults of the scheduler, in the order in which they are drawn.
    static let scheduled: [FaultKind] = [
        .crash, .pause, .stop, .join, .eviction, .cut, .outage, .delivery, .leap, .clockJump,
        .compaction, .foreignTransaction, .offsetsLost,
    ]

    /// Drawn for each call of a log.
    static let ofCalls: [FaultKind] = [.retriable, .abortable, .fatal]
}
