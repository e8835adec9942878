internal import CommandLineKit
internal import OSCoreDomain

/// The options of the demo.
enum DemoOptions {
    static let replay = Argument.option(
        "replay", .path.shown(as: "FILE.csv"),
        help: "Take the signals from a recorded series (timestamp,value) instead.")
    static let signal = Argument.option(
        "signal", .oneOf(["cpu", "latency", "traffic"]), help: "What the series is.")
    static let unit = Argument.option(
        "unit", .string.shown(as: "UNIT"),
        help: "What the values are: "
            + SeriesReplay.Unit.allCases.map { "\($0.rawValue) (\($0.kind.rawValue))" }
            .joined(separator: ", ") + ".")
    static let speed = Argument.option(
        "speed", .number(in: 1...1_000_000), default: 3_000,
        help: "How many times as fast as it was recorded; profiles of 5-minute series hold up "
            + "to 3,000.")
    static let profile = Argument.option(
        "severity-profile", .string.shown(as: "NAME"),
        help: "The profile of config/severity.yaml that judges the series.")
    static let home = Argument.option(
        "home", .path.shown(as: "DIR"), default: ".",
        help: "The folder with topics/, config/, runbooks/ and scripts/.")
    static let keepLogs = Argument.flag(
        "keep", help: "Keep the folder with the logs, and say where it is.")

    static let all: [any ArgumentDeclaration] = [
        replay, signal, unit, speed, profile, home, keepLogs,
    ]
}
