/// The place of a dead letter in the line of its key, as the header `dlq.turn` carries it:
/// `<service>/<line>/<number>`.
///
/// A line begins with a message that could not be taken; whatever comes with its key afterwards
/// waits behind it. Replayed, a letter is taken when it is its turn.
public struct LetterTurn: Sendable, Hashable, CustomStringConvertible {
    /// The service in which the key is parked.
    public let service: String
    /// The offset of the message that the line began with.
    public let line: Int64
    /// The place in the line, from 0.
    public let number: Int64

    /// A place in a line.
    public init(service: String, line: Int64, number: Int64) {
        self.service = service
        self.line = line
        self.number = number
    }

    /// Reads the value of a header; nil if it is none.
    public init?(_ header: [UInt8]) {
        guard header.count <= Self.bytesMax else { return nil }
        let parts = String(decoding: header, as: UTF8.self).split(
            separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, let line = Int64(parts[1]), let number = Int64(parts[2]),
            line >= 0, number >= 0
        else { return nil }
        self.init(service: String(parts[0]), line: line, number: number)
    }

    /// The value of the header.
    public var description: String { "\(service)/\(line)/\(number)" }

    private static let bytesMax = 256
}
