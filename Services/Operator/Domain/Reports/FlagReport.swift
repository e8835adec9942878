public import CommandLineKit
public import Contracts

/// Flags as a table: one line a holder.
public struct FlagReport: Sendable {
    private let flags: [FlagPayload]
    private let nowMs: Int64

    /// A report at `nowMs`, Unix ms.
    public init(_ flags: [FlagPayload], nowMs: Int64) {
        self.flags = flags
        self.nowMs = nowMs
    }

    /// The table, or a line that says that there is nothing.
    public func text(for console: Console) -> String {
        guard !flags.isEmpty else { return "Every flag is at rest.\n" }
        var table = TextTable([
            .fixed("SERVICE"), .fixed("FLAG"), .fixed("VALUE"),
            .flexible("HELD BY", minimumWidth: 12),
            .fixed("SINCE"), .fixed("ENDS"), .flexible("REASON", minimumWidth: 10),
        ])
        for flag in flags {
            add(flag, to: &table)
        }
        return table.text(for: console)
    }

    private func add(_ flag: FlagPayload, to table: inout TextTable) {
        let service = Self.serviceName(flag)
        let value = TextTable.Cell(
            FigureText.flag(flag.flag, flag.value), flag.holders.isEmpty ? .dim : .warning)
        guard let first = flag.holders.first else {
            table.add(.init(service), .init(flag.flag), value, .init("nobody", .dim))
            return
        }
        for hold in flag.holders {
            let isFirst = hold == first
            let ends =
                hold.expiresAt.map { HumanText.age(ofMs: $0, nowMs: nowMs) } ?? "when released"
            table.add(
                .init(isFirst ? service : ""), .init(isFirst ? flag.flag : ""),
                isFirst ? value : "", .init(Self.holder(hold)),
                .init(HumanText.age(ofMs: hold.sinceMs, nowMs: nowMs)), .init(ends),
                .init(hold.reason ?? ""))
        }
    }

    /// The holder, and who ordered it where that is somebody else.
    private static func holder(_ hold: FlagHold) -> String {
        hold.holder.hasPrefix("person/") ? hold.author : "\(hold.holder) (\(hold.author))"
    }

    private static func serviceName(_ flag: FlagPayload) -> String {
        guard flag.service == ServiceName.all else { return flag.service }
        let except = flag.except ?? []
        return except.isEmpty ? "all" : "all but \(except.joined(separator: ","))"
    }
}
