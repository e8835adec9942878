internal import Dispatch

/// Runs what blocks on a thread that is not one of Swift's pool.
func blocking<Result: Sendable>(
    _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async { @Sendable in
            continuation.resume(with: Swift.Result(catching: body))
        }
    }
}
