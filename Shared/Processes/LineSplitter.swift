/// Cuts a stream of bytes into lines.
struct LineSplitter {
    /// A line longer than this is cut, so that a child that writes no newline costs no memory.
    static let limitBytes = 64 * 1024

    private var pending: [UInt8] = []

    /// Takes the next bytes and gives each line that is complete, without its end.
    mutating func take(_ bytes: ArraySlice<UInt8>, _ emit: (String) -> Void) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                finish(emit)
            } else {
                pending.append(byte)
                if pending.count == Self.limitBytes { finish(emit) }
            }
        }
    }

    /// Gives the last line, if it has no end.
    mutating func end(_ emit: (String) -> Void) {
        if !pending.isEmpty { finish(emit) }
    }

    private mutating func finish(_ emit: (String) -> Void) {
        if pending.last == UInt8(ascii: "\r") { pending.removeLast() }
        emit(String(decoding: pending, as: UTF8.self))
        pending.removeAll(keepingCapacity: true)
    }
}
