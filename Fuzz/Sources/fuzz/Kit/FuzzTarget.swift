import Glibc

/// A decoder under libFuzzer: takes any bytes, and stops the process where a promise is broken.
struct FuzzTarget: Sendable {
    /// Its name on the command line, and its folder in corpus/.
    let name: String
    /// Decodes one input.
    let run: @Sendable ([UInt8]) -> Void

    init(_ name: String, _ run: @escaping @Sendable ([UInt8]) -> Void) {
        self.name = name
        self.run = run
    }
}

/// A promise is broken: says which, and stops as a crash does, so that libFuzzer keeps the input.
func violated(_ what: String) -> Never {
    let line = Array("fuzz: \(what)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    abort()
}

/// Stops unless `holds`.
func expect(_ holds: Bool, _ what: @autoclosure () -> String) {
    if !holds { violated(what()) }
}

/// The result of what must not throw here.
func must<Result>(_ what: String, _ body: () throws -> Result) -> Result {
    do { return try body() } catch { violated("\(what): \(error)") }
}
