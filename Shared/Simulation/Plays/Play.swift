/// What is played on the simulated log: who sends what to the services, who stands beside them, and
/// what must have come of it.
protocol Play: AnyObject {
    /// The services.
    var services: [any AnyService] { get }
    /// Compacted topics beside the changelogs.
    var compacted: [String] { get }
    /// How many messages were sent.
    var count: Int { get }
    /// Sends the next message, if the broker is there.
    func send()
    /// Lets those beside the services do something.
    func step()
    /// Lets somebody else's transactions go on.
    func stepForeign()
    /// No more faults: sends what was held back.
    func finish()
    /// Why those beside the services are not at rest; nil if they are.
    func unrest() -> String?
    /// At rest: reports what must not be.
    func check(topics: [String])
}
