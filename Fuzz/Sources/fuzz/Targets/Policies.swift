import Contracts
import ControlCoreDomain
import PolicyFiles

extension FuzzTarget {
    /// config/actions.yaml: what is read has a plan, always the same, and control-core takes it.
    static let actions = FuzzTarget("actions") { bytes in
        let home = Homes.policy
        home.write(bytes, to: "config/actions.yaml")
        guard
            let loaded = check({ () throws(PolicyFilesError) in
                try PolicyDirectory(home: home.path).loadActions()
            })
        else { return }
        let catalog = loaded.value
        for (name, action) in catalog.actions {
            expect(action.name == name, "\(name) is named \(action.name)")
            expect(!action.roles.isEmpty, "\(name) is for nobody")
            guard let call = try? catalog.call(name, service: "shop", arguments: []) else {
                continue
            }
            plan(call)
        }
        for (service, verbs) in catalog.services {
            for verb in verbs.keys {
                guard let call = try? catalog.call(verb, service: service, arguments: []) else {
                    continue
                }
                plan(call)
            }
        }
    }

    /// config/access.yaml, with the other files of control-core as they are shipped.
    static let access = FuzzTarget("access") { bytes in
        let home = Homes.policy
        home.write(bytes, to: "config/access.yaml")
        guard
            let loaded = check({ () throws(PolicyFilesError) in
                try PolicyDirectory(home: home.path).loadControlCore(settingPartitions: 1)
            })
        else { return }
        let policy = loaded.value.access
        for (name, principal) in policy.principals {
            expect(!name.isEmpty && name.utf8.count <= 128, "a person without a name")
            expect(principal.role != .automation, "\(name) is the automation")
            expect(principal.publicKeys.allSatisfy { $0.count == 32 }, "a key of another length")
        }
        for (name, keys) in policy.services {
            expect(ServiceName.isValid(name) && !keys.isEmpty, "service '\(name)'")
            expect(keys.allSatisfy { $0.count == 32 }, "a key of another length")
        }
        if policy.requiresSignatures {
            expect(
                policy.principals.values.contains {
                    $0.role != .viewer && !$0.publicKeys.isEmpty
                }, "nobody can give an order")
        }
        _ = ControlCoreReducer(policy: loaded.value)
    }

    private static func plan(_ call: ActionCall) {
        for phase in ActionPhase.allCases {
            let first = try? call.lines(phase, id: "a1")
            let second = try? call.lines(phase, id: "a1")
            expect(first == second, "a plan that says two things")
        }
        expect((try? call.digest()) == (try? call.digest()), "a digest that says two things")
    }
}
