import Contracts
import Streams

/// The rules that the topics are held against. Each gives a line for every breach.
extension TopicAudit {
    /// What the load was meant to be, counted.
    func expectedCount(_ topic: BusTopic, _ matches: (Expectation) -> Bool) -> Int {
        expected.count { $0.key.topic == topic.rawValue && matches($0.value) }
    }

    /// How many lie dead.
    var deadCount: Int { dead.values.reduce(0) { $0 + $1.count } }

    /// Every order has exactly one final outcome, and none was made up.
    func outcomeBreaches() -> [String] {
        var breaches: [String] = []
        for id in answeredIDs.union(orders.keys).sorted() where finals[id]?.count != 1 {
            breaches.append("\(id): \(finals[id]?.count ?? 0) final outcomes")
        }
        for (id, outcomes) in finals where orders[id] == nil && !answeredIDs.contains(id) {
            // The end of a notification is said under the notification's id.
            let isNotification = outcomes.allSatisfy { $0.action == "notify" }
            if !isNotification || outcomes.count > 1 {
                breaches.append("\(id): \(outcomes.count) outcomes without an order")
            }
        }
        return breaches
    }

    /// Every message of the load lies dead exactly if it has to, once and for the right reason;
    /// nothing else does.
    func deadLetterBreaches() -> [String] {
        var breaches: [String] = []
        for (position, expectation) in expected {
            switch expectation {
            case .deadLetter(let code):
                guard dead[position] != [code.rawValue] else { continue }
                breaches.append("\(position): \(dead[position] ?? []), not [\(code.rawValue)]")
            case .taken, .duplicate:
                if let codes = dead[position] { breaches.append("\(position): dead, \(codes)") }
            }
        }
        for (position, codes) in dead where expected[position] == nil {
            breaches.append("\(position): dead, \(codes)")
        }
        return breaches
    }

    /// Every id that the ingress had to take was passed on exactly once.
    func routingBreaches() -> [String] {
        (takenIDs[BusTopic.ingress.rawValue] ?? []).compactMap { id in
            let count = [BusTopic.signal, .request].reduce(0) {
                $0 + (routed["\($1.rawValue)/\(id)"] ?? 0)
            }
            return count == 1 ? nil : "\(id): passed on \(count) times"
        }
    }

    /// No incident is opened twice, and no service has two that are not resolved.
    func incidentBreaches() -> [String] {
        var breaches: [String] = []
        for (service, turns) in incidents {
            var opened: Set<String> = []
            var unresolved: Set<String> = []
            for turn in turns {
                if turn.type == "incident_opened", !opened.insert(turn.incidentId).inserted {
                    breaches.append("\(turn.incidentId): opened twice")
                }
                if turn.state == .resolved {
                    unresolved.remove(turn.incidentId)
                } else {
                    unresolved.insert(turn.incidentId)
                }
                if unresolved.count > 1 {
                    breaches.append("\(service): \(unresolved.sorted()) at one time")
                }
            }
        }
        return breaches
    }
}
