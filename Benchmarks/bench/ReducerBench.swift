internal import CAllocations
internal import CommandLineKit
internal import Contracts
internal import OSCoreDomain
internal import Streams

/// os-core's reducer and its tables alone: the signals of the comparison in transactions of 10,000,
/// with their changelog records and views, but over no log and without a broker. Time moves by 40 ms a
/// transaction, as at 250,000 a second, so that each run says the same.
struct ReducerBench {
    private static let services = 2_000
    private static let batch = 10_000
    private static let intervalMs: Int64 = 5_000
    private static let batchMs: Int64 = 40
    /// What is learned once a minute allocates a little; one for each signal is too many.
    private static let allocationsMax = 0.9
    private static let shares: [Int64] = [
        40, 100, 180, 260, 320, 360, 380, 390, 396, 398, 399, 400, 400,
    ]

    private let messages: Int

    init(_ invocation: Invocation) throws {
        let given = try invocation[BenchOptions.messages]
        messages = given > 0 ? given : 1_000_000
    }

    func run(_ out: Console) -> ExitCode {
        let task = ReducerTask(
            OSCoreReducer(policy: .seedDefaults), partition: 0,
            identity: TaskIdentity(service: "os-core", group: "os-core", version: ""),
            deadLetterBytesMax: PipelineSettings.deadLetterBytesMaxDefault,
            outputBytesMax: PipelineSettings.outputBytesMaxDefault)
        let firstMs =
            BenchClock.unixUs() / 1_000
            - (Int64(messages / Self.services) + 2) * Self.intervalMs
        var nowMs = BenchClock.unixUs() / 1_000
        var (cpuUs, records, bytes, rejected): (Int64, Int, Int, Int) = (0, 0, 0, 0)
        var quiet = (signals: 0, allocations: Int64(0))
        let headers = RecordHeaders([])
        for start in stride(from: 0, to: messages, by: Self.batch) {
            let signals = (start..<min(start + Self.batch, messages)).map {
                Self.signal($0, firstMs: firstMs)
            }
            let beginUs = BenchClock.cpuUs()
            task.begin(nowMs: nowMs)
            nowMs += Self.batchMs
            for (index, signal) in signals.enumerated() {
                let (said, allocations) = (task.context.outputs.count, dreamnet_allocations())
                let isRejected = InputRecord.with(
                    input: 0, partition: 0, offset: Int64(start + index),
                    timestampMs: task.context.nowMs, key: signal.key, value: signal.value,
                    headers: headers
                ) { task.reduce($0) != nil }
                rejected += isRejected ? 1 : 0
                // Once the windows are full; what says something makes texts.
                if start >= messages / 2, task.context.outputs.count == said {
                    quiet.signals += 1
                    quiet.allocations += dreamnet_allocations() - allocations
                }
            }
            _ = task.stageChangelog(nextOffsets: [Int64(start + signals.count), 0])
            records += task.context.outputs.count
            for index in 0..<task.context.outputs.count {
                bytes += task.context.outputs.byteCount(at: index)
            }
            task.commit()
            cpuUs += BenchClock.cpuUs() - beginUs
        }
        let each = Double(quiet.allocations) / Double(max(1, quiet.signals))
        let perSignal = Double(cpuUs) / Double(messages)
        out.line(
            "The reducer with its tables, over no log: \(Statistics.text(perSignal, digits: 2)) µs a "
                + "signal; \(records) records said, \(bytes) bytes, \(rejected) rejected; "
                + "\(Statistics.text(each, digits: 2)) allocations a signal that says nothing.")
        return rejected == 0 && each <= Self.allocationsMax ? .success : .failure
    }

    private static func signal(
        _ index: Int, firstMs: Int64
    ) -> (key: [UInt8], value: [UInt8]) {
        let number = index * 7_919 % services
        let round = Int64(index / services)
        let digits = String(number)
        let service = "service-" + String(repeating: "0", count: 8 - digits.count) + digits
        let counts = shares.map { String($0 * round) }.joined(separator: ",")
        let value =
            #"{"id":"\#(service)-\#(round)","ts":\#(firstMs + round * intervalMs),"#
            + #""role":"service","topic":"signal","payload":{"type":"golden_signals","#
            + #""service":"\#(service)","instance":"\#(service)-0","requestsTotal":\#(400 * round),"#
            + #""errorsTotal":\#(round),"latencyBoundsMs":"#
            + #"[5,10,25,50,100,250,500,1000,2000,2500,5000,10000],"latencyCounts":[\#(counts)],"#
            + #""cpu":0.\#(20 + round % 30),"memory":0.41,"startTimeMs":\#(firstMs - 60_000)}}"#
        return (Array(service.utf8), Array(value.utf8))
    }
}
