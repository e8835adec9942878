public import CommandLineKit
public import Contracts

/// The actions that there are, or the verbs of one service.
public struct ActionListReport: Sendable, Encodable {
    /// One that can be run.
    public struct Entry: Sendable, Encodable {
        /// The verb or the action.
        public let name: String
        /// The service that has the verb.
        public let service: String?
        /// The action.
        public let action: String
        /// One line.
        public let summary: String
        /// What still has to be given.
        public let parameters: [String]
        /// Whether it can be taken back.
        public let reversible: Bool
        /// Whether another person has to approve it.
        public let secondPerson: Bool
    }

    /// Sorted by service and name.
    public let actions: [Entry]

    /// A report of `catalog`; of `service` its verbs alone.
    public init(_ catalog: ActionCatalog, service: String?) {
        var entries: [Entry] = []
        for (owner, verbs) in catalog.services.sorted(by: { $0.key < $1.key })
        where service == nil || owner == service {
            for (verb, binding) in verbs.sorted(by: { $0.key < $1.key }) {
                guard let action = catalog.actions[binding.action] else { continue }
                entries.append(
                    Self.entry(verb, owner, action, given: Set(binding.arguments.keys)))
            }
        }
        if service == nil {
            for (name, action) in catalog.actions.sorted(by: { $0.key < $1.key }) {
                entries.append(Self.entry(name, nil, action, given: []))
            }
        }
        actions = entries
    }

    private static func entry(
        _ name: String, _ service: String?, _ action: ActionDefinition, given: Set<String>
    ) -> Entry {
        Entry(
            name: name, service: service, action: action.name, summary: action.summary,
            parameters: action.parameters.filter { !given.contains($0.name) }
                .map { $0.defaultValue == nil ? $0.name : "[\($0.name)]" },
            reversible: action.isReversible, secondPerson: action.needsSecondPerson)
    }

    /// A table.
    public func text(for console: Console) -> String {
        guard !actions.isEmpty else {
            return "No actions: config/actions.yaml names none, or binds none to the service.\n"
        }
        var table = TextTable([
            .fixed("SERVICE"), .fixed("ACTION"), .flexible("PARAMETERS"), .fixed("UNDO"),
            .fixed("PEOPLE"), .flexible("WHAT IT DOES"),
        ])
        for entry in actions {
            table.add(
                "\(entry.service ?? "any")", "\(entry.name)",
                "\(entry.parameters.joined(separator: " "))",
                entry.reversible ? "yes" : TextTable.Cell("no", .warning),
                entry.secondPerson ? "2" : "1", "\(entry.summary.sanitized)")
        }
        return table.text(for: console)
    }
}
