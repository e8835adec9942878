internal import CommandLineKit
internal import JSON
internal import Streams

/// What one round took, as both sides print it.
struct RoundResult: Codable, Sendable {
    let messages: Int
    /// Records produced.
    let records: Int
    let transactions: Int
    let seconds: Double
    let cpuSeconds: Double

    init(_ figures: [PipelineFigures], messages: Int, _ reading: Stopwatch.Reading) {
        self.messages = messages
        records = figures.map(\.recordsOut).reduce(0, +)
        transactions = figures.map(\.commits).reduce(0, +)
        seconds = Double(reading.elapsedUs) / 1e6
        cpuSeconds = Double(reading.cpuUs) / 1e6
    }

    /// Reads a side's last line.
    init(parsing line: String) throws {
        guard let result = try? JSON.decode(RoundResult.self, from: Array(line.utf8)) else {
            throw CommandFailure("no result: \(line)")
        }
        self = result
    }

    var json: String {
        "{\"messages\":\(messages),\"records\":\(records),\"transactions\":\(transactions),"
            + "\"seconds\":\(seconds),\"cpuSeconds\":\(cpuSeconds)}"
    }

    var perSecond: Double { Double(messages) / max(seconds, 1e-9) }
    var messagesPerTransaction: Double { Double(messages) / Double(max(transactions, 1)) }
    var cpuUsPerMessage: Double { cpuSeconds * 1e6 / Double(max(messages, 1)) }
}
