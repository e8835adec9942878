/// Why a test has no broker.
public struct TestBrokerError: Error, Sendable, CustomStringConvertible {
    /// A sentence for people, with what the broker said.
    public let description: String
}
