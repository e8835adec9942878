internal import Contracts

/// The places in a runbook's texts that stand for what an incident is about.
enum RunbookPlaces {
    /// The text with the incident's names in it. Names and ids have no character that a shell
    /// reads. What stands in braces and is none of these stays as it is.
    static func fill(
        _ text: String, service: String, incident: String, severity: Severity
    ) -> String {
        var rest = text[...]
        var filled = ""
        while let start = rest.firstIndex(of: "{"), let end = rest[start...].firstIndex(of: "}") {
            filled += rest[..<start]
            switch rest[rest.index(after: start)..<end] {
            case "service": filled += service
            case "incident": filled += incident
            case "severity": filled += severity.rawValue
            case let other: filled += "{\(other)}"
            }
            rest = rest[rest.index(after: end)...]
        }
        return filled + rest
    }
}
