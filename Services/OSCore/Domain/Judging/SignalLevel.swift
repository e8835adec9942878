internal import Contracts

/// How one window of one signal looks, better first. The raw values are those of the changelog.
enum SignalLevel: UInt8, Comparable, Sendable {
    /// Recovered.
    case normal = 0
    /// Past no limit, yet not recovered: raises nothing and clears nothing.
    case between = 1
    case p3 = 2
    case p2 = 3
    case p1 = 4
    case p0 = 5

    init(_ severity: Severity) {
        self =
            switch severity {
            case .p0: .p0
            case .p1: .p1
            case .p2: .p2
            case .p3: .p3
            }
    }

    /// The severity; nil if it has none.
    var severity: Severity? {
        switch self {
        case .normal, .between: nil
        case .p3: .p3
        case .p2: .p2
        case .p1: .p1
        case .p0: .p0
        }
    }

    static func < (one: SignalLevel, other: SignalLevel) -> Bool { one.rawValue < other.rawValue }
}
