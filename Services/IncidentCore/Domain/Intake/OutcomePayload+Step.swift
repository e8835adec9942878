internal import Contracts

extension OutcomePayload {
    /// `<runbook>/<step>`; nil if no runbook asked.
    var stepName: String? {
        guard let runbook, let step else { return nil }
        return OneLine.make("\(runbook)/\(step)", bytesMax: 200)
    }
}
