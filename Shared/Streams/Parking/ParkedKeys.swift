internal import Contracts

/// The keys of a task of which a message lies on the dead-letter topic, and what may pass.
///
/// On an input whose topic says `order: key`, what comes with a parked key joins its line on the
/// dead-letter topic, until whoever is before it was replayed and taken, or given up. State that
/// depends on the order of a key's messages then comes out as if the bad one had been good.
package final class ParkedKeys {
    /// What is to be done with a message.
    enum Admission: Equatable {
        /// Its key is not parked.
        case free
        /// It comes from the line, and it is its turn.
        case turn(LetterTurn)
        /// It waits in the line.
        case wait(LetterTurn)
    }

    /// The id of the table: none of a reducer's.
    package static let tableID: UInt8 = 251
    /// Most keys that are parked; what comes to lie dead beyond parks nothing.
    static let keysMax = 10_000
    /// A line ends when this time has passed since it began, ms: letters are kept no longer.
    static let keptMs: Int64 = 30 * 86_400_000

    let table = Table<ParkedKey, ParkedLine>(id: tableID, name: "parked")
    private let inputs: [String]
    private let ordered: [Bool]
    private let service: String

    init(inputs: [String], ordered: Set<String>, service: String) {
        self.inputs = inputs
        self.ordered = inputs.map(ordered.contains)
        self.service = service
    }

    /// Whether the record says that a letter was given up: no message of the bus.
    static func isRelease(_ record: borrowing InputRecord) -> Bool {
        record.isTombstone && record.header(DeadLetter.Header.released) != nil
    }

    /// What is to be done with a message. One that has to wait has joined its line.
    func admit(_ record: borrowing InputRecord, nowMs: Int64) -> Admission {
        guard ordered[record.input], table.count > 0, let key = key(of: record),
            var line = table[key]
        else { return .free }
        guard nowMs - line.sinceMs <= Self.keptMs else {
            table[key] = nil
            return .free
        }
        if let turn = turn(of: record), turn.line == line.line, line.isWaiting(turn.number) {
            return turn.number == line.turn ? .turn(turn) : .wait(turn)
        }
        let number = line.join()
        table[key] = line
        return .wait(LetterTurn(service: service, line: line.line, number: number))
    }

    /// The message could not be taken: its key is parked.
    /// - Returns: its place in the line, if it has one.
    func park(_ record: borrowing InputRecord, nowMs: Int64) -> LetterTurn? {
        guard ordered[record.input], table.count < Self.keysMax, let key = key(of: record)
        else { return nil }
        var line = ParkedLine(line: record.offset, sinceMs: nowMs)
        let number = line.join()
        table[key] = line
        return LetterTurn(service: service, line: line.line, number: number)
    }

    /// The message whose turn it was has been taken.
    func pass(_ record: borrowing InputRecord, _ turn: LetterTurn) {
        _ = leave(record, turn)
    }

    /// A letter was given up.
    /// - Returns: why it cannot be, if it cannot.
    func release(_ record: borrowing InputRecord) -> Rejection? {
        let said = record.header(DeadLetter.Header.released).flatMap { LetterTurn($0) }
        guard let turn = said, turn.service == service else { return nil }
        guard !leave(record, turn) else { return nil }
        return Rejection(
            .refused,
            "more than \(ParkedLine.gapsMax) gaps in the line of the key: give letters up in order")
    }

    /// Forgets lines whose time is over, and those of inputs that keep no order any more.
    func sweep(nowMs: Int64) {
        guard table.count > 0 else { return }
        let kept = Set(zip(inputs, ordered).filter(\.1).map(\.0))
        for key in table.sortedKeys() {
            guard let line = table[key] else { continue }
            if !kept.contains(key.input) || nowMs - line.sinceMs > Self.keptMs { table[key] = nil }
        }
    }

    private func leave(_ record: borrowing InputRecord, _ turn: LetterTurn) -> Bool {
        guard let key = key(of: record), var line = table[key], line.line == turn.line else {
            return true
        }
        guard line.leave(turn.number) else { return false }
        table[key] = line.isOver ? nil : line
        return true
    }

    private func key(of record: borrowing InputRecord) -> ParkedKey? {
        record.copyKey().map { ParkedKey(input: inputs[record.input], key: $0) }
    }

    private func turn(of record: borrowing InputRecord) -> LetterTurn? {
        record.header(DeadLetter.Header.turn).flatMap { LetterTurn($0) }
            .flatMap { $0.service == service ? $0 : nil }
    }
}
