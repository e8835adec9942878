internal import CommandLineKit
internal import JSON

/// What one round took, as both sides print it.
struct RoundResult: Codable, Sendable {
    let messages: Int
    let transactions: Int
    let seconds: Double
    let cpuSeconds: Double

    init(messages: Int, transactions: Int, _ reading: Stopwatch.Reading) {
        self.messages = messages
        self.transactions = transactions
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
        "{\"messages\":\(messages),\"transactions\":\(transactions),\"seconds\":\(seconds),"
            + "\"cpuSeconds\":\(cpuSeconds)}"
    }

    var perSecond: Double { Double(messages) / max(seconds, 1e-9) }
    var messagesPerTransaction: Double { Double(messages) / Double(max(transactions, 1)) }
    var cpuUsPerMessage: Double { cpuSeconds * 1e6 / Double(max(messages, 1)) }
}
