import Glibc
import PolicyFiles
import Testing

/// Files that somebody, or a broken disk, made to do harm.
@Suite struct HostileFileTests {
    private func loadingError(_ home: TemporaryHome) -> String? {
        let error = #expect(throws: PolicyFilesError.self) {
            try PolicyDirectory(home: home.path).loadServices()
        }
        return error.map { home.relative("\($0)") }
    }

    @Test(arguments: [
        (Array("services: &a {b: *a}".utf8), "config/services.yaml:1:11: anchors are not taken"),
        ([0xff, 0xfe, 0x00], nil),
        (Array("services: \u{0}".utf8), nil),
        (Array(String(repeating: "[", count: 10_000).utf8), nil),
        (Array(String(repeating: "{a: ", count: 1_000).utf8), nil),
    ])
    func `harmful bytes are a problem, not a crash`(bytes: [UInt8], expected: String?) throws {
        let home = try TemporaryHome([:])
        try home.write(bytes, to: "config/services.yaml")
        let message = try #require(loadingError(home))
        #expect(message.hasPrefix("config/services.yaml"))
        if let expected { #expect(message == expected) }
    }

    @Test func `a file without an end is a problem`() throws {
        let home = try TemporaryHome([:])
        try home.write([UInt8](repeating: 0x23, count: (4 << 20) + 1), to: "config/services.yaml")
        #expect(
            loadingError(home)
                == "config/services.yaml: larger than 4194304 bytes; is the home directory right?")
    }

    @Test func `every cut of a good file loads or is a problem`() throws {
        let text = Array(
            """
            scrape: {every: 5s}
            services:
              shop: {automation: act, targets: [{instance: a, url: "http://h:1/"}]}
            """.utf8)
        let home = try TemporaryHome([:])
        for count in text.indices {
            try home.write(Array(text[..<count]), to: "config/services.yaml")
            do throws(PolicyFilesError) {
                _ = try PolicyDirectory(home: home.path).loadServices()
            } catch {
                #expect(!error.problems.isEmpty)
            }
        }
    }

    @Test func `a pipe in the place of a file does not make the start wait`() throws {
        let home = try TemporaryHome([:])
        try #require(unsafe mkfifo("\(home.path)/config/services.yaml", 0o600) == 0)
        #expect(
            loadingError(home) == "config/services.yaml: is no file; is the home directory right?")
    }

    @Test func `a folder in the place of a file is a problem`() throws {
        let home = try TemporaryHome([:])
        try #require(unsafe mkdir("\(home.path)/config/services.yaml", 0o700) == 0)
        #expect(
            loadingError(home) == "config/services.yaml: is no file; is the home directory right?")
    }
}
