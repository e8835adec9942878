internal import Contracts
internal import Glibc

/// The variables of an action's program: those that config/actions.yaml names, those that say which
/// deployment this is, and no others.
enum ProgramEnvironment {
    static func make(
        _ catalog: ActionCatalog, _ program: ActionWork.Program, id: String,
        deployment: [String: String]
    ) -> [String: String] {
        var variables = deployment
        for name in catalog.passedVariables {
            if let value = unsafe getenv(name) { variables[name] = unsafe String(cString: value) }
        }
        for (name, value) in catalog.environment { variables[name] = value }
        for (name, value) in program.environment { variables[name] = value }
        // The key under which the effect is done once, for a program that can use it.
        variables["DREAMNET_ACTION_ID"] = id
        return variables
    }
}
