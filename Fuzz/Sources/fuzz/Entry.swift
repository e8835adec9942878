import Glibc

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzTarget.chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

extension FuzzTarget {
    /// All of them.
    static let all: [FuzzTarget] = [
        .envelope, .payload, .json, .schema, .yaml, .topics, .runbook, .severity, .config,
        .actions, .access,
        .prometheus, .headers, .tables, .transaction, .hotkey, .commandLine, .intake, .views,
    ]

    /// The one that DREAMNET_FUZZ names. The fuzzer's own arguments are libFuzzer's.
    static let chosen: FuzzTarget = {
        let name = getenv("DREAMNET_FUZZ").map { String(cString: $0) } ?? ""
        if let target = all.first(where: { $0.name == name }) { return target }
        if name == "list" {
            let names = Array(all.map { $0.name + "\n" }.joined().utf8)
            _ = write(STDOUT_FILENO, names, names.count)
            // To libFuzzer an exit is a crash.
            _exit(0)
        }
        violated("no target '\(name)'; there are \(all.map(\.name).joined(separator: ", "))")
    }()
}
