/// A rule over several arguments of one command.
public struct Constraint: Sendable {
    let members: [ArgumentDefinition]
    let minimum: Int

    /// One of these, and one only: `--service NAME` or `--all`.
    public static func exactlyOne(of members: any ArgumentDeclaration...) -> Constraint {
        Constraint(members: members.map(\.definition), minimum: 1)
    }

    /// None or one of these.
    public static func atMostOne(of members: any ArgumentDeclaration...) -> Constraint {
        Constraint(members: members.map(\.definition), minimum: 0)
    }

    /// What is on the line outweighs what stands in the environment or a file.
    func check(_ values: ArgumentValues) -> (code: UsageError.Code, message: String)? {
        let given = members.filter { values.isGiven($0) }
        let onLine = given.filter { values.stored[$0.id]?.origin == .commandLine }
        if onLine.count > 1 || (onLine.isEmpty && given.count > 1) {
            let spelled = (onLine.isEmpty ? given : onLine).map(\.spelling)
            let list = Suggestions.list(spelled, joiner: "and")
            return (.conflictingArguments, "\(list) exclude each other: give one only")
        }
        guard given.count < minimum else { return nil }
        let list = Suggestions.list(members.map(\.usage), joiner: "or")
        return (.missingArgument, "\(list) is needed")
    }
}
