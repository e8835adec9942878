internal import Glibc
internal import Signing

/// A lock that one effector of a deployment holds on a machine, and with it whatever its programs
/// left behind: who gets it knows that they are dead.
final class EffectLock: Sendable {
    /// Why there is no lock.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The descriptor, for the reapers of programs.
    let descriptor: Int32

    /// Opens the lock of a deployment, which `name` tells from others.
    init(name: String) throws {
        let folder = "\(Self.temporaryFolder)/dreamnet-\(getuid())"
        unsafe mkdir(folder, 0o700)
        let path = "\(folder)/effects-\(SHA256.hexDigest(Array(name.utf8)).prefix(16)).lock"
        // Not through a link that somebody else has put there.
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw Failure(description: "\(path): \(unsafe String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    /// Takes it if nobody has it.
    func take() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

    private static var temporaryFolder: String {
        unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    }
}
