internal import CommandLineKit
internal import Contracts

/// The options of the demo.
enum DemoOptions {
    static let replay = Argument.option(
        "replay", .path.shown(as: "FILE.csv"),
        help: "Take the signals from a recorded series (timestamp,value) instead.")
    static let signal = Argument.option(
        "signal", .oneOf(["cpu", "latency", "traffic"]), help: "What the series is.")
    static let unit = Argument.option(
        "unit", .string.shown(as: "UNIT"),
        help: "Of cpu: percent or ratio; of latency: ms or s; of traffic: per5m, per1m or per1s.")
    static let speed = Argument.option(
        "speed", .number(in: 1...1_000_000), default: 10_000,
        help: "How many times as fast as it was recorded.")
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
