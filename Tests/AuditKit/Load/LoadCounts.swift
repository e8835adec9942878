/// How many messages of each kind, for an interval or in all.
package struct LoadCounts: Sendable, Hashable {
    /// Orders of people.
    package var commands: Int
    /// Messages of the ingress.
    package var ingress: Int
    /// Signals that do not take the way by the ingress.
    package var signals: Int

    /// So many.
    package init(commands: Int = 0, ingress: Int = 0, signals: Int = 0) {
        self.commands = commands
        self.ingress = ingress
        self.signals = signals
    }

    /// All together.
    package var total: Int { commands + ingress + signals }

    /// What of this falls into the interval number `index` of `count` equal ones.
    package func share(_ index: Int, of count: Int) -> LoadCounts {
        func part(_ all: Int) -> Int { all * (index + 1) / count - all * index / count }
        return LoadCounts(
            commands: part(commands), ingress: part(ingress), signals: part(signals))
    }
}
