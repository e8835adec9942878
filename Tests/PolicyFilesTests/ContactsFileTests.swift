import Effectors
import PolicyFiles
import Testing

@Suite struct ContactsFileTests {
    private static let name = "config/contacts.yaml"

    private func load(_ text: String, _ home: TemporaryHome) throws -> ContactsPolicy {
        try home.write(Array(text.utf8), to: Self.name)
        return try PolicyDirectory(home: home.path).loadContacts().value
    }

    @Test func `secrets come from files, from the environment, or stand there`() throws {
        let home = try TemporaryHome([
            "config/url": "https://chat.example/hook/s3cret\n", "config/token": "Bearer t0ken\r\n",
        ])
        let fromFile = try load(
            """
            webhook:
              urlFile: config/url
              headerFiles: {Authorization: config/token}
              headers: {X-Team: dreamops}
              timeout: 1s
              attempts: 3
              backoff: 200ms
              backoffMax: 2s
            """, home)
        #expect(
            try fromFile.webhookSettings()
                == WebhookSettings(
                    url: "https://chat.example/hook/s3cret",
                    headers: ["Authorization": "Bearer t0ken", "X-Team": "dreamops"],
                    timeoutMs: 1_000, attemptsMax: 3, backoffMs: 200, backoffMaxMs: 2_000))
        let fromEnvironment = try load("webhook: {urlEnvironment: HOOK}", home)
        let settings = try fromEnvironment.webhookSettings { name in
            name == "HOOK" ? "https://chat.example/hook" : nil
        }
        #expect(settings == WebhookSettings(url: "https://chat.example/hook"))
        let plain = try load("webhook: {url: 'http://127.0.0.1:9/hook'}", home)
        #expect(try plain.webhookSettings()?.url == "http://127.0.0.1:9/hook")
    }

    @Test func `a contact has an address of its own, and the patience of all`() throws {
        let home = try TemporaryHome(["config/url": "https://chat.example/security\n"])
        let policy = try load(
            """
            webhook: {url: "https://chat.example/all", attempts: 3}
            contacts:
              security: {urlFile: config/url, headers: {X-Team: security}}
            """, home)
        #expect(
            try policy.contactSettings() == [
                "security": WebhookSettings(
                    url: "https://chat.example/security", headers: ["X-Team": "security"],
                    attemptsMax: 3)
            ])
    }

    @Test(arguments: [
        ("contacts: {security: {url: 'https://a/'}}", "none without a webhook"),
        (
            "webhook: {url: 'https://a/'}\ncontacts: {everyone: {url: 'https://a/'}}",
            "other than 'everyone'"
        ),
        (
            "webhook: {url: 'https://a/'}\ncontacts: {a: {url: 'https://a/', attempts: 1}}",
            "unknown key"
        ),
        ("webhook: {url: 'https://a/'}\ncontacts: {a: {}}", "expected one of url"),
    ])
    func `a mistake in a contact stops the start`(text: String, problem: String) throws {
        let home = try TemporaryHome([:])
        let error = #expect(throws: PolicyFilesError.self) { try load(text, home) }
        #expect("\(error as Any)".contains(problem), "\(error as Any)")
    }

    @Test(arguments: ["", "# nothing", "webhook:"])
    func `without a webhook nobody is told, and that is said`(text: String) throws {
        let home = try TemporaryHome([Self.name: text])
        let loaded = try PolicyDirectory(home: home.path).loadContacts()
        #expect(try loaded.value.webhookSettings() == nil)
        #expect(loaded.warnings.count == 1)
        #expect("\(loaded.warnings)".contains("no webhook: nobody will be told"))
    }

    @Test(arguments: [
        ("webhook: {}", ["1:10: webhook: expected one of url, urlFile and urlEnvironment"]),
        (
            "webhook: {url: 'https://s3cret', urlFile: f}",
            ["1:10: webhook: expected one of url, urlFile and urlEnvironment"]
        ),
        (
            "webhook: {url: 'https://user:s3cret@host/'}",
            ["1:16: webhook.url: expected an http or https address, without user and password"]
        ),
        ("webhok: {}", ["1:1: webhok: unknown key; did you mean 'webhook'?"]),
        (
            "webhook: {urlFile: f, headers: {'a b': x, X-A: 1}, headerFiles: {X-A: f}}",
            [
                "1:33: webhook.headers: 'a b' is no name of a header",
                "1:66: webhook.headerFiles: 'X-A' is there twice",
            ]
        ),
        (
            "webhook: {urlFile: f, backoff: 10s, backoffMax: 1s}",
            ["1:49: webhook.backoffMax: less than backoff, 10000 ms"]
        ),
    ])
    func `a mistake is shown with its place`(text: String, expected: [String]) throws {
        let found = try problems([Self.name: text]) { directory throws(PolicyFilesError) in
            try directory.loadContacts()
        }
        #expect(found == expected.map { "\(Self.name):\($0)" })
    }

    @Test(arguments: [
        ("urlFile: config/none", "config/none cannot be read: No such file or directory"),
        ("urlFile: config/empty", "the secret is empty"),
        ("urlFile: config/bytes", "config/bytes is not UTF-8"),
        ("urlFile: config", "config is no file"),
        ("urlFile: config/bad", "expected an http or https address, without user and password"),
        ("urlEnvironment: NONE", "the environment has no NONE"),
    ])
    func `a secret that cannot be had is said without showing it`(
        line: String, expected: String
    ) throws {
        let home = try TemporaryHome(["config/empty": "\n", "config/bad": "s3cret"])
        try home.write([0xff, 0xfe], to: "config/bytes")
        let policy = try load("webhook:\n  \(line)", home)
        let error = #expect(throws: PolicyFilesError.self) {
            try policy.webhookSettings { _ in nil }
        }
        let column = line.split(separator: " ")[0].utf8.count + 4
        let path = line.split(separator: ":")[0]
        #expect(
            error.map { home.relative("\($0)") }
                == "\(Self.name):2:\(column): webhook.\(path): \(expected)")
    }

    @Test func `a header with a line end in it is refused`() throws {
        let home = try TemporaryHome(["config/token": "a\nX-Evil: b"])
        let policy = try load(
            "webhook: {url: 'https://h', headerFiles: {Authorization: config/token}}", home)
        let error = #expect(throws: PolicyFilesError.self) { try policy.webhookSettings() }
        #expect(
            error.map { home.relative("\($0)") }
                == "\(Self.name):1:58: webhook.headerFiles.Authorization: a header takes one line "
                + "of ASCII")
    }

    @Test func `notifications in the clear are worth a warning`() throws {
        let files = [Self.name: "webhook: {url: 'http://chat.example/hook'}"]
        let found = try warnings(files) { directory throws(PolicyFilesError) in
            try directory.loadContacts()
        }
        #expect(found == ["\(Self.name):1:16: webhook.url: notifications go over plain http"])
    }
}
