/// Where in a transaction a service is killed.
package enum KillMoment: String, CaseIterable, Sendable {
    /// Wherever it is.
    case anywhere
    /// Its records are on the broker, its offsets are not.
    case beforeOffsets = "before its offsets"
    /// Its offsets are sent, its commit is not.
    case beforeCommit = "after its offsets"
    /// Its commit is on the broker, and it does not know.
    case afterCommit = "after its commit"

    /// The request of the protocol at which the trap closes; nil if there is none.
    var apiKey: Int? {
        switch self {
        case .anywhere: nil
        // AddOffsetsToTxn
        case .beforeOffsets: 25
        // EndTxn
        case .beforeCommit, .afterCommit: 26
        }
    }
}
