internal import Contracts

extension BinaryReader {
    /// A case of an enumeration, written as its raw value.
    mutating func readCase<Case: RawRepresentable<String>>(
        _: Case.Type = Case.self
    ) throws(BinaryError) -> Case {
        guard let value = Case(rawValue: try readString()) else {
            throw BinaryError(.outOfRange, at: 0)
        }
        return value
    }
}
