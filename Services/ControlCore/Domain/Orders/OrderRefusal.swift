internal import Contracts

/// Why an order is refused: the code of its outcome, and a line for people.
struct OrderRefusal: Error, Hashable {
    let code: OutcomeCode
    let reason: String
    let heldBy: [String]

    init(_ code: OutcomeCode, _ reason: String, heldBy: [String] = []) {
        self.code = code
        self.reason = reason
        self.heldBy = heldBy
    }
}
