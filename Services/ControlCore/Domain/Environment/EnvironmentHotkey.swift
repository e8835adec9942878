internal import Contracts

/// A variable of control-core's environment that stands for an order to all services, such as
/// `SAFE_MODE=on` or `CITADEL_ENABLED=false` (seed 001, "Hotkeys").
public struct EnvironmentHotkey: Sendable, Hashable {
    private enum Meaning {
        case turns(CommandType)
        case module(String)
    }

    /// The variables that there are.
    public static let names = [
        "SAFE_MODE", "WRITE_DRAIN", "CITADEL_ENABLED", "DOME_SCAN_ENABLED",
        "AI_EMBEDDINGS_ENABLED", "USE_LATENT_COLLABORATION",
    ]

    /// The variable.
    public let name: String
    /// Its value, one of those that are allowed.
    public let value: String

    /// A variable with a value, in capitals or not.
    public init(_ name: String, _ value: String) throws(EnvironmentHotkeyError) {
        guard let allowed = Self.allowed(name) else {
            throw EnvironmentHotkeyError("\(name): no variable that orders anything")
        }
        let lowered = value.lowercased()
        guard allowed.contains(lowered) else {
            throw EnvironmentHotkeyError(
                "environment: \(name)='\(value.prefix(64))': expected \(allowed.joined(separator: " or "))"
            )
        }
        self.name = name
        self.value = lowered
    }

    /// What of `environment` orders something, in the order of `names`. A variable that is empty
    /// is none: compose files pass those on that are not set.
    /// - Throws: one line for each value that is not allowed.
    public static func read(
        _ environment: [String: String]
    ) throws(EnvironmentHotkeyError) -> [EnvironmentHotkey] {
        var hotkeys: [EnvironmentHotkey] = []
        var mistakes: [String] = []
        for name in names {
            guard let value = environment[name], !value.isEmpty else { continue }
            do throws(EnvironmentHotkeyError) {
                hotkeys.append(try EnvironmentHotkey(name, value))
            } catch {
                mistakes.append(error.description)
            }
        }
        guard mistakes.isEmpty else {
            throw EnvironmentHotkeyError(mistakes.joined(separator: "\n"))
        }
        return hotkeys
    }

    /// The order of an instance: to all services, in the name of its environment.
    func request(instance: String) -> RequestPayload {
        var request = RequestPayload(
            type: "", author: Actor(environment: instance).author, all: true,
            reason: "\(name)=\(value) in the environment of \(instance)",
            enabled: value == "on" || value == "true")
        switch Self.meaning(name) {
        case .turns(let type)?: request.type = type.rawValue
        case .module(let module)?:
            request.type = CommandType.setModule.rawValue
            request.module = module
        case nil: break
        }
        return request
    }

    private static func allowed(_ name: String) -> [String]? {
        switch meaning(name) {
        case .turns: ["on", "off"]
        case .module: ["true", "false"]
        case nil: nil
        }
    }

    private static func meaning(_ name: String) -> Meaning? {
        switch name {
        case "SAFE_MODE": .turns(.setSafeMode)
        case "WRITE_DRAIN": .turns(.setWriteDrain)
        case "CITADEL_ENABLED": .module("citadel")
        case "DOME_SCAN_ENABLED": .module("dome_scan")
        case "AI_EMBEDDINGS_ENABLED": .module("ai_embeddings")
        case "USE_LATENT_COLLABORATION": .module("latent_collaboration")
        default: nil
        }
    }
}

/// A variable whose value is none that is allowed.
public struct EnvironmentHotkeyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A line for each: the variable, its value, what is allowed.
    public let description: String

    init(_ description: String) { self.description = description }
}
