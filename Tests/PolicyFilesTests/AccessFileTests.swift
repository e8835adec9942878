import Contracts
import ControlCoreDomain
import PolicyFiles
import Testing

/// config/access.yaml.
@Suite struct AccessFileTests {
    private static let file = "config/access.yaml"
    private static let key = "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw="

    @Test func `people are read with their roles and keys`() throws {
        let home = try TemporaryHome([
            "config/services.yaml": "",
            Self.file: """
            requireSignatures: true
            signatureMaxAge: 1m
            principals:
              alice: {role: commander, publicKeys: ["\(Self.key)"]}
              carol: {role: viewer}
            services:
              nervous-system: {publicKeys: ["\(Self.key)"]}
            """,
        ])
        let access = try PolicyDirectory(home: home.path).loadControlCore(settingPartitions: 1)
            .value.access
        #expect(access.requiresSignatures && access.signatureMaxAgeMs == 60_000)
        #expect(access.principals["alice"]?.publicKeys.first?.count == 32)
        #expect(access.services["nervous-system"]?.map(\.count) == [32])
        #expect(access.role(of: "carol") == .viewer && access.role(of: "dave") == .viewer)
        #expect(AccessPolicy().role(of: "dave") == .commander)
    }

    private static let mistakes: [(String, String)] = [
        (
            "requireSignatures: true",
            "1:20: requireSignatures: true, but nobody who may act has a key"
        ),
        (
            "principals: {a: {role: boss}}",
            "1:24: principals.a.role: expected one of viewer, responder, commander, automation, "
                + "got 'boss'"
        ),
        (
            "principals: {a: {role: automation}}",
            "1:17: principals.a: role: expected one of viewer, responder, commander"
        ),
        (
            "principals: {a: {role: viewer, publicKeys: [abc]}}",
            "1:45: principals.a.publicKeys[0]: expected a public key, as 'dreamnet keys new' "
                + "prints it"
        ),
        ("services: {a: {}}", "1:15: services.a: publicKeys: none"),
        (
            "services: {A: {publicKeys: [x]}}",
            "1:12: services.A: expected the name of a service"
        ),
        ("principal: {}", "1:1: principal: unknown key; did you mean 'principals'?"),
    ]

    @Test(arguments: mistakes)
    func `a mistake stops the start with its line`(text: String, problem: String) throws {
        let found = try problems(["config/services.yaml": "", Self.file: text]) {
            directory throws(PolicyFilesError) in
            try directory.loadControlCore(settingPartitions: 1)
        }
        #expect(found == ["\(Self.file):\(problem)"])
    }

    @Test func `runbooks without a key are warned of where signatures are required`() throws {
        let home = try TemporaryHome([
            "config/services.yaml": "",
            Self.file: """
            requireSignatures: true
            principals: {alice: {role: commander, publicKeys: ["\(Self.key)"]}}
            """,
        ])
        let warnings = try PolicyDirectory(home: home.path)
            .loadControlCore(settingPartitions: 1).warnings
        #expect("\(warnings)".contains("services names no key of nervous-system"))
    }
}
