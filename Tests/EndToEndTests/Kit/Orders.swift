import AuditKit
import Contracts
import Runtime
import StreamsKafka
import TestKit

/// Single orders, and what became of them.
enum Orders {
    /// Gives an order for `checkout` in the seeds' notation.
    /// - Returns: its id.
    static func give(_ kafka: KafkaConfiguration, _ hotkey: String) async throws -> String {
        let id = "order-\(UInt64.random(in: .min ... .max))"
        let order = """
            {"id":"\(id)","ts":\(SystemClock.nowMs()),"role":"operator","topic":"command",\
            "payload":{"type":"hotkey","author":"alice","service":"checkout",\
            "hotkey":"\(hotkey)"}}
            """
        let producer = try KafkaProducer(kafka) { _ in }
        defer { producer.close() }
        _ = try await producer.send(
            topic: BusTopic.command.rawValue, key: Array("checkout".utf8),
            value: Array(order.utf8))
        return id
    }

    /// Waits for the final outcome of an order.
    static func awaitOutcome(
        _ kafka: KafkaConfiguration, of id: String, within limit: Duration = .seconds(60)
    ) async throws -> OutcomePayload {
        try await eventualValue("the outcome of \(id)", within: limit) {
            try await finals(kafka).first { $0.commandId == id }
        }
    }

    /// Every final outcome.
    static func finals(_ kafka: KafkaConfiguration) async throws -> [OutcomePayload] {
        try await BusReader.messages(kafka, of: .outcome, as: OutcomePayload.self)
            .map(\.payload).filter(\.final)
    }
}
