internal import YAML

/// The problems found so far: reading goes on after each, so that all are found.
struct Findings {
    private(set) var errors: [PolicyProblem] = []
    private(set) var warnings: [PolicyProblem] = []

    /// What the closure reads; nil with its error added.
    mutating func read<Value>(_ read: () throws(YAMLError) -> Value) -> Value? {
        do {
            return try read()
        } catch {
            fail(error)
            return nil
        }
    }

    /// Sets `target` to what the closure reads; leaves it at its default when the key is missing.
    mutating func set<Value>(_ target: inout Value, _ read: () throws(YAMLError) -> Value?) {
        do {
            if let value = try read() { target = value }
        } catch {
            fail(error)
        }
    }

    mutating func fail(_ error: YAMLError, code: PolicyProblem.Code? = nil) {
        errors.append(PolicyProblem(error, code: code))
    }

    mutating func fail(_ problem: PolicyProblem) {
        errors.append(problem)
    }

    /// Two values that do not go together.
    mutating func conflict(_ message: String, at mark: YAMLMark) {
        fail(YAMLError(.invalidValue, message, at: mark), code: .inconsistent)
    }

    mutating func warn(_ message: String, at mark: YAMLMark) {
        warnings.append(
            PolicyProblem(YAMLError(.invalidValue, message, at: mark), code: .inconsistent))
    }

    mutating func warn(_ problem: PolicyProblem) {
        warnings.append(problem)
    }

    /// Refuses the keys of `map` that were not asked for.
    mutating func close(_ map: YAMLMapping) {
        for error in map.unknownKeys() { fail(error) }
    }

    /// The value with the warnings, if nothing is wrong. To be called once the value has been read:
    /// what is found while its arguments are evaluated would be missed.
    func loaded<Value: Sendable>(_ value: Value?) throws(PolicyFilesError) -> Loaded<Value> {
        guard errors.isEmpty, let value else { throw PolicyFilesError(errors) }
        return Loaded(value: value, warnings: warnings.inFileOrder())
    }
}
