internal import Contracts

/// Turns a well-formed request into an order, or says what is wrong with it.
struct OrderReader {
    let policy: ControlCorePolicy

    /// Longest text that a field takes, in UTF-8 bytes.
    private static let textBytesMax = 4096
    /// Longest name of an author or a module, in UTF-8 bytes.
    private static let nameBytesMax = 128
    /// Most services that an order to all leaves out.
    private static let exceptMax = 1_000

    func order(
        id: String, role: Role, fromPeople: Bool, isOfEnvironment: Bool = false,
        _ asReceived: RequestPayload
    ) throws(OrderRefusal) -> Order {
        let request =
            asReceived.type == CommandType.hotkey.rawValue
            ? try Hotkey.expand(asReceived) : asReceived
        guard let type = CommandType(rawValue: request.type) else {
            throw OrderRefusal(.unknownType, "no such command: \(request.type.prefix(64))")
        }
        try checkTexts(request)
        let actor =
            isOfEnvironment
            ? Actor(
                environment: String(request.author.dropFirst(Actor.environmentPrefix.count)))
            : try actor(role: role, fromPeople: fromPeople, request)
        let service = try service(type, request)
        return Order(
            id: id, type: type, action: try action(type, request, service: service), actor: actor,
            service: service, request: request)
    }

    private func checkTexts(_ request: RequestPayload) throws(OrderRefusal) {
        for (name, text) in [
            ("reason", request.reason), ("title", request.title), ("text", request.text),
        ] where (text?.utf8.count ?? 0) > Self.textBytesMax {
            throw OrderRefusal(.invalid, "\(name): longer than \(Self.textBytesMax) bytes")
        }
        guard (request.except ?? []).count <= Self.exceptMax,
            (request.incidentId?.utf8.count ?? 0) <= Self.nameBytesMax,
            (request.runbook?.utf8.count ?? 0) <= Self.nameBytesMax,
            (request.step?.utf8.count ?? 0) <= Self.nameBytesMax,
            (request.flag?.utf8.count ?? 0) <= 2 * Self.nameBytesMax
        else {
            throw OrderRefusal(
                .invalid, "except, incidentId, runbook, step or flag: longer than is taken")
        }
        guard isName(request.author) else {
            throw OrderRefusal(
                .invalid, "author: expected 1 to \(Self.nameBytesMax) printable characters")
        }
    }

