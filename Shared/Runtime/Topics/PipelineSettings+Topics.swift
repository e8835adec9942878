internal import Streams
internal import TopicCatalog

extension PipelineSettings {
    /// Takes the sizes of what a service may write, and whose keys keep their order, from the declarations of its topics.
    mutating func take(_ topology: Topology, _ catalog: TopicCatalog) {
        let written = topology.outputs + (topology.changelog.map { [$0] } ?? [])
        if let bytes = Self.smallest(written, catalog) {
            outputBytesMax = bytes - Self.headerBytesMax
        }
        let letters = topology.inputs.map { $0 + ".dlq" }
        if let bytes = Self.smallest(letters, catalog) { deadLetterBytesMax = bytes }
        for input in topology.inputs {
            if let retry = catalog.topic(input)?.retry {
                retries[input] = RetryPolicy(
                    attemptsMax: retry.attempts, backoffMs: retry.backoffMs,
                    backoffMaxMs: retry.backoffMaxMs)
            }
            if let poison = catalog.topic(input)?.poison {
                var limits = PoisonLimits()
                limits.runMax = poison.runMax
                limits.ratioMax = poison.ratioMax
                limits.window = poison.window
                limits.delayMs = poison.delayMs
                poisonOf[input] = limits
            }
        }
        orderedInputs = Set(topology.inputs.filter { catalog.topic($0)?.order == .key })
    }

    private static func smallest(_ topics: [String], _ catalog: TopicCatalog) -> Int? {
        topics.compactMap { catalog.topic($0).map { Int($0.maxMessageBytes) } }.min()
    }
}
