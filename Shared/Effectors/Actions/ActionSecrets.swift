internal import Contracts
internal import Glibc
internal import Signing

/// Reads the secrets of an action when a step needs them.
struct ActionSecrets {
    /// The directory below which the files of secrets are.
    let home: String
    private static let bytesMax = 65_536

    /// Every secret that the step names.
    func values(
        for step: ActionStep, of call: ActionCall, id: String
    ) throws(StepError) -> [String: String] {
        var values: [String: String] = [:]
        for (_, template, _) in step.templates {
            for place in template.placeholders where place.name.hasPrefix("secret.") {
                let name = String(place.name.dropFirst("secret.".count))
                guard values[name] == nil, let secret = call.definition.secrets[name] else {
                    continue
                }
                switch secret {
                case .random(let bytes): values[name] = Hex.encode(RandomBytes.make(bytes))
                case .file(let template):
                    let path: String
                    do throws(ActionError) {
                        path = try template.render {
                            call.value($0, id: id, captured: [], secret: nil)
                        }
                    } catch {
                        throw StepError(.invalid, "secret \(name): \(error.message)")
                    }
                    values[name] = try read(path, name)
                }
            }
        }
        return values
    }

    /// The text of a file, without the line end that editors put at the end. Messages never show
    /// what is in it.
    private func read(_ file: String, _ name: String) throws(StepError) -> String {
        let path = file.hasPrefix("/") ? file : "\(home)/\(file)"
        guard !path.split(separator: "/").contains("..") else {
            throw StepError(.invalid, "secret \(name): its file may not contain '..'")
        }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let reason = unsafe String(cString: strerror(errno))
            throw StepError(.effectFailed, "secret \(name): \(file): \(reason)")
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Self.bytesMax + 1)
        var count = 0
        while count < bytes.count {
            let more = unsafe bytes.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count)
            }
            if more < 0, errno == EINTR { continue }
            guard more > 0 else { break }
            count += more
        }
        guard count <= Self.bytesMax, var text = String(validating: bytes[..<count], as: UTF8.self)
        else { throw StepError(.effectFailed, "secret \(name): \(file): no text of 64 KiB") }
        while text.last?.isNewline == true { text.removeLast() }
        guard !text.isEmpty else {
            throw StepError(.effectFailed, "secret \(name): \(file): is empty")
        }
        return text
    }
}

/// Why a step cannot be begun.
struct StepError: Error {
    let code: OutcomeCode
    let message: String

    init(_ code: OutcomeCode, _ message: String) {
        self.code = code
        self.message = message
    }
}
