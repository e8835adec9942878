internal import Contracts
internal import YAML

/// config/actions.yaml.
struct ActionsFile {
    static let name = "config/actions.yaml"

    static func read(_ home: PolicyHome, _ findings: inout Findings) -> ActionCatalog {
        var catalog = ActionCatalog()
        guard let map = home.optionalMapping(of: name, isNeeded: false, &findings) else {
            return catalog
        }
        catalog.environment = texts(map, "environment", &findings)
        catalog.passedVariables =
            findings.read { () throws(YAMLError) in
                try map.optionalStrings("passVariables")
            } ?? []
        findings.set(&catalog.evidenceFolder) { () throws(YAMLError) in
            try map.optionalString("evidenceFolder")
        }
        findings.set(&catalog.approvalMs) { () throws(YAMLError) in
            try map.optionalDurationMs("approvalTimeout", in: 10_000...86_400_000)
        }
        findings.set(&catalog.soloAfterMs) { () throws(YAMLError) in
            try map.optionalDurationMs("soloAfter", in: 1_000...86_400_000)
        }
        for (name, mark, field) in entries(map, "actions", &findings) {
            guard isName(name) else {
                findings.fail(
                    YAMLError(
                        .invalidValue, "\(field.path): expected a name of a-z, 0-9 and '-'",
                        at: mark))
                continue
            }
            if let action = ActionReader.read(name, field, &findings) {
                catalog.actions[name] = action
            }
        }
        for (service, mark, field) in entries(map, "services", &findings) {
            guard ServiceName.isValid(service) else {
                findings.fail(
                    YAMLError(
                        .invalidValue, "\(field.path): '\(service)' is no name of a service",
                        at: mark))
                continue
            }
            bind(service, field, &catalog, &findings)
        }
        for (service, verbs) in catalog.services.sorted(by: { $0.key < $1.key }) {
            for (verb, binding) in verbs.sorted(by: { $0.key < $1.key })
            where catalog.actions[binding.action]?.everywhere == verb {
                findings.conflict(
                    "services.\(service).\(verb): its action goes everywhere by this very verb",
                    at: map.optional("services")?.mark ?? map.mark)
            }
        }
        findings.close(map)
        return catalog
    }

    // MARK: - Services

    private static func bind(
        _ service: String, _ field: YAMLField, _ catalog: inout ActionCatalog,
        _ findings: inout Findings
    ) {
        guard let verbs = findings.read({ () throws(YAMLError) in try field.mapping() }) else {
            return
        }
        for (verb, mark, field) in verbs.entries() {
            guard isName(verb) else {
                findings.fail(
                    YAMLError(
                        .invalidValue, "\(field.path): expected a name of a-z, 0-9 and '-'",
                        at: mark))
                continue
            }
            guard let map = findings.read({ () throws(YAMLError) in try field.mapping() }),
                let action = findings.read({ () throws(YAMLError) in try map.string("action") })
            else { continue }
            let arguments = texts(map, "with", &findings)
            findings.close(map)
            let binding = ActionCatalog.Binding(action: action, arguments: arguments)
            if let definition = catalog.actions[action] {
                check(binding, of: definition, map, &findings)
            } else {
                let names = catalog.actions.keys.sorted().joined(separator: ", ")
                findings.conflict(
                    "\(map.path).action: '\(action)' is no action; expected one of \(names)",
                    at: map.optional("action")?.mark ?? map.mark)
            }
            catalog.services[service, default: [:]][verb] = binding
        }
    }

    private static func check(
        _ binding: ActionCatalog.Binding, of definition: ActionDefinition, _ map: YAMLMapping,
        _ findings: inout Findings
    ) {
        let given = findings.read { () throws(YAMLError) in
            try map.optionalMapping("with")?.entries() ?? []
        }
        for (name, mark, field) in given ?? [] {
            guard let parameter = definition.parameters.first(where: { $0.name == name }) else {
                findings.conflict("\(field.path): \(definition.name) takes no '\(name)'", at: mark)
                continue
            }
            if let problem = parameter.kind.problem(with: binding.arguments[name] ?? "") {
                findings.fail(field.error(problem))
            }
        }
    }

    // MARK: - Parts

    static func entries(
        _ map: YAMLMapping, _ key: String, _ findings: inout Findings
    ) -> [(key: String, keyMark: YAMLMark, field: YAMLField)] {
        findings.read { () throws(YAMLError) in try map.optionalMapping(key)?.entries() ?? [] }
            ?? []
    }

    static func texts(
        _ map: YAMLMapping, _ key: String, _ findings: inout Findings
    ) -> [String: String] {
        var texts: [String: String] = [:]
        for (name, _, field) in entries(map, key, &findings) {
            findings.set(&texts[name]) { () throws(YAMLError) in .some(try field.string()) }
        }
        return texts
    }

    /// 1 to 64 of `a-z`, `0-9` and `-`, beginning with a letter.
    static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, (0x61...0x7a).contains(first), name.utf8.count <= 64
        else { return false }
        return name.utf8.allSatisfy {
            (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
        }
    }
}
