internal import Signing

/// An action with its parameters, checked: what a command asks for.
public struct ActionCall: Sendable, Hashable {
    /// The action.
    public let definition: ActionDefinition
    /// The service that it is for.
    public let service: String
    /// Every parameter's value, defaults included.
    public let values: [String: String]
    /// What it acts upon.
    public let target: String

    init(
        definition: ActionDefinition, service: String, values: [String: String]
    ) throws(ActionError) {
        self.definition = definition
        self.service = service
        self.values = values
        target = try definition.target.render { $0 == "service" ? service : values[$0] }
    }

    /// The value of a place: a parameter, a captured value, or one of the action itself.
    /// - Parameters:
    ///   - id: the action's id, which is its idempotency key as well.
    ///   - captured: what steps have found; nil: shown as `<name>`.
    ///   - secret: the value of a secret; nil: shown as `<secret name>`.
    public func value(
        _ name: String, id: String, captured: [NamedValue]?, secret: ((String) -> String?)?
    ) -> String? {
        if name == "service" { return service }
        if name == "id" { return id }
        if let value = values[name] { return value }
        if name.hasPrefix("secret.") {
            let key = String(name.dropFirst("secret.".count))
            guard definition.secrets[key] != nil else { return nil }
            return secret.map { $0(key) } ?? "<secret \(key)>"
        }
        guard let captured else { return "<\(name)>" }
        return captured[name]
    }

    /// What each step of a phase does, for people; nothing that is not known yet is guessed.
    public func lines(_ phase: ActionPhase, id: String) throws(ActionError) -> [String] {
        var lines: [String] = []
        for step in definition.steps[phase] ?? [] {
            let work = try step.render { value($0, id: id, captured: nil, secret: nil) }
            lines += work.lines
        }
        return lines
    }

    /// SHA-256 of all that the action does and how, in hexadecimal digits: what is approved is what
    /// is run. How long it waits between attempts is neither: who changes that changes no plan.
    public func digest() throws(ActionError) -> String {
        var lines = [
            definition.name, target, "\(definition.isIdempotent)", "\(definition.timeoutMs)",
            "\(definition.retries)",
        ]
        for (name, secret) in definition.secrets.sorted(by: { $0.key < $1.key }) {
            switch secret {
            case .file(let template): lines.append("secret \(name) file \(template.source)")
            case .random(let bytes): lines.append("secret \(name) random \(bytes)")
            }
        }
        for phase in ActionPhase.allCases {
            lines.append(phase.rawValue)
            lines += try self.lines(phase, id: "-")
            lines += (definition.steps[phase] ?? []).map(\.terms)
        }
        return SHA256.hexDigest(Array(lines.joined(separator: "\n").utf8))
    }
}
