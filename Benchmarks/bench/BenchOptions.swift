internal import CommandLineKit
internal import StreamsKafka

/// The options of the benchmarks.
enum BenchOptions {
    static let bootstrap = Argument.requiredOption(
        "bootstrap", .string.shown(as: "HOST:PORT"), help: "The broker, on the loopback.")
    static let topicPrefix = Argument.requiredOption(
        "topic-prefix", .string, help: "Before every topic; all of them are removed at the end.")
    static let home = Argument.option(
        "home", .path.shown(as: "DIR"), default: ".",
        help: "The configuration of the services: topics/, config/ and runbooks/.")
    static let globals: [any ArgumentDeclaration] = [bootstrap, topicPrefix, home]

    static let messages = Argument.option(
        "messages", .integer(in: 0...100_000_000), default: 0,
        help: "Messages of a round; 0 for as many as suit it.")
    static let rounds = Argument.option(
        "rounds", .integer(in: 1...100), default: 5, help: "Rounds of each side.")
    static let comparison: [any ArgumentDeclaration] = [messages, rounds]
    static let restore: [any ArgumentDeclaration] = [rounds]

    static let letters: [any ArgumentDeclaration] = [messages]

    static let detections = Argument.option(
        "detections", .integer(in: 1...9_000), default: 2_000, help: "Detections to measure.")
    static let warmUp = Argument.option(
        "warm-up", .integer(in: 0...1_000), default: 100, help: "Detections before these.")
    static let rate = Argument.option(
        "rate", .integer(in: 1...1_000), default: 25, help: "Detections a second.")
    static let logs = Argument.option(
        "logs", .path.shown(as: "DIR"), default: ".", help: "Where the services' logs go.")
    static let latency: [any ArgumentDeclaration] = [detections, warmUp, rate, logs]

    static let idleS = Argument.option(
        "idle", .integer(in: 0...600), default: 10, help: "Seconds ready and idle before memory.")
    static let starts = Argument.option(
        "starts", .integer(in: 1...50), default: 5, help: "Starts of each service.")
    static let footprint: [any ArgumentDeclaration] = [idleS, starts, logs]

    static let flat = Argument.flag(
        "flat", help: "An hour's load in six parts; else a burst on a service that is down.")
    static let burst = Argument.option(
        "burst", .integer(in: 1_000...10_000_000), default: 1_000_000, help: "Messages of a burst.")
    static let memory: [any ArgumentDeclaration] = [flat, burst, logs]

    static let input = Argument.requiredOption("in", .string, help: "The input topic.")
    static let output = Argument.requiredOption(
        "out", .string, help: "The output topic, or the changelog.")
    static let group = Argument.requiredOption("group", .string, help: "The consumer group.")
    static let kind = Argument.requiredOption(
        "kind", .string, help: "What is done with a message.")
    static let transaction = Argument.option(
        "transaction", .integer(in: 1...1_000_000), default: 10_000,
        help: "Most messages of a transaction.")
    static let partitions = Argument.option(
        "partitions", .integer(in: 1...1_000), default: 1, help: "Partitions of the input.")
    static let round: [any ArgumentDeclaration] = [
        kind, input, output, group, messages, transaction, partitions,
    ]

    /// How to reach the broker: one of the loopback, whatever the caller says.
    static func kafka(_ invocation: Invocation) throws -> KafkaConfiguration {
        let address = try invocation[bootstrap]
        let isLocal = address.split(separator: ",").allSatisfy { one in
            ["127.", "localhost:", "[::1]:"].contains { one.hasPrefix($0) }
        }
        guard isLocal else {
            throw CommandFailure(
                "\(address) is not on the loopback",
                hint: "Benchmarks never touch a real cluster.", exitCode: .usage)
        }
        return KafkaConfiguration(
            bootstrapServers: address, topicPrefix: try invocation[topicPrefix], clientID: "bench")
    }
}
