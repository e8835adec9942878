internal import Contracts
internal import HTTP
internal import Processes

/// Programs and requests.
extension StepRunner {
    func run(
        _ program: ActionWork.Program, _ job: Job, timeoutMs: Int64, _ stop: StepStop
    ) throws(StepError) -> Done {
        guard let name = program.arguments.first else {
            throw StepError(.wrongState, "no program is named")
        }
        let limit = job.step.isEvidence ? Self.evidenceBytesMax : Self.captureBytesMax
        let child: ChildProcess
        do throws(ChildProcessError) {
            child = try ChildProcess.start(
                name, Array(program.arguments.dropFirst()),
                environment: .only(
                    ProgramEnvironment.make(
                        catalog, program, id: job.intent.actionId,
                        deployment: settings.deployment)),
                workingDirectory: program.directory,
                input: program.input.map { .bytes(Array($0.utf8)) } ?? .none,
                output: .capture(limitBytes: limit), errorOutput: .capture(limitBytes: 64 << 10),
                reaper: ProcessReaper(keptOpen: settings.keptOpen))
        } catch {
            throw StepError(
                error.code == .system ? .effectFailed : .invalid, "\(error.message)")
        }
        stop.runs(child)
        defer { stop.runs(nil) }
        var failure: StepResult.Failure?
        if let status = child.wait(atMost: .milliseconds(timeoutMs)) {
            failure = Self.failure(status, program, stop)
        } else {
            child.stop(grace: .milliseconds(settings.graceMs))
            failure = .init(
                .timedOut, "\(name) did not end within \(Self.seconds(timeoutMs)); killed")
        }
        return Done(
            output: child.output.bytes, end: child.output.end, problems: child.errorOutput.end,
            isTruncated: child.output.isTruncated, failure: failure)
    }

    private static func failure(
        _ status: TerminationStatus, _ program: ActionWork.Program, _ stop: StepStop
    ) -> StepResult.Failure? {
        if stop.isStopped {
            return .init(.effectFailed, "interrupted: its effector ends", isWorthARetry: false)
        }
        if case .exited(let code) = status, program.expectedStatus.contains(Int(code)) {
            return nil
        }
        return .init(.effectFailed, "\(program.arguments.first ?? "") ended with \(status)")
    }

    private static func seconds(_ ms: Int64) -> String {
        ms % 1_000 == 0 ? "\(ms / 1_000) s" : "\(ms) ms"
    }

    // MARK: Requests

    func send(
        _ call: ActionWork.Call, _ job: Job, timeoutMs: Int64, _ stop: StepStop
    ) throws(StepError) -> Done {
        var configuration = HTTPClientConfiguration(timeoutMs: Int(timeoutMs))
        configuration.maxResponseBytes =
            job.step.isEvidence ? Self.evidenceBytesMax : Self.captureBytesMax
        configuration.certificateAuthorityFile = call.authorityFile
        var headers: HTTPHeaders = ["Idempotency-Key": job.intent.idempotencyKey]
        if call.body != nil { headers["Content-Type"] = "application/json" }
        for (name, value) in call.headers.sorted(by: { $0.key < $1.key }) { headers[name] = value }
        let response: HTTPResponse
        do throws(HTTPClientError) {
            response = try HTTPClient(configuration).send(
                HTTPMethod(rawValue: call.method), call.url, headers: headers,
                body: Array((call.body ?? "").utf8), cancellation: stop.request)
        } catch {
            let code: OutcomeCode =
                switch error.code {
                case .timeout: .timedOut
                case .invalidRequest: .invalid
                default: .effectFailed
                }
            throw StepError(code, "no answer: \(error)")
        }
        var done = Done(output: response.body, end: response.body)
        guard !call.expectedStatus.contains(response.status) else { return done }
        let isRedirect = (300..<400).contains(response.status)
        done.failure = .init(
            .effectFailed,
            "answered \(response.status)" + (isRedirect ? "; redirects are not followed" : ""),
            isWorthARetry: response.status >= 500 || [408, 429].contains(response.status))
        return done
    }
}
