internal import Contracts
internal import JSON
internal import OperatorDomain
internal import Runtime
internal import Streams
internal import TopicCatalog

/// Mends letters by a program and says which of them may then be sent. It blocks.
struct LetterMender {
    enum Outcome {
        case send(LetterMend, headers: [RecordHeader])
        case keep(String)
    }

    let topic: BusTopic
    let policy: ReplayPolicy
    let schemas: PayloadSchemas
    let runID: String
    /// Letters that do not say where they came from as well: another tool's.
    let takesForeign: Bool

    /// What becomes of each of these letters.
    func mend(
        _ letters: [DeadLetterRecord], by program: JQProgram, whileWaiting: () throws -> Void
    ) throws -> [Outcome] {
        var outcomes: [Outcome?] = Array(repeating: nil, count: letters.count)
        var values: [(index: Int, value: JSONValue)] = []
        for (index, letter) in letters.enumerated() {
            switch Self.input(letter) {
            case .success(let value): values.append((index, value))
            case .failure(let why): outcomes[index] = .keep(why.text)
            }
        }
        for (made, (index, _)) in zip(
            try program.run(values.map(\.value), whileWaiting: whileWaiting), values)
        {
            switch made {
            case .value(let value): outcomes[index] = try decide(letters[index], value)
            case .failure(let why): outcomes[index] = .keep(why)
            }
        }
        return outcomes.compactMap { $0 }
    }

    /// Whether a letter with this message in its place may be sent.
    func decide(_ letter: DeadLetterRecord, _ value: JSONValue) throws -> Outcome {
        let mend = try LetterMend(of: letter, to: value)
        guard !mend.differences.isEmpty else { return .keep("nothing changes in it") }
        if let problem = mend.letter.problem(under: schemas) {
            return .keep("it is still wrong: \(problem)")
        }
        let decision = ReplayDecision.of(
            mend.letter, to: topic, policy: policy, runID: runID, nowMs: SystemClock.nowMs(),
            takesForeign: takesForeign)
        switch decision {
        case .keep(let why), .quarantine(let why): return .keep(why)
        case .send(let headers): return .send(mend, headers: headers)
        }
    }

    private struct Unfit: Error { let text: String }

    private static func input(_ letter: DeadLetterRecord) -> Result<JSONValue, Unfit> {
        guard !letter.isCut, let bytes = letter.value else {
            return .failure(Unfit(text: "only its digest was kept: it was too large"))
        }
        guard let value = try? JSON.parse(bytes) else {
            return .failure(Unfit(text: "it is no JSON: edit it by hand"))
        }
        if LetterMend.inexactNumber(in: value) != nil {
            return .failure(Unfit(text: "it holds a number beyond 2^53, which jq would round"))
        }
        return .success(value)
    }
}
