public import CommandLineKit
internal import Contracts
internal import JSON
internal import Streams
public import TopicCatalog

/// What is wrong with a letter's message, in words: of each field what is expected and what stands
/// there.
public struct DeadLetterExplanation: Sendable {
    /// One field that is not as its schema says.
    public struct Difference: Sendable, Hashable {
        /// Where in the message: `payload.cpu`.
        public let path: String
        /// What is wrong, in words.
        public let problem: String
        /// What stands there; nil: nothing.
        public let found: String?
    }

    private static let foundMax = 80

    private let code: String
    /// The type of the message, if it can be read.
    public private(set) var type: String?
    /// What is wrong with the envelope; nil: nothing.
    public private(set) var envelope: String?
    /// What is wrong by the schema.
    public private(set) var differences: [Difference] = []

    /// Holds a letter's message against the schemas of topics/.
    public init(of letter: DeadLetterRecord, schemas: PayloadSchemas) {
        code = letter.code
        guard let value = letter.value else {
            envelope = "it has no value"
            return
        }
        do throws(EnvelopeError) {
            let message = try Envelope(parsing: value)
            type = message.type
            if let known = schemas.byKind[message.topic], known[message.type] == nil {
                envelope = "payload.type: \(message.type) is none of \(message.topic)'s"
            }
            let violations =
                schemas.schema(kind: message.topic, type: message.type)?
                .validate(message.payload) ?? []
            for violation in violations {
                differences.append(
                    Difference(
                        path: violation.path.isEmpty ? "payload" : "payload." + violation.path,
                        problem: violation.message,
                        found: Self.found(violation.path, in: message.payload)))
            }
        } catch {
            envelope = error.description
        }
    }

    /// For people.
    public func text(for console: Console) -> String {
        var lines = [console.style("why:", .bold)]
        if let words = Rejection.Code(rawValue: code).map(Self.words) {
            lines.append("  \(code): \(words)")
        }
        if let envelope { lines.append("  \(envelope.sanitized)") }
        for difference in differences {
            let found = difference.found.map { "found \($0.sanitized)" } ?? "nothing is there"
            lines.append(
                "  \(difference.path.sanitized): \(difference.problem.sanitized); \(found)")
        }
        if envelope == nil, differences.isEmpty {
            lines.append(
                "  nothing is wrong with it as far as topics/ knows"
                    + (type.map { " (\($0.sanitized))" } ?? ""))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The value at a path such as `targets[2].url`.
    private static func found(_ path: String, in payload: JSONValue) -> String? {
        var value: JSONValue? = payload
        for step in path.split(whereSeparator: { $0 == "." || $0 == "[" }) {
            if step.hasSuffix("]"), let index = Int(step.dropLast()) {
                let elements = value?.arrayValue ?? []
                value = elements.indices.contains(index) ? elements[index] : nil
            } else {
                value = value?[String(step)]
            }
        }
        guard let value, let text = try? value.serializedString() else { return nil }
        return text.count > foundMax ? String(text.prefix(foundMax)) + " ..." : text
    }

    private static func words(_ code: Rejection.Code) -> String {
        switch code {
        case .malformed: "the message is not one JSON object with the fields of every message"
        case .tooLarge: "it is larger than its topic takes, or what it leads to is"
        case .unknownType: "its topic carries no such payload.type"
        case .schema: "a field is missing, or is not as its schema says"
        case .idConflict: "its id was used before for something else"
        case .stale: "it is older than ids are remembered for"
        case .fromTheFuture: "its ts is ahead of the broker's clock"
        case .refused: "it is well-formed, but could not be obeyed"
        case .noRoute: "its topic takes no messages from outside"
        case .parked: "it waits behind another one with its key"
        case .unencodable: "what the service wanted to say about it is no JSON"
        }
    }
}
