internal import Contracts

/// A step of a runbook whose flags are set on the incident's account.
struct Mitigation: Hashable, BinaryCodable {
    /// `<runbook>/<step>`.
    let step: String
    /// The flags that it set and that are not back at rest since.
    var flags: [String]

    init(step: String, flags: [String]) {
        self.step = step
        self.flags = flags
    }

    init(from reader: inout BinaryReader) throws(BinaryError) {
        step = try reader.readString()
        flags = try reader.readList()
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(step)
        writer.write(flags)
    }
}
