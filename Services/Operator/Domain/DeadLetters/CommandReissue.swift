internal import Contracts
internal import JSON

/// What becomes of a dead command that a person gives again.
///
/// It is a new order, under the person's own name and of now, and its id is made of the letter's
/// place: however often it is given, control-core takes it once.
public enum CommandReissue: Sendable, Hashable {
    /// It stays, and why.
    case keep(String)
    /// It is given again.
    case order(OperatorOrder)

    /// What becomes of `letter` when `author` gives it again at `nowMs` (Unix ms).
    public static func of(
        _ letter: DeadLetterRecord, author: String, nowMs: Int64
    ) -> CommandReissue {
        guard letter.place.topic == .command, letter.sourceTopic == BusTopic.command.rawValue
        else { return .keep("its source is '\(letter.sourceTopic ?? "unknown")'") }
        guard !letter.isCut, let value = letter.value else {
            return .keep("only its digest was kept: it was too large")
        }
        guard letter.replayCount < ReplayDecision.replaysMax else {
            return .keep("it was replayed \(letter.replayCount) times already")
        }
        do throws(EnvelopeError) {
            let envelope = try Envelope(parsing: value)
            var payload = try envelope.payload(as: CommandPayload.self)
            guard payload.expiresAt ?? .max > nowMs else { return .keep("it has ended by itself") }
            guard let scope = scope(of: payload) else {
                return .keep("it is still wrong: it names neither a service nor all")
            }
            payload.author = author
            return .order(
                OperatorOrder(
                    id: LetterMend.id(from: envelope.id, at: letter.place), isRepetition: true,
                    scope: scope, payload: payload))
        } catch { return .keep("it is still wrong: \(error.message)") }
    }

    private static func scope(of payload: CommandPayload) -> OrderScope? {
        if let service = payload.service { return .service(service) }
        if payload.all == true { return .all(except: payload.except ?? []) }
        return payload.actionId.map { .action($0) }
    }
}
