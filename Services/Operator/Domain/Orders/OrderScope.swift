internal import Contracts

/// What an order is about: one service, or all but some.
public enum OrderScope: Sendable, Hashable {
    /// One service.
    case service(String)
    /// Every service, but for those that it leaves out.
    case all(except: [String])

    /// An action that is named by the id of its command.
    case action(String)

    /// The key of its messages: the service, or `*`.
    public var key: String {
        switch self {
        case .service(let name): name
        case .all, .action: ServiceName.all
        }
    }

    /// For people: `checkout`, `all services except billing`.
    public var words: String {
        switch self {
        case .service(let name): name
        case .action(let id): "action \(id)"
        case .all(let except) where except.isEmpty: "all services"
        case .all(let except): "all services except \(except.joined(separator: ", "))"
        }
    }

    /// The options that say the same on the line: `--service checkout`.
    public var options: String {
        switch self {
        case .service(let name): "--service \(name)"
        case .action: ""
        case .all(let except):
            (["--all"] + except.map { "--except \($0)" }).joined(separator: " ")
        }
    }

    /// Whether a service is meant.
    public func includes(_ service: String) -> Bool {
        switch self {
        case .service(let name): name == service
        case .all(let except): !except.contains(service)
        case .action: false
        }
    }
}
