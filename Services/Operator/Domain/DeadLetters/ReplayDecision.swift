public import Contracts
public import Streams
public import TopicCatalog

/// What becomes of one dead letter in a replay.
public enum ReplayDecision: Sendable, Hashable {
    /// A letter replayed more often than this stays: it would come back for ever.
    public static let replaysMax: Int64 = 5
    /// A message of a topic whose past must not fire today is to be this old, ms: twice the age at
    /// which evidence commands nothing any more (`actWithin` of config/control.yaml is 60 s).
    public static let historyAgeMs: Int64 = 120_000

    /// It stays, and why.
    case keep(String)
    /// It goes to quarantine, and why.
    case quarantine(String)
    /// It goes back, with these headers.
    case send([RecordHeader])

    /// Why nothing of `topic` may be replayed; nil if it may.
    public static func refusal(of topic: String, _ policy: ReplayPolicy) -> String? {
        switch policy {
        case .free, .history: nil
        case .reissue:
            "messages of \(topic) are not replayed: give the command again under your own name "
                + "(of nervous.command: --reissue)"
        case .never:
            "messages of \(topic) are not replayed: their owner says them anew where they still hold"
        }
    }

    /// What becomes of `letter` when it is replayed to `topic`, in the run `runID` at `nowMs`
    /// (Unix ms).
    public static func of(
        _ letter: DeadLetterRecord, to topic: BusTopic, policy: ReplayPolicy, runID: String,
        nowMs: Int64, takesForeign: Bool = false, isReleased: Bool = false
    ) -> ReplayDecision {
        of(
            letter, to: topic, policy: policy, runID: runID, nowMs: nowMs,
            takesForeign: takesForeign, isReleased: isReleased, messageTs: letter.messageTs)
    }

    /// What becomes of `letter` when it is replayed to `topic`, in the run `runID` at `nowMs`
    /// (Unix ms).
    ///
    /// - Parameters:
    ///   - isReleased: whether somebody lets it go however often it was replayed.
    ///   - messageTs: the time of its message, for who has read it already.
    public static func of(
        _ letter: DeadLetterRecord, to topic: BusTopic, policy: ReplayPolicy, runID: String,
        nowMs: Int64, takesForeign: Bool, isReleased: Bool = false,
        messageTs: @autoclosure () -> Int64?
    ) -> ReplayDecision {
        if let refusal = refusal(of: topic.rawValue, policy) { return .keep(refusal) }
        // The target is the topic of the letter's own queue, never what a header asks for.
        guard letter.place.topic == topic, letter.sourceTopic ?? topic.rawValue == topic.rawValue
        else { return .keep("its source is '\(letter.sourceTopic ?? "unknown")'") }
        guard letter.sourceTopic != nil || takesForeign else {
            return .keep("it does not say where it came from; replay --foreign takes it as well")
        }
        guard !letter.isCut, letter.value != nil || letter.isRelease else {
            return .keep("only its digest was kept: it was too large")
        }
        // What only waits for its turn comes back as often as what it waits for.
        guard
            isReleased || letter.code == Rejection.Code.parked.rawValue
                || letter.replayCount < replaysMax
        else {
            return .quarantine("it was replayed \(letter.replayCount) times already")
        }
        if policy == .history, let ts = messageTs(), nowMs - ts < historyAgeMs {
            return .keep("it is younger than \(historyAgeMs / 1000) s, so it could still fire")
        }
        let replaced = [DeadLetter.Header.replayID, DeadLetter.Header.replayCount]
        // Attempt and first failure stay: they tell its story if it comes back. By its turn it is
        // taken before what waits behind it.
        let history = [
            DeadLetter.Header.attempt, DeadLetter.Header.firstFailure, DeadLetter.Header.turn,
            DeadLetter.Header.original, DeadLetter.Header.released,
        ]
        let own = letter.headers.filter { header in
            !replaced.contains(header.name)
                && (!header.name.hasPrefix("dlq.") || history.contains(header.name))
        }
        return .send(
            own + [
                RecordHeader(DeadLetter.Header.replayID, text: runID),
                RecordHeader(DeadLetter.Header.replayCount, text: "\(letter.replayCount + 1)"),
            ])
    }
}
