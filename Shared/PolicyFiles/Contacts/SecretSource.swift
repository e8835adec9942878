internal import YAML

/// Where a secret is; it is read only by who needs it.
struct SecretSource: Sendable, Hashable {
    enum Place: Sendable, Hashable {
        case text(String)
        case file(String)
        case environment(String)
    }

    let place: Place
    let mark: YAMLMark
    let path: String

    /// The secret without the line end that editors put at the end of a file.
    func value(
        home: PolicyHome, environment: (String) -> String?
    ) throws(PolicyFilesError) -> String {
        var value: String
        switch place {
        case .text(let text): value = text
        case .environment(let name):
            guard let text = environment(name), !text.isEmpty else {
                throw failure(.unreadable, "the environment has no \(name)")
            }
            value = text
        case .file(let name):
            let file = home.path(of: name)
            do {
                let bytes = try SmallFile.bytes(file, max: 65_536)
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    throw failure(.syntax, "\(file) is not UTF-8")
                }
                value = text
            } catch let error as SmallFile.Failure {
                throw failure(.unreadable, "\(file) \(error)")
            } catch let error as PolicyFilesError {
                throw error
            } catch {
                throw failure(.unreadable, "\(file) cannot be read")
            }
        }
        while value.last?.isNewline == true { value.removeLast() }
        guard !value.isEmpty else { throw failure(.invalidValue, "the secret is empty") }
        return value
    }

    func failure(_ code: PolicyProblem.Code, _ message: String) -> PolicyFilesError {
        PolicyFilesError([
            PolicyProblem(YAMLError(.invalidValue, "\(path): \(message)", at: mark), code: code)
        ])
    }
}
