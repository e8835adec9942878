internal import CommandLineKit
public import Contracts

/// The commands that take back what holds now.
public enum UndoAdvice {
    /// A command line and what it takes back.
    public struct Line: Sendable, Hashable, Encodable {
        /// Ready to paste.
        public let command: String
        /// Whose hold it ends, or what it sets back.
        public let meaning: String
    }

    /// The lines for these flags and settings, for a person of the name `author`.
    public static func lines(
        flags: [FlagPayload], settings: [String: String], author: String?
    ) -> [Line] {
        var lines: [Line] = []
        for flag in flags where !flag.holders.isEmpty && !isPartOfSafeMode(flag, flags) {
            guard let verb = verb(flag.flag), let scope = scope(flag.service) else { continue }
            let isMine = flag.holders.contains { $0.holder == author.map { "person/\($0)" } }
            let others = flag.holders.filter { $0.holder != author.map { "person/\($0)" } }
            if isMine {
                lines.append(Line(command: "dreamnet \(verb) \(scope)", meaning: "ends your hold"))
            }
            if !others.isEmpty {
                let names = others.map { $0.holder }.joined(separator: ", ")
                lines.append(
                    Line(
                        command: "dreamnet \(verb) \(scope) --override",
                        meaning: "ends every hold (\(names)); the automation then leaves it alone"
                            .sanitized))
            }
        }
        return lines + settings.keys.sorted().compactMap(setting)
    }

    /// SAFE_MODE sets three flags together; one command takes all of them back.
    private static func isPartOfSafeMode(_ flag: FlagPayload, _ all: [FlagPayload]) -> Bool {
        guard [FlagRules.toolUse, FlagRules.externalCalls].contains(flag.flag) else { return false }
        return all.contains {
            $0.service == flag.service && $0.flag == FlagRules.safeMode && !$0.holders.isEmpty
        }
    }

    private static func verb(_ flag: String) -> String? {
        switch flag {
        case FlagRules.safeMode: "safe-mode off"
        case FlagRules.writeDrain: "write-drain off"
        case FlagRules.killSwitch: "kill-switch off"
        case FlagRules.rateLimit: "rate-limit restore"
        case FlagRules.autoscale: "autoscale off"
        case FlagRules.toolUse, FlagRules.externalCalls: "flags release \(flag)"
        default: moduleVerb(flag)
        }
    }

    /// A name that a terminal could obey is in no command that people are to paste.
    private static func moduleVerb(_ flag: String) -> String? {
        let name = String(flag.dropFirst("module:".count))
        guard flag.hasPrefix("module:"), !name.isEmpty, name.sanitized == name else { return nil }
        return "module enable \(ShellWord.quoted(name))"
    }

    private static func scope(_ service: String) -> String? {
        if service == ServiceName.all { return "--all" }
        return ServiceName.isValid(service) ? "--service \(service)" : nil
    }

    private static func setting(_ key: String) -> Line? {
        let parts = key.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2, let scope = scope(parts[1]) else { return nil }
        switch SettingName(rawValue: parts[0]) {
        case .automation:
            return Line(
                command: "dreamnet automation resume \(scope)",
                meaning: "lets the automation go on")
        case .monitor:
            return Line(
                command: "dreamnet monitor normal \(scope)", meaning: "scrapes as often as usual")
        case .alertThreshold:
            return Line(
                command: "dreamnet alert-threshold normal \(scope)",
                meaning: "judges by the usual thresholds")
        case nil: return nil
        }
    }
}
