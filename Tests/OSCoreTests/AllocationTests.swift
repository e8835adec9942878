import CAllocations
import Streams
import Testing

@testable import OSCoreDomain

/// A signal of a service that is known takes memory that is there, its judgement, its share of
/// the tables and of the changelog included. What is once a minute or once a second (what is
/// learned, views) may allocate.
struct AllocationTests {
    private static let services = 20

    private func signal(_ service: Int, _ round: Int64) -> (key: [UInt8], value: [UInt8]) {
        let name = "service-\(service)-of-many-others"
        let text = """
            {"id":"\(name)-\(round)","ts":\(noonMs + round * 1_000),"role":"service",\
            "topic":"signal","payload":{"type":"golden_signals","service":"\(name)","instance":\
            "\(name)-7d9f8c6b5-x2x4z","requestsTotal":\(round * 100),"errorsTotal":0,\
            "latencyBoundsMs":[5,10,25,50,100,250,500,1000,2000,2500,5000,10000],\
            "latencyCounts":[0,0,\(round * 50)\(String(repeating: ",\(round * 100)", count: 10))],\
            "cpu":0.2\(round % 10),"memory":0.41,"startTimeMs":\(noonMs - 60_000)}}
            """
        return (Array(name.utf8), Array(text.utf8))
    }

    @Test(.enabled(if: dreamnet_allocations() >= 0, "a sanitizer has an allocator of its own"))
    func `a signal of a known service allocates nothing`() throws {
        let task = ReducerTask(
            OSCoreReducer(policy: .test(), partitionCount: 1), partition: 0,
            identity: TaskIdentity(service: "os-core", group: "os-core", version: "test"),
            deadLetterBytesMax: PipelineSettings.deadLetterBytesMaxDefault,
            outputBytesMax: PipelineSettings.outputBytesMaxDefault)
        let headers = RecordHeaders([])
        var offset: Int64 = 0
        func take(_ signals: [(key: [UInt8], value: [UInt8])]) -> Int {
            var rejected = 0
            task.begin(nowMs: noonMs + 10_000_000)
            for signal in signals {
                let isRejected = InputRecord.with(
                    input: 0, partition: 0, offset: offset, timestampMs: noonMs + 10_000_000,
                    key: signal.key, value: signal.value, headers: headers
                ) { task.reduce($0) != nil }
                rejected += isRejected ? 1 : 0
                offset += 1
            }
            _ = task.stageChangelog(nextOffsets: [offset, 0])
            task.commit()
            return rejected
        }
        func rounds(_ range: Range<Int64>) -> [(key: [UInt8], value: [UInt8])] {
            range.flatMap { round in (0..<Self.services).map { signal($0, round) } }
        }
        for start in stride(from: Int64(1), to: 101, by: 20) {
            #expect(take(rounds(start..<start + 20)) == 0)
        }
        let signals = rounds(101..<121)
        let before = dreamnet_allocations()
        let rejected = take(signals)
        let each = Double(dreamnet_allocations() - before) / Double(signals.count)
        #expect(rejected == 0)
        // Without optimization closures and generic code allocate too: there one more than now is
        // too many. Whoever comes to that looks at what `bench reducer` counts in a release build.
        #if DEBUG
            #expect(each < 82, "allocations a signal")
        #else
            #expect(each < 0.5, "allocations a signal")
        #endif
    }
}