    private func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= Self.nameBytesMax
            && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
    }

    private func actor(
        role: Role, fromPeople: Bool, _ request: RequestPayload
    ) throws(OrderRefusal) -> Actor {
        if role == .operator { return Actor(person: request.author) }
        guard !fromPeople else {
            throw OrderRefusal(
                .notAllowed, "role: \(role.rawValue) may not command; services use nervous.request")
        }
        if let incident = request.incidentId, ServiceName.ofIncident(incident) == nil {
            throw OrderRefusal(.invalid, "incidentId: expected <service>.<8 hex digits>")
        }
        return Actor(service: request.author, incidentID: request.incidentId)
    }

    /// The service that an order is about, or `*`.
    private func service(
        _ type: CommandType, _ request: RequestPayload
    ) throws(OrderRefusal) -> String {
        if type.isDirective, type != .declareIncident {
            guard let incident = request.incidentId,
                let service = ServiceName.ofIncident(incident)
            else { throw OrderRefusal(.invalid, "incidentId: expected <service>.<8 hex digits>") }
            return service
        }
        // Those of an action that is named by its id; who carries it out knows its service.
        if type.actsOnAction { return ServiceName.all }
        for name in request.except ?? [] where !ServiceName.isValid(name) {
            throw OrderRefusal(.invalid, "except: '\(name.prefix(64))' is no name of a service")
        }
        switch (request.service, request.all ?? false) {
        case (nil, true):
            guard type != .runAction else {
                throw OrderRefusal(.invalid, "service: an action is of one service")
            }
            guard type != .declareIncident else {
                throw OrderRefusal(.invalid, "service: an incident is of one service")
            }
            return ServiceName.all
        case (let service?, false):
            guard ServiceName.isValid(service) else {
                throw OrderRefusal(
                    .invalid, "service: '\(service.prefix(64))' is no name of a service")
            }
            return service
        case (nil, false):
            throw OrderRefusal(.invalid, "service: missing; name one, or say all: true")
        case (_?, true):
            throw OrderRefusal(.invalid, "service and all: only one of them")
        }
    }

    private func action(
        _ type: CommandType, _ request: RequestPayload, service: String
    ) throws(OrderRefusal) -> Order.Action {
        switch type {
        case .hotkey: throw OrderRefusal(.invalid, "hotkey: stands for no other hotkey")
        case .setSafeMode:
            // Seed 000, enableSafeMode: the three flags are set together.
            return try turn(
                request,
                holding: [
                    .init(flag: FlagRules.safeMode, value: .bool(true)),
                    .init(flag: FlagRules.toolUse, value: .bool(false)),
                    .init(flag: FlagRules.externalCalls, value: .bool(false)),
                ])
        case .setWriteDrain:
            return try turn(
                request, holding: [.init(flag: FlagRules.writeDrain, value: .bool(true))])
        case .setKillSwitch:
            return try turn(
                request, holding: [.init(flag: FlagRules.killSwitch, value: .bool(true))])
        case .setModule: return try module(request)
        case .setRateLimit:
            let percent = request.percent ?? policy.rateLimitPercent
            guard percent > 0, percent <= 100 else {
                throw OrderRefusal(.invalid, "percent: expected above 0 to 100")
            }
            return try turn(
                request, holding: [.init(flag: FlagRules.rateLimit, value: .number(percent))])
        case .setAutoscale:
            let factor = request.factor ?? policy.autoscaleFactor
            guard factor >= 1, factor <= 100 else {
                throw OrderRefusal(.invalid, "factor: expected 1 to 100")
            }
            return try turn(
                request, holding: [.init(flag: FlagRules.autoscale, value: .number(factor))])
        case .setMonitor: return try setting(.monitor, request, levels: ["increase", "normal"])
        case .setAlertThreshold:
            return try setting(.alertThreshold, request, levels: ["lower", "normal"])
        case .pauseAutomation: return .set(.automation, value: "paused")
        case .resumeAutomation: return .set(.automation, value: "running")
        case .releaseFlag: return try release(request)
        case .declareIncident, .ackIncident, .noteIncident, .setIncidentSeverity,
            .resolveIncident:
            try checkDirective(type, request)
            return .direct
        case .quarantineAgent, .releaseAgent: return try quarantine(type, request)
        case .setEmergency: return try emergency(request)
        case .runAction: return try run(request, service: service)
        case .approveAction, .refuseAction, .settleAction, .undoAction:
            try checkActOn(type, request)
            return .actOn
        }
    }

    private func turn(
        _ request: RequestPayload, holding targets: [Order.FlagTarget]
    ) throws(OrderRefusal) -> Order.Action {
        guard let enabled = request.enabled else {
            throw OrderRefusal(.invalid, "enabled: missing; expected true or false")
        }
        return enabled ? .hold(targets) : .letGo(targets.map(\.flag))
    }

    private func module(_ request: RequestPayload) throws(OrderRefusal) -> Order.Action {
        guard let module = request.module, isName(module),
            !module.contains(where: { "/|".contains($0) })
        else {
            throw OrderRefusal(.invalid, "module: expected a name without '/' and '|'")
        }
        guard let enabled = request.enabled else {
            throw OrderRefusal(.invalid, "enabled: missing; expected true or false")
        }
        let flag = FlagRules.module(module)
        return enabled ? .letGo([flag]) : .hold([.init(flag: flag, value: .bool(false))])
    }

    private func setting(
        _ name: SettingName, _ request: RequestPayload, levels: [String]
    ) throws(OrderRefusal) -> Order.Action {
        guard let level = request.level, levels.contains(level) else {
            throw OrderRefusal(.invalid, "level: expected \(levels.joined(separator: " or "))")
        }
        return .set(name, value: level)
    }

    private func release(_ request: RequestPayload) throws(OrderRefusal) -> Order.Action {
        guard let flag = request.flag, FlagRules.rest(flag) != nil else {
            throw OrderRefusal(.invalid, "flag: no such flag")
        }
        return .letGo([flag])
    }

    private func checkDirective(
        _ type: CommandType, _ request: RequestPayload
    ) throws(OrderRefusal) {
        switch type {
        case .declareIncident where request.severity == nil:
            throw OrderRefusal(.invalid, "severity: missing; expected P0, P1, P2 or P3")
        case .declareIncident where (request.title ?? "").isEmpty:
            throw OrderRefusal(.invalid, "title: missing")
        case .setIncidentSeverity where request.severity == nil:
            throw OrderRefusal(.invalid, "severity: missing; expected P0, P1, P2 or P3")
        case .noteIncident where (request.text ?? "").isEmpty:
            throw OrderRefusal(.invalid, "text: missing")
        default: return
        }
    }
}
