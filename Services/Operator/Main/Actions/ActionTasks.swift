internal import CommandLineKit
internal import Contracts
internal import OperatorDomain
internal import PolicyFiles
internal import Runtime

/// Lists actions, and shows what one would do: from config/actions.yaml alone.
struct ActionTasks: Sendable {
    private let invocation: Invocation
    private let home: String

    init(_ invocation: Invocation) throws {
        self.invocation = invocation
        home = try invocation[ConnectionOptions.home]
    }

    func show(_ task: OperatorTask) throws -> ExitCode {
        switch task {
        case .planAction(let service, let action, let arguments):
            try plan(service: service, action: action, arguments: arguments)
        case .planEverywhere(let action, let arguments):
            try planEverywhere(action: action, arguments: arguments)
        case .actions(let service): try list(service: service)
        default: try list(service: nil)
        }
    }

    private func list(service: String?) throws -> ExitCode {
        let report = ActionListReport(try catalog(), service: service)
        invocation.out.write(
            invocation.wantsJSON
                ? try JSONText.document(report) : report.text(for: invocation.out))
        return .success
    }

    private func plan(service: String, action: String, arguments: [NamedValue]) throws -> ExitCode {
        let call = try call(service: service, action: action, arguments: arguments)
        let report = try ActionPlanReport(call, action: action)
        invocation.out.write(
            invocation.wantsJSON
                ? try JSONText.document(report) : report.text(for: invocation.out))
        return .success
    }

    /// Shows what a verb would do to each service that has it.
    private func planEverywhere(action: String, arguments: [NamedValue]) throws -> ExitCode {
        for service in try services(with: action) {
            _ = try plan(service: service, action: action, arguments: arguments)
        }
        return .success
    }

    /// The services that have a verb, by name.
    func services(with verb: String) throws -> [String] {
        let services = try catalog().services.filter { $0.value[verb] != nil }.keys.sorted()
        guard !services.isEmpty else {
            throw CommandFailure(
                "no service has '\(verb)'", hint: "The end of config/actions.yaml binds verbs.",
                exitCode: .usage)
        }
        return services
    }

    /// The plan of an order, for the person who gives it; nil where the actions are not known
    /// here, or say no: control-core knows them.
    static func report(
        of payload: CommandPayload, _ invocation: Invocation
    ) -> ActionPlanReport? {
        guard let tasks = try? ActionTasks(invocation), let service = payload.service,
            let action = payload.action,
            let call = try? tasks.call(
                service: service, action: action, arguments: payload.arguments ?? [])
        else { return nil }
        return try? ActionPlanReport(call, action: action)
    }

    private func call(
        service: String, action: String, arguments: [NamedValue]
    ) throws -> ActionCall {
        do throws(ActionError) {
            return try catalogOrError().call(action, service: service, arguments: arguments)
        } catch {
            throw CommandFailure(
                error.message, hint: "dreamnet actions list --service \(service)",
                exitCode: .usage)
        }
    }

    private func catalogOrError() throws(ActionError) -> ActionCatalog {
        do { return try catalog() } catch {
            throw ActionError(.unknownAction, "\(error)")
        }
    }

    private func catalog() throws -> ActionCatalog {
        do throws(PolicyFilesError) {
            return try PolicyDirectory(home: home).loadActions().value
        } catch {
            throw CommandFailure(
                "config/actions.yaml is wrong:\n\(error)",
                hint: "--home or DREAMNET_HOME says where it is.", exitCode: .usage)
        }
    }
}
