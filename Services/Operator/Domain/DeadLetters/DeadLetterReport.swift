public import Contracts
public import CommandLineKit
internal import JSON
internal import Streams

/// Dead letters in a table, or one of them whole.
public struct DeadLetterReport: Sendable {
    /// A value is shown to so many bytes.
    private static let shownBytesMax = 16 * 1024

    private let letters: [DeadLetterRecord]
    private let nowMs: Int64
    private let ledger: Ledger

    /// A report at `nowMs`, Unix ms, of letters about which `ledger` knows.
    public init(_ letters: [DeadLetterRecord], nowMs: Int64, ledger: Ledger = Ledger()) {
        self.ledger = ledger
        self.letters = letters
        self.nowMs = nowMs
    }

    /// A line a letter.
    public func table(for console: Console) -> String {
        guard !letters.isEmpty else { return "No dead letter.\n" }
        var table = TextTable([
            .fixed("PLACE"), .fixed("FAILED"), .fixed("REASON"), .fixed("SERVICE"),
            .flexible("ID", minimumWidth: 8), .flexible("MESSAGE", minimumWidth: 16),
        ])
        for letter in letters {
            table.add(
                .init(letter.place.description),
                .init(letter.failedAtMs.map { HumanText.age(ofMs: $0, nowMs: nowMs) } ?? ""),
                .init(reason(letter), .warning), .init(letter.service),
                .init(letter.messageID ?? ""), .init(letter.message))
        }
        return table.text(for: console)
    }

    /// Every letter with its headers, its key and its message.
    public func whole(for console: Console) -> String {
        letters.map { letter in
            var text = console.style("\(letter.place)", .bold) + "  "
            text += console.style(reason(letter).sanitized, .warning)
            text += ": \(letter.message.sanitized)\nheaders:\n"
            for header in letter.headers where header.name != DeadLetter.Header.message {
                let value = header.value.map { String(decoding: $0, as: UTF8.self) } ?? "(none)"
                text += "  \(header.name.sanitized): \(value.sanitized)\n"
            }
            let key = letter.key.map { String(decoding: $0, as: UTF8.self) } ?? "(none)"
            return text + "key: \(key.sanitized)\n" + Self.value(letter.value)
        }.joined(separator: "\n")
    }

    private func reason(_ letter: DeadLetterRecord) -> String {
        ledger.isQuarantined(letter.place) ? letter.code + ", quarantined" : letter.code
    }

    private static func value(_ bytes: [UInt8]?) -> String {
        guard let bytes else { return "value: none (a tombstone)\n" }
        if bytes.count <= shownBytesMax, let value = try? JSON.parse(bytes),
            let text = try? value.serializedString(prettyPrinted: true)
        {
            let lines = text.split(separator: "\n").map { $0.sanitized }
            return "value:\n" + lines.joined(separator: "\n") + "\n"
        }
        let cut = bytes.count > shownBytesMax ? " (the first \(shownBytesMax))" : ""
        return "value: \(HumanText.count(bytes.count, "byte"))\(cut)\n"
            + String(decoding: bytes.prefix(shownBytesMax), as: UTF8.self).sanitized + "\n"
    }

    private struct Entry: Encodable {
        let place: String
        let code: String
        let message: String
        let service: String
        let failedAtMs: Int64?
        let replayCount: Int64
        let quarantined: Bool
        let id: String?
        let key: String?
        let value: String?
        let headers: [[String]]
    }

    /// The same as a JSON array; bytes that are not UTF-8 are replaced.
    public func json() throws -> String {
        try JSONText.document(
            letters.map { letter in
                Entry(
                    place: letter.place.description, code: letter.code, message: letter.message,
                    service: letter.service, failedAtMs: letter.failedAtMs,
                    replayCount: letter.replayCount,
                    quarantined: ledger.isQuarantined(letter.place), id: letter.messageID,
                    key: letter.key.map { String(decoding: $0, as: UTF8.self) },
                    value: letter.value.map { String(decoding: $0, as: UTF8.self) },
                    headers: letter.headers.map {
                        [$0.name, $0.value.map { String(decoding: $0, as: UTF8.self) } ?? ""]
                    })
            })
    }
}
