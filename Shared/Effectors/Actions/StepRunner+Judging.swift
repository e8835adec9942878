internal import Contracts
internal import JSON

/// What came of a step.
extension StepRunner {
    /// What was written or answered.
    struct Done {
        var output: [UInt8] = []
        /// The end of it, though not all was kept.
        var end: [UInt8] = []
        var problems: [UInt8] = []
        var isTruncated = false
        var failure: StepResult.Failure?
    }

    func judge(
        _ done: Done, _ job: Job, _ expectedText: String?, _ mask: OutputMask
    ) throws(StepError) -> StepResult {
        let shown = done.failure == nil || done.problems.isEmpty ? done.end : done.problems
        let masked = mask.apply(to: String(decoding: shown, as: UTF8.self))
        var result = StepResult(failure: done.failure, output: Self.end(of: Self.plain(masked)))
        if result.output?.isEmpty == true { result.output = nil }
        guard result.failure == nil else { return result }
        let value = Self.trimmed(String(decoding: done.output, as: UTF8.self))
        func got() -> String { String(mask.apply(to: value).prefix(200)) }
        if let expectedText, value != expectedText {
            result.failure = .init(
                .effectFailed,
                "expected \(mask.apply(to: expectedText).prefix(200)), got \(got())")
        } else if let pattern = job.step.expectedOutput, !pattern.matches(value) {
            result.failure = .init(
                .effectFailed,
                "expected what matches \(pattern.source), got "
                    + (value.isEmpty ? "nothing" : got()))
        } else if let capture = job.step.capture {
            if let problem = capture.kind.problem(with: value) {
                result.failure = .init(.effectFailed, "\(capture.name): \(problem)")
            } else {
                result.values.append(NamedValue(name: capture.name, value: value))
            }
        }
        guard job.step.isEvidence, result.failure == nil else { return result }
        guard !done.isTruncated else {
            throw StepError(
                .effectFailed, "the evidence is larger than \(Self.evidenceBytesMax >> 20) MiB")
        }
        let intent = job.intent
        result.values += try EvidenceStore(folder: settings.evidenceFolder).keep(
            done.output, name: Self.fileName(intent), step: intent.step)
        return result
    }

    /// Of the id only what is safe in a path, and with its digest what keeps two apart.
    private static func fileName(_ intent: ActionIntentPayload) -> String {
        let plain = intent.actionId.utf8.map { byte in
            (0x61...0x7a).contains(byte) || (0x41...0x5a).contains(byte)
                || (0x30...0x39).contains(byte) || byte == 0x2d ? byte : UInt8(ascii: "_")
        }
        return String(decoding: plain.prefix(80), as: UTF8.self)
            + "-\(intent.digest.prefix(8))-\(intent.phase.rawValue)-\(intent.step)"
            + "-\(intent.attempt).txt"
    }

    /// Text without what would drive a terminal.
    private static func plain(_ masked: String) -> String {
        var text = ""
        for scalar in masked.unicodeScalars {
            let isControl =
                scalar.value < 0x20 && scalar != "\n" || (0x7f...0x9f).contains(scalar.value)
            text.unicodeScalars.append(isControl ? " " : scalar)
        }
        return text
    }

    private static func end(of text: String) -> String {
        let bytes = Array(trimmed(text).utf8)
        guard bytes.count > outputBytesMax else { return String(decoding: bytes, as: UTF8.self) }
        return "…" + String(decoding: bytes.suffix(outputBytesMax), as: UTF8.self)
    }

    private static func trimmed(_ text: String) -> String {
        guard let start = text.firstIndex(where: { !$0.isWhitespace }),
            let end = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[start...end])
    }
}
