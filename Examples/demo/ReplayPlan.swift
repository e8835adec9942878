internal import CommandLineKit
internal import OSCoreDomain
internal import Runtime

/// A recorded series and how it is played.
struct ReplayPlan {
    let file: String
    let series: RecordedSeries
    let unit: SeriesReplay.Unit
    let speed: Double
    let profile: String

    /// Nil if the demo is not to replay anything.
    init?(_ invocation: Invocation) throws {
        guard let file = try invocation[DemoOptions.replay] else { return nil }
        guard let signal = try invocation[DemoOptions.signal],
            let unitName = try invocation[DemoOptions.unit],
            let profile = try invocation[DemoOptions.profile]
        else {
            throw CommandFailure(
                "--replay needs --signal, --unit and --severity-profile",
                hint: "Such as --signal latency --unit ms --severity-profile nab-ec2-latency; "
                    + "config/severity.yaml has the profiles.", exitCode: .usage)
        }
        let units = SeriesReplay.Unit.allCases.filter { $0.kind.rawValue == signal }
        guard let unit = units.first(where: { $0.rawValue == unitName }) else {
            throw CommandFailure(
                "--unit: \(signal) comes in "
                    + units.map(\.rawValue).joined(separator: ", ") + ", not in '\(unitName)'",
                exitCode: .usage)
        }
        guard let bytes = SmallFile.bytes(file, bytesMax: RecordedSeries.bytesMax) else {
            throw CommandFailure("--replay: cannot read \(file)", exitCode: .usage)
        }
        do throws(SeriesError) {
            series = try RecordedSeries(csv: bytes)
        } catch {
            throw CommandFailure(
                "\(file): \(error)", hint: "The form is timestamp,value with a header line.",
                exitCode: .usage)
        }
        self.file = file
        self.unit = unit
        self.profile = profile
        speed = try invocation[DemoOptions.speed]
    }
}
