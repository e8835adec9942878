internal import Contracts
public import JSON
internal import Streams

/// A dead letter with another message in its place.
public struct LetterMend: Sendable {
    /// The letter as it would be with the mended message.
    public let letter: DeadLetterRecord
    /// The id of the mended message, if it has one.
    public let id: String?
    /// How it differs from the original, a line a field; empty: it does not.
    public let differences: [String]

    /// Whole numbers beyond this are not exact in programs whose numbers are doubles: 2^53.
    public static let exactMax: Int64 = 9_007_199_254_740_992

    /// Puts `value` in the place of a letter's message.
    ///
    /// A message that says something else must not have the id of the one that it was: unless the
    /// person gave it another, its id becomes the old one with the letter's place behind it.
    public init(of original: DeadLetterRecord, to value: JSONValue) throws(JSONError) {
        let old = original.value.flatMap { try? JSON.parse($0) }
        var mended = value
        let differences =
            old.map { JSONDifference.lines(from: $0, to: value) } ?? ["message: written anew"]
        let given = value["id"]?.stringValue
        if !differences.isEmpty, value.objectValue != nil,
            given == nil || given == old?["id"]?.stringValue
        {
            mended["id"] = .string(Self.id(from: given, at: original.place))
        }
        id = mended["id"]?.stringValue
        self.differences = differences
        // It is a new message: how often the old one came back says nothing of it.
        let replaced = [DeadLetter.Header.original, DeadLetter.Header.replayCount]
        letter = DeadLetterRecord(
            place: original.place, key: original.key, value: try mended.serialized(),
            headers: original.headers.filter { !replaced.contains($0.name) }
                + [RecordHeader(DeadLetter.Header.original, text: original.place.description)])
    }

    /// `m7~signal/2/15`: it names the old id and the letter.
    static func id(from old: String?, at place: DeadLetterPlace) -> String {
        let tail = "~\(place)"
        var head = old ?? "mended"
        while head.utf8.count + tail.utf8.count > Envelope.idBytesMax { head.removeLast() }
        return head + tail
    }

    /// The first number of a value that is not exact as a double; nil if all are.
    public static func inexactNumber(in value: JSONValue) -> String? {
        switch value {
        case .int(let number): number.magnitude > exactMax.magnitude ? "\(number)" : nil
        case .double(let number): abs(number) > Double(exactMax) ? "\(number)" : nil
        case .array(let elements): elements.lazy.compactMap(inexactNumber).first
        case .object(let fields): fields.values.lazy.compactMap(inexactNumber).first
        case .null, .bool, .string: nil
        }
    }
}
