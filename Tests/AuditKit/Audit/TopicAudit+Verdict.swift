import Streams

package import Contracts

/// The rules that the topics are held against. Each gives a breach for everything that is not so.
extension TopicAudit {
    /// What the load was meant to be, counted.
    package func expectedCount(_ topic: BusTopic, _ matches: (Fate) -> Bool) -> Int {
        expected.count { $0.key.topic == topic.rawValue && matches($0.value) }
    }

    /// How many lie dead.
    package var deadCount: Int { dead.values.reduce(0) { $0 + $1.count } }

    /// Everything that is wrong, given how much of each kind was sent.
    package func breaches(sent: LoadCounts) -> [Breach] {
        faults + countBreaches(sent) + outcomeBreaches() + deadLetterBreaches()
            + routingBreaches() + incidentBreaches()
            + FlagFold(self).differences(from: flags).map { Breach(.wrong, $0) }
    }

    /// What was sent is there, and nothing but it.
    package func countBreaches(_ sent: LoadCounts) -> [Breach] {
        let passedOn = routed.reduce(0) {
            $0 + ($1.key.hasPrefix(BusTopic.signal.rawValue + "/") ? $1.value : 0)
        }
        let wanted = [
            (BusTopic.command, sent.commands), (.ingress, sent.ingress),
            (.signal, sent.signals + passedOn),
        ]
        return wanted.compactMap { topic, wanted in
            let count = counts[topic.rawValue] ?? 0
            return count == wanted
                ? nil
                : Breach(
                    count < wanted ? .lost : .doubled,
                    "\(topic.rawValue): \(count) messages, not \(wanted)")
        }
    }

    /// Every order has exactly one final outcome, and none was made up.
    package func outcomeBreaches() -> [Breach] {
        var breaches: [Breach] = []
        for id in answeredIDs.union(orders.keys).sorted() where finals[id]?.count != 1 {
            let count = finals[id]?.count ?? 0
            breaches.append(Breach(count: count, "\(id): \(count) final outcomes"))
        }
        for (id, outcomes) in finals where orders[id] == nil && !answeredIDs.contains(id) {
            // The end of a notification is said under the notification's id.
            let isNotification = outcomes.allSatisfy { $0.action == "notify" }
            if !isNotification || outcomes.count > 1 {
                breaches.append(
                    Breach(
                        isNotification ? .doubled : .wrong,
                        "\(id): \(outcomes.count) outcomes without an order"))
            }
        }
        return breaches
    }

    /// Every message of the load lies dead exactly if it has to, once and for the right reason;
    /// nothing else does.
    package func deadLetterBreaches() -> [Breach] {
        var breaches: [Breach] = []
        for (position, expectation) in expected {
            let codes = dead[position] ?? []
            switch expectation {
            case .deadLetter(let code):
                guard codes != [code.rawValue] else { continue }
                let isRepeated = codes.count > 1
                breaches.append(
                    Breach(
                        codes.isEmpty ? .lost : isRepeated ? .doubled : .wrong,
                        "\(position): \(codes), not [\(code.rawValue)]"))
            case .taken, .duplicate:
                if !codes.isEmpty { breaches.append(Breach(.wrong, "\(position): dead, \(codes)")) }
            }
        }
        for (position, codes) in dead where expected[position] == nil {
            breaches.append(Breach(.wrong, "\(position): dead, \(codes)"))
        }
        return breaches
    }

    /// Every id that the ingress had to take was passed on exactly once.
    package func routingBreaches() -> [Breach] {
        (takenIDs[BusTopic.ingress.rawValue] ?? []).compactMap { id in
            let count = [BusTopic.signal, .request].reduce(0) {
                $0 + (routed["\($1.rawValue)/\(id)"] ?? 0)
            }
            return count == 1 ? nil : Breach(count: count, "\(id): passed on \(count) times")
        }
    }

    /// No incident is opened twice, and no service has two that are not resolved.
    package func incidentBreaches() -> [Breach] {
        var breaches: [Breach] = []
        for (service, turns) in incidents {
            var opened: Set<String> = []
            var unresolved: Set<String> = []
            for turn in turns {
                if turn.type == "incident_opened", !opened.insert(turn.incidentId).inserted {
                    breaches.append(Breach(.doubled, "\(turn.incidentId): opened twice"))
                }
                if turn.state == .resolved {
                    unresolved.remove(turn.incidentId)
                } else {
                    unresolved.insert(turn.incidentId)
                }
                if unresolved.count > 1 {
                    breaches.append(
                        Breach(.doubled, "\(service): \(unresolved.sorted()) at one time"))
                }
            }
        }
        return breaches
    }
}
