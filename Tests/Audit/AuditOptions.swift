internal import AuditKit
internal import CommandLineKit

/// What the line of `audit` says.
struct AuditOptions: Sendable {
    private static let only = Argument.repeatedOption(
        "only", .choice(AuditPart.self), help: "This part alone.")
    private static let short = Argument.flag(
        "short", help: "A tenth of it.")
    private static let seed = Argument.option(
        "seed", .integer(in: 1...999_999_999),
        help: "For the same load and the same plan of blows again; a new one unless given.")
    private static let folder = Argument.requiredOption(
        "folder", .path.shown(as: "DIR"), help: "For brokers' data and the services' logs.")
    private static let figures = Argument.option(
        "figures", .path.shown(as: "FILE"), help: "Where the table goes as Markdown as well.")

    static let all: [any ArgumentDeclaration] = [only, short, seed, folder, figures]

    let parts: [AuditPart]
    let size: AuditSize
    let seed: UInt64
    let folder: String
    let figures: String?
    let environment: [String: String]

    init(_ invocation: Invocation) throws {
        let only = try invocation[Self.only]
        parts = only.isEmpty ? AuditPart.allCases : AuditPart.allCases.filter(only.contains)
        size = try invocation[Self.short] ? .short : .full
        seed = try invocation[Self.seed].map { UInt64($0) } ?? UInt64.random(in: 1...999_999)
        folder = try invocation[Self.folder]
        figures = try invocation[Self.figures]
        environment = invocation.environment
    }

    /// A variable of the environment, if it says anything.
    func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
