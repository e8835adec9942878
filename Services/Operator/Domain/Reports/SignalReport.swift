public import CommandLineKit
public import Contracts

/// The golden signals of a service against their thresholds.
public struct SignalReport: Sendable {
    private let view: ServiceView
    private let nowMs: Int64

    /// A report at `nowMs`, Unix ms.
    public init(_ view: ServiceView, nowMs: Int64) {
        self.view = view
        self.nowMs = nowMs
    }

    /// A head line and the table.
    public func text(for console: Console) -> String {
        var head = "\(view.service): \(HumanText.count(view.instances, "instance"))"
        if let rate = view.requestsPerSecond {
            head += ", \(FigureText.number(rate)) requests/s"
        }
        if let refused = view.refusedPerSecond, refused > 0 {
            head += ", \(FigureText.number(refused)) refused by a flag/s"
        }
        head += "\nprofile \(view.profile), window \(HumanText.duration(view.windowMs)), "
        head += "judged up to \(HumanText.age(ofMs: view.evidenceTs, nowMs: nowMs))"
        var table = TextTable(
            [.fixed("SIGNAL"), .fixed("NOW", .right), .fixed("STATE")]
                + Severity.allCases.map { .fixed($0.rawValue, .right) }
                + [.fixed("RECOVERS AT", .right)])
        for signal in view.signals {
            let bounds = Severity.allCases.map { severity in
                TextTable.Cell(figure(signal.thresholds[severity.rawValue], signal.unit))
            }
            table.add(
                .init(signal.signal.rawValue), .init(figure(signal.value, signal.unit)),
                .init(signal.state, Self.role(signal.state)), bounds[0], bounds[1], bounds[2],
                bounds[3], .init(figure(signal.recover, signal.unit)))
        }
        return head.split(separator: "\n").map { "\($0.sanitized)\n" }.joined()
            + table.text(for: console)
    }

    private func figure(_ value: Double?, _ unit: String) -> String {
        value.map { FigureText.measurement($0, unit: unit) } ?? "-"
    }

    private static func role(_ state: String) -> Style.Role? {
        if let severity = Severity(rawValue: state) { return IncidentReport.role(severity) }
        return state == "ok" ? .good : .warning
    }
}
