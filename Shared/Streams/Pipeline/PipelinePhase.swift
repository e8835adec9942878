// Apart from the pipeline, which is generic: what is nested in it costs a look-up of generic
// metadata at each use, several for every message.

/// What to do after a step.
public enum PipelineStep: Sendable, Hashable {
    /// The next step.
    case next
    /// The next step, once so many ms have passed.
    case wait(ms: Int64)
    /// Nothing more: it was asked to stop, and has.
    case stopped
}

/// Where a pipeline is. A plain number: it is looked at several times for every message.
enum PipelinePhase {
    case initTransactions
    case committedOffsets
    case inputStarts
    case changelogStart
    case changelogEnd
    case restoring
    case restoreStalled
    case doubting
    case startConsuming
    case idle
    case beginning
    case producing
    case collecting
    case flushing
    case sendingOffsets
    case committing
    case aborting
    case seeking
    case measuring
    case positioning
    case stopped
    case failed
}

/// How a pipeline is to end.
enum PipelineStopRequest { case commit, abort }

/// What a poll has brought.
struct PolledRecord {
    let input: Int
    let isDeadLetter: Bool
}
