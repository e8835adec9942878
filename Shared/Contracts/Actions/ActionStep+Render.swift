internal import JSON

extension ActionStep {
    /// The step with every place filled by `value`.
    public func render(_ value: (String) -> String?) throws(ActionError) -> ActionWork {
        switch effect {
        case .program(let program):
            return .program(
                ActionWork.Program(
                    arguments: try Self.render(program.arguments, value),
                    environment: try Self.render(program.environment, value),
                    directory: program.directory ?? "/",
                    input: try program.input?.render(value),
                    expectedStatus: program.expectedStatus))
        case .call(let call):
            return .call(
                ActionWork.Call(
                    method: call.method, url: try call.url.render(value),
                    headers: try Self.render(call.headers, value),
                    body: try call.body?.render(value), expectedStatus: call.expectedStatus,
                    authorityFile: call.authorityFile))
        case .flags(let settings):
            return .flags(
                try settings.map { (setting) throws(ActionError) in
                    FlagSetting(
                        flag: try ActionTemplate(setting.flag).render(value), value: setting.value)
                })
        case .message(let message):
            return .message(
                topic: message.topic, key: try message.key.render(value),
                value: try message.value.render(value))
        }
    }

    /// Every template of the step with where it stands, and whether it may hold a secret or has to
    /// be quoted.
    public var templates: [(place: String, template: ActionTemplate, allows: Allowance)] {
        ownTemplates + (expectedText.map { [("expectText", $0, .plain)] } ?? [])
    }

    private var ownTemplates: [(String, ActionTemplate, Allowance)] {
        switch effect {
        case .program(let program):
            return program.arguments.enumerated().map { ("run[\($0)]", $1, .plain) }
                + program.environment.sorted { $0.key < $1.key }
                .map { ("environment.\($0.key)", $0.value, .plain) }
                + (program.input.map { [("input", $0, .secretText)] } ?? [])
        case .call(let call):
            return [("http.url", call.url, .url)]
                + call.headers.sorted { $0.key < $1.key }
                .map { ("http.headers.\($0.key)", $0.value, .secret) }
                + (call.body.map { [("http.body", $0, .secretText)] } ?? [])
        case .flags(let settings):
            return settings.compactMap { setting in
                (try? ActionTemplate(setting.flag)).map { ("flags.\(setting.flag)", $0, .plain) }
            }
        case .message(let message):
            return [
                ("message.key", message.key, .plain), ("message.value", message.value, .text),
            ]
        }
    }

    /// How it is done and when it has worked, beside what `ActionWork.lines` say.
    var terms: String {
        var terms = ["\(timeoutMs ?? 0)", "\(pollMs ?? 0)", "\(isEvidence)"]
        terms.append(expectedText?.source ?? "")
        terms.append(expectedOutput?.source ?? "")
        terms.append(capture.map { "\($0.name) \($0.kind.terms)" } ?? "")
        switch effect {
        case .program(let program):
            terms += ["\(program.expectedStatus)", program.directory ?? ""]
        case .call(let call): terms += ["\(call.expectedStatus)", call.authorityFile ?? ""]
        case .flags, .message: break
        }
        return terms.joined(separator: "|")
    }

    /// What a template may hold where it stands.
    public enum Allowance: Sendable, Hashable {
        /// Values as they are.
        case plain
        /// Values; free text only encoded for a URL.
        case url
        /// Values; free text only as JSON or Base64.
        case text
        /// The same, and secrets.
        case secretText
        /// Values as they are, and secrets.
        case secret
    }

    private static func render(
        _ templates: [ActionTemplate], _ value: (String) -> String?
    ) throws(ActionError) -> [String] {
        var texts: [String] = []
        for template in templates { texts.append(try template.render(value)) }
        return texts
    }

    private static func render(
        _ templates: [String: ActionTemplate], _ value: (String) -> String?
    ) throws(ActionError) -> [String: String] {
        var texts: [String: String] = [:]
        for (name, template) in templates { texts[name] = try template.render(value) }
        return texts
    }
}
