internal import CommandLineKit
internal import Contracts

/// Makes orders of what stands on a line.
struct OrderBuilder: Sendable {
    let arguments: OperatorArguments
    let shell: any OperatorShell

    /// Sends an order about services: `--service`, or `--all` and `--except`.
    func sendToServices(
        _ type: CommandType, _ invocation: Invocation,
        _ fill: (inout CommandPayload) throws -> Void
    ) async throws -> ExitCode {
        let scope = try scope(invocation)
        var payload = try start(type, invocation)
        switch scope {
        case .service(let name): payload.service = name
        case .all(let except):
            payload.all = true
            payload.except = except.isEmpty ? nil : except
        case .action(let id): payload.actionId = id
        }
        payload.override = try invocation[arguments.override] ? true : nil
        payload.expiresAt = try invocation[arguments.duration].map { shell.nowMs() + $0 }
        try fill(&payload)
        // Orders that are not about flags do not declare it.
        if (try? invocation[arguments.breakGlass]) == true {
            return try await giveByBreakGlass(payload, scope, invocation)
        }
        return try await send(
            payload, scope, isConfirmed: try invocation[arguments.yes], invocation)
    }

    private func giveByBreakGlass(
        _ payload: CommandPayload, _ scope: OrderScope, _ invocation: Invocation
    ) async throws -> ExitCode {
        guard FlagOrder(payload) != nil else {
            throw UsageError(
                .conflictingArguments, path: invocation.path,
                message: "--break-glass is for orders about flags alone")
        }
        guard let keyFile = try invocation[arguments.key] else {
            throw UsageError(
                .missingArgument, path: invocation.path,
                message: "an order by break-glass is always signed, and no key is named",
                hint: "--key FILE, or DREAMNET_KEY; 'dreamnet keys new' makes one.")
        }
        let order = OperatorOrder(
            id: try invocation[arguments.id] ?? shell.newID(), isRepetition: false, scope: scope,
            payload: payload)
        let options = BreakGlassOptions(
            file: try invocation[arguments.breakGlassFile],
            lastKnownFile: try invocation[arguments.lastKnown], keyFile: keyFile,
            isConfirmed: try invocation[arguments.yes])
        return try await shell.perform(.breakGlass(order, options), invocation)
    }

    /// Sends an order about an incident of `service`.
    func sendToIncident(
        _ type: CommandType, service: String, _ invocation: Invocation,
        _ fill: (inout CommandPayload) throws -> Void
    ) async throws -> ExitCode {
        var payload = try start(type, invocation)
        try fill(&payload)
        return try await send(payload, .service(service), isConfirmed: true, invocation)
    }

    /// Sends an order about an action; `timeoutMs` is how long to wait, if the line says nothing.
    func sendAction(
        _ type: CommandType, _ scope: OrderScope, timeoutMs: Int64?, _ invocation: Invocation,
        _ fill: (inout CommandPayload) throws -> Void
    ) async throws -> ExitCode {
        var payload = try start(type, invocation)
        try fill(&payload)
        return try await send(
            payload, scope, isConfirmed: true, timeoutMs: timeoutMs, invocation)
    }

    /// Sends an order for each service that has the verb which `fill` names.
    func sendEverywhere(
        timeoutMs: Int64, _ invocation: Invocation, _ fill: (inout CommandPayload) throws -> Void
    ) async throws -> ExitCode {
        var payload = try start(.runAction, invocation)
        try fill(&payload)
        let (order, options) = try order(
            payload, .all(except: []), isConfirmed: try invocation[arguments.yes],
            timeoutMs: timeoutMs, invocation)
        return try await shell.perform(.runEverywhere(order, options), invocation)
    }

    /// Runs the action that `fill` names with the last version that was good.
    func sendToLastGood(
        _ service: String, healthyMs: Int64, isDryRun: Bool, timeoutMs: Int64,
        _ invocation: Invocation, _ fill: (inout CommandPayload) throws -> Void
    ) async throws -> ExitCode {
        var payload = try start(.runAction, invocation)
        try fill(&payload)
        let (order, options) = try order(
            payload, .service(service), isConfirmed: true, timeoutMs: timeoutMs, invocation)
        return try await shell.perform(
            .toLastGood(order, options, healthyMs: healthyMs, isDryRun: isDryRun), invocation)
    }

    private func send(
        _ payload: CommandPayload, _ scope: OrderScope, isConfirmed: Bool,
        timeoutMs: Int64? = nil, _ invocation: Invocation
    ) async throws -> ExitCode {
        let (order, options) = try order(
            payload, scope, isConfirmed: isConfirmed, timeoutMs: timeoutMs, invocation)
        return try await shell.perform(.order(order, options), invocation)
    }

    private func order(
        _ payload: CommandPayload, _ scope: OrderScope, isConfirmed: Bool, timeoutMs: Int64?,
        _ invocation: Invocation
    ) throws -> (OperatorOrder, OrderOptions) {
        let givenID = try invocation[arguments.id]
        let order = OperatorOrder(
            id: givenID ?? shell.newID(), isRepetition: givenID != nil, scope: scope,
            payload: payload)
        let isWaitSaid = invocation.origin(of: arguments.wait) != .default
        let options = OrderOptions(
            wait: isWaitSaid ? try invocation[arguments.wait] : nil,
            timeoutMs: invocation.origin(of: arguments.timeout) == .default
                ? try timeoutMs ?? invocation[arguments.timeout]
                : try invocation[arguments.timeout],
            isConfirmed: isConfirmed,
            keyFile: try invocation[arguments.key])
        return (order, options)
    }

    private func start(_ type: CommandType, _ invocation: Invocation) throws -> CommandPayload {
        guard let author = try invocation[arguments.author] else {
            throw UsageError(
                .missingArgument, path: invocation.path, message: "nobody says who orders it",
                hint: "Add --as NAME (without it, the environment variable USER is taken).")
        }
        return CommandPayload(
            type: type.rawValue, author: author, reason: try invocation[arguments.reason])
    }

    private func scope(_ invocation: Invocation) throws -> OrderScope {
        let except = try invocation[arguments.except]
        guard let service = try invocation[arguments.service] else {
            return .all(except: Array(Set(except)).sorted())
        }
        guard except.isEmpty else {
            throw UsageError(
                .conflictingArguments, path: invocation.path,
                message: "--except goes with --all, not with --service")
        }
        return .service(service)
    }
}
