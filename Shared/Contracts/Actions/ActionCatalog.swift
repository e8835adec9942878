/// Every action of a deployment (config/actions.yaml), and what each service calls its own.
public struct ActionCatalog: Sendable, Hashable {
    /// The action that a service means by a verb, with some parameters given.
    public struct Binding: Sendable, Hashable {
        /// The action.
        public var action: String
        /// Parameters that the service gives.
        public var arguments: [String: String]

        /// A binding.
        public init(action: String, arguments: [String: String] = [:]) {
            self.action = action
            self.arguments = arguments
        }
    }

    /// The actions by name.
    public var actions: [String: ActionDefinition]
    /// Per service, the verbs (`rollback`, `restart`) and the actions behind them.
    public var services: [String: [String: Binding]]
    /// Variables of every program.
    public var environment: [String: String]
    /// Variables of control-core's own that every program gets.
    public var passedVariables: [String]
    /// Where evidence is kept: below the home directory, if it is not absolute.
    public var evidenceFolder: String
    /// How long an action waits for its second person, ms.
    public var approvalMs: Int64
    /// After how long a commander may approve an action of its own alone, ms.
    public var soloAfterMs: Int64

    /// Actions; by default none.
    public init(
        actions: [String: ActionDefinition] = [:], services: [String: [String: Binding]] = [:],
        environment: [String: String] = [:], passedVariables: [String] = [],
        evidenceFolder: String = "evidence", approvalMs: Int64 = 15 * 60_000,
        soloAfterMs: Int64 = 120_000
    ) {
        self.actions = actions
        self.services = services
        self.environment = environment
        self.passedVariables = passedVariables
        self.evidenceFolder = evidenceFolder
        self.approvalMs = approvalMs
        self.soloAfterMs = soloAfterMs
    }

    /// What `name` with these parameters means for a service: its own verb, or an action.
    public func call(
        _ name: String, service: String, arguments given: [NamedValue]
    ) throws(ActionError) -> ActionCall {
        let binding = services[service]?[name]
        guard let definition = actions[binding?.action ?? name] else {
            throw ActionError(.unknownAction, unknown(name, service: service))
        }
        guard Set(given.map(\.name)).count == given.count else {
            throw ActionError(.parameter, "a parameter is given twice")
        }
        var values = binding?.arguments ?? [:]
        for argument in given {
            guard definition.parameters.contains(where: { $0.name == argument.name }) else {
                let names = definition.parameters.map(\.name).joined(separator: ", ")
                throw ActionError(
                    .parameter,
                    "parameter '\(argument.name.prefix(64))': \(definition.name) takes "
                        + (names.isEmpty ? "none" : names))
            }
            if let fixed = binding?.arguments[argument.name], fixed != argument.value {
                throw ActionError(
                    .parameter, "parameter '\(argument.name)': \(service) has fixed it")
            }
            values[argument.name] = argument.value
        }
        for parameter in definition.parameters {
            guard let value = values[parameter.name] ?? parameter.defaultValue else {
                throw ActionError(.parameter, "parameter '\(parameter.name)': missing")
            }
            if let problem = parameter.kind.problem(with: value) {
                throw ActionError(.parameter, "parameter '\(parameter.name)': \(problem)")
            }
            values[parameter.name] = value
        }
        return try ActionCall(definition: definition, service: service, values: values)
    }

    private func unknown(_ name: String, service: String) -> String {
        let verbs = services[service].map { $0.keys.sorted() } ?? []
        return "no action '\(name.prefix(64))' for \(service)"
            + (verbs.isEmpty
                ? "; config/actions.yaml binds none to it"
                : "; it has \(verbs.joined(separator: ", "))")
    }
}
