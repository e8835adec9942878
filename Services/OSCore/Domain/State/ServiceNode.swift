internal import Streams

/// What the tables hold of one service, at hand, with what follows from the policy: a signal finds
/// it once and then looks up nothing. The tables are the truth; a node is dropped when they go back.
final class ServiceNode {
    // What each signal looks at lies first, side by side.
    let nameBytes: NameBytes
    /// The instance that is likely to speak next: they speak in turn. Of most services there is one
    /// alone, so that the list, which lies elsewhere, is not looked at.
    private(set) var likely: InstanceNode?
    private(set) var isAlone = false
    private var nextIndex = 0
    /// Its instances, in the order of their names.
    var instances: [InstanceNode] { didSet { expect(0) } }
    let rules: ProfileRules
    var place: Table<String, ServiceState>.Place?
    let isExpected: Bool
    /// Whether its timer of views is set.
    var hasViewTimer: Bool
    /// Whether each windowed signal's state was last found to be blank, and the level at which it was
    /// found to change no more, as long as that state stands: to look at the states themselves goes
    /// to other memory.
    var isBlank = InlineArray<5, Bool>(repeating: false)
    var settledLevels = InlineArray<5, SignalLevel?>(repeating: nil)
    var state: ServiceState
    var normalTraffic = NormalMemo()
    var normalLatency = NormalMemo()
    let name: String
    /// The key of its timer of views.
    let viewTimer: String

    var profile: SeverityProfile { rules.profile }

    init(
        _ name: String, rules: ProfileRules, isExpected: Bool, viewTimer: String,
        state: ServiceState, instances: [InstanceNode], hasViewTimer: Bool
    ) {
        self.name = name
        nameBytes = NameBytes(name)
        self.rules = rules
        self.isExpected = isExpected
        self.viewTimer = viewTimer
        self.state = state
        self.instances = instances
        self.hasViewTimer = hasViewTimer
        expect(0)
    }

    private func expect(_ index: Int) {
        isAlone = instances.count == 1
        nextIndex = index < instances.count ? index : 0
        likely = instances.isEmpty ? nil : instances[nextIndex]
    }

    /// Has its state fetched.
    func prefetch() { Prefetch.value(&state) }

    /// The instance of that name (UTF-8), if it is known.
    func instance(_ name: [UInt8]) -> InstanceNode? {
        if let likely, likely.nameBytes.equals(name) {
            if !isAlone { expect(nextIndex + 1) }
            return likely
        }
        guard let index = index(of: name) else { return nil }
        expect(index + 1)
        return instances[index]
    }

    /// The tables take two spellings of one text (é as one character or as two) for one key.
    private func index(of name: [UInt8]) -> Int? {
        if let index = instances.firstIndex(where: { $0.nameBytes.equals(name) }) {
            return index
        }
        let text = String(decoding: name, as: UTF8.self)
        return instances.firstIndex { $0.name == text }
    }
}

/// What is normal, kept until the hour is over or something is learned.
struct NormalMemo {
    private var hour: Int64?
    private var value: Double?

    /// What is normal at event time `tsMs`, computed if it is not kept.
    mutating func value(tsMs: Int64, _ compute: () -> Double?) -> Double? {
        let now = tsMs / 3_600_000
        if hour != now {
            value = compute()
            hour = now
        }
        return value
    }
}
