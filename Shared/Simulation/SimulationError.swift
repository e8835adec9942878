/// Why a run could not begin.
package struct SimulationError: Error, Sendable, CustomStringConvertible {
    /// What was wrong.
    package let description: String

    init(_ description: String) { self.description = description }
}
