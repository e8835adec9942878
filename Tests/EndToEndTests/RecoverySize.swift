import Glibc
import TestKit

/// How much the recovery test sends, and how often it kills.
struct RecoverySize: Sendable {
    var commands: Int
    /// Signals, those of the ingress included.
    var signals: Int
    var ingress: Int
    /// Of each service.
    var kills: Int
    /// What ends it.
    var signal = SIGKILL
    /// How long the load takes to be sent, s: the kills go on beside it.
    var seconds: Int

    /// What the product promises.
    static let full = RecoverySize(
        commands: 2_000, signals: 200_000, ingress: 6_000, kills: 20, seconds: 60)
    /// What the development broker can keep in memory. There a service is asked to end instead:
    /// after a SIGKILL amid a transaction, messages of the ingress were seen to go missing on that
    /// broker, and never on Apache Kafka.
    static let small = RecoverySize(
        commands: 500, signals: 10_000, ingress: 2_000, kills: 3, signal: SIGTERM, seconds: 15)

    static var current: RecoverySize { TestBroker.kind == .kafka ? full : small }

    /// The seed: that of `DREAMNET_SEED`, to tell a run again, or a new one.
    static var seed: UInt64 {
        if let text = unsafe getenv("DREAMNET_SEED"),
            let seed = UInt64(unsafe String(cString: text))
        {
            return seed
        }
        return UInt64.random(in: 1...999_999)
    }
}
