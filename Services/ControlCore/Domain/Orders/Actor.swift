internal import Contracts

/// Who gives an order, and as whom flags are held.
struct Actor: Hashable {
    static let personPrefix = "person/"
    static let servicePrefix = "service/"

    /// The name for the record: a person's, or `service/<name>`.
    let author: String
    /// `person/<name>`, `incident/<id>` or `service/<name>`.
    let holder: String

    /// Whether it is a person: people come first, and are bound by neither brake nor freshness.
    var isPerson: Bool { holder.hasPrefix(Self.personPrefix) }

    init(author: String, holder: String) {
        self.author = author
        self.holder = holder
    }

    init(person: String) {
        author = person
        holder = Self.personPrefix + person
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
