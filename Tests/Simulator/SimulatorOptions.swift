internal import CommandLineKit
internal import Simulation
internal import Streams

/// The options of the simulator.
enum SimulatorOptions {
    static let seed = Argument<UInt64?>.option(
        "seed", number, help: "The seed of one run: the same seed is the same run.")
    static let seeds = Argument<ClosedRange<UInt64>?>.option(
        "seeds", range,
        help: "Runs every seed of a range, both ends included, and stops at the first that fails.")
    static let steps = Argument<Int>.option(
        "steps", .integer(in: 0...10_000_000), default: FailureSearch.stepsDefault,
        help: "Steps with faults, before everything has to come to rest.")
    static let bug = Argument<PlantedBug?>.option(
        "bug", .choice(PlantedBug.self), help: "Plants a known mistake, to see it found.")
    static let home = Argument<String>.option(
        "home", .path, default: ".", help: "The folder with config/, runbooks/ and topics/.")
    static let show = Argument<[String]>.repeatedOption(
        "show", .string.shown(as: "TOPIC"),
        help: "Of a single run, prints what is committed on a topic; may be repeated.")
    static let json = Argument<Bool>.flag("json", help: "Prints a line of JSON for each run.")
    static let all: [any ArgumentDeclaration] = [seed, seeds, steps, bug, home, show, json]

    private static var number: ValueFormat<UInt64> {
        ValueFormat(placeholder: "N") { (text) throws(ValueError) in
            guard let seed = UInt64(text) else { throw ValueError("is no seed: 0 or above") }
            return seed
        }
    }

    private static var range: ValueFormat<ClosedRange<UInt64>> {
        ValueFormat(placeholder: "A..B") { (text) throws(ValueError) in
            let parts = text.split(separator: ".", omittingEmptySubsequences: true)
            guard text.contains(".."), parts.count == 2, let first = UInt64(parts[0]),
                let last = UInt64(parts[1]), first <= last
            else { throw ValueError("is no range such as 1..2000") }
            return first...last
        }
    }
}
