public import Streams

/// What every log that a pipeline runs on must do. Each case runs on topics of its own.
///
///     @Test(arguments: LogContractCase.allCases)
///     func `the log keeps its contract`(contract: LogContractCase) throws {
///         try contract.run { try MyEnvironment(topology: $0, partitions: $1) }
///     }
public enum LogContractCase: String, CaseIterable, Sendable {
    case committedTransactionsShow
    case abortedTransactionsNeverShow
    case newOwnerFencesTheOld
    case offsetsGoWithTheTransaction
    case restoreReachesTheHighWatermark
    case restoreWaitsForAnOpenTransaction
    case seekAfterAnAbortTakesAgain
    case pausedInputsGiveNothing
    case rebalanceLosesAndRepeatsNothing
    case staticMemberComesBack
    case killsLeaveCountsExact
    case poisonBecomesDeadLetters
    case whatIsTooLargeBecomesDeadLetters
    case lostOffsetsRepeatNothing
    case timersAloneCommit
    case whatMayPassIsTriedAgain

    /// How many partitions the case needs.
    var partitions: Int {
        switch self {
        case .rebalanceLosesAndRepeatsNothing: 4
        case .restoreWaitsForAnOpenTransaction: 2
        default: 1
        }
    }

    /// Runs the case on a log that `make` makes.
    /// - Throws: `ContractViolation`, or what the log throws.
    public func run<Environment: LogContractEnvironment>(
        on make: (_ topology: Topology, _ partitions: Int) throws -> Environment
    ) throws {
        let environment = try make(CountingReducer.topology, partitions)
        switch self {
        case .committedTransactionsShow: try committedTransactionsShow(environment)
        case .abortedTransactionsNeverShow: try abortedTransactionsNeverShow(environment)
        case .newOwnerFencesTheOld: try newOwnerFencesTheOld(environment)
        case .offsetsGoWithTheTransaction: try offsetsGoWithTheTransaction(environment)
        case .restoreReachesTheHighWatermark: try restoreReachesTheHighWatermark(environment)
        case .restoreWaitsForAnOpenTransaction:
            try restoreWaitsForAnOpenTransaction(environment)
        case .seekAfterAnAbortTakesAgain: try seekAfterAnAbortTakesAgain(environment)
        case .pausedInputsGiveNothing: try pausedInputsGiveNothing(environment)
        case .rebalanceLosesAndRepeatsNothing: try rebalanceLosesAndRepeatsNothing(environment)
        case .staticMemberComesBack: try staticMemberComesBack(environment)
        case .killsLeaveCountsExact: try killsLeaveCountsExact(environment)
        case .poisonBecomesDeadLetters: try poisonBecomesDeadLetters(environment)
        case .whatIsTooLargeBecomesDeadLetters:
            try whatIsTooLargeBecomesDeadLetters(environment)
        case .lostOffsetsRepeatNothing: try lostOffsetsRepeatNothing(environment)
        case .timersAloneCommit: try timersAloneCommit(environment)
        case .whatMayPassIsTriedAgain: try whatMayPassIsTriedAgain(environment)
        }
    }
}
