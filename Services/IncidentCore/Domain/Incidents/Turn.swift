internal import Contracts

/// What an input did to an incident: what is to be said of it.
struct Turn: Hashable {
    /// `payload.type` of the incident's next record; nil if only the timeline grows.
    var type: String?
    /// What happened, in one line.
    var reason: String
    /// The lines that the timeline gets.
    var lines: [TimelineEntry]
}

/// When and by which message something happens.
struct Moment: Hashable {
    /// Event time of the message, Unix ms.
    let ts: Int64
    /// Time of the transaction, Unix ms.
    let nowMs: Int64
    /// The message; nil of a timer.
    let messageID: String?

    /// A line of a timeline.
    func line(_ kind: TimelineKind, _ text: String, author: String? = nil) -> TimelineEntry {
        let name = author.flatMap {
            $0.isEmpty ? nil : OneLine.make($0, bytesMax: OneLine.nameBytesMax)
        }
        return TimelineEntry(
            ts: ts, kind: kind.rawValue, text: OneLine.make(text), author: name,
            messageId: messageID)
    }
}

/// The kinds of lines of a timeline.
enum TimelineKind: String {
    case alert, incident, action, person, notification
}
