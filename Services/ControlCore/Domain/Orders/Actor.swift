internal import Contracts

/// Who gives an order, and as whom flags are held.
struct Actor: Hashable {
    static let personPrefix = "person/"
    static let servicePrefix = "service/"
    static let environmentPrefix = "environment/"

    /// The name for the record: a person's, or `service/<name>`.
    let author: String
    /// `person/<name>`, `incident/<id>`, `service/<name>` or `environment/<instance>`.
    let holder: String

    /// Whether it is a person: people come first, and are bound by neither brake nor freshness.
    var isPerson: Bool { holder.hasPrefix(Self.personPrefix) }

    /// Whether it acts by itself: people do not, nor does who set a variable of the environment.
    var isAutomation: Bool { !isPerson && !holder.hasPrefix(Self.environmentPrefix) }

    init(author: String, holder: String) {
        self.author = author
        self.holder = holder
    }

    init(person: String) {
        author = person
        holder = Self.personPrefix + person
    }

    init(environment instance: String) {
        author = Self.environmentPrefix + instance
        holder = author
    }

    init(service: String, incidentID: String?) {
        author = service
        if let incidentID {
            holder = "incident/" + incidentID
        } else {
            holder =
                service.hasPrefix(Self.servicePrefix) ? service : Self.servicePrefix + service
        }
    }
}
