/// A call of the log's port.
enum LogCall {
    case initTransactions, committedOffsets, inputStarts, changelogStart, changelogEnd, restore
    case startConsuming
    case poll, setPaused, beginTransaction, produce, flush, sendOffsets, commitTransaction
    case abortTransaction, seek

    /// Whether it speaks to the broker.
    var isRemote: Bool {
        switch self {
        case .initTransactions, .committedOffsets, .inputStarts, .changelogStart, .changelogEnd,
            .restore, .flush,
            .sendOffsets, .commitTransaction, .abortTransaction:
            true
        case .startConsuming, .poll, .setPaused, .beginTransaction, .produce, .seek: false
        }
    }

    /// Which failures it may have, as `Shared/StreamsKafka` sorts them, before its effect.
    func mayFail(_ kind: FaultKind) -> Bool {
        switch kind {
        case .retriable: isRemote || self == .produce
        case .abortable:
            switch self {
            case .produce, .flush, .sendOffsets, .commitTransaction: true
            default: false
            }
        default: self != .setPaused
        }
    }

    /// Which failures it may have although it has had its effect.
    func mayFailAfter(_ kind: FaultKind) -> Bool {
        switch kind {
        case .retriable: isRemote
        case .abortable: self == .flush || self == .sendOffsets || self == .produce
        default: true
        }
    }
}
