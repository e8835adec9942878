public import CommandLineKit

/// What the exit statuses of `dreamnet` mean beside 0, 1 and 2. Scripts rely on them.
extension ExitCode {
    /// 3: `topics plan` found a change that would break what runs.
    public static let breaking: ExitCode = 3
    /// 4: the command was refused, or its owner could not do it; nothing to wait for.
    public static let refused: ExitCode = 4
    /// 5: it is recorded, but has not taken effect everywhere in time.
    public static let notAppliedInTime: ExitCode = 5
    /// 6: nothing was sent.
    public static let notSent: ExitCode = 6
    /// 7: it may have arrived or not; repeat it with the same id.
    public static let unknownArrival: ExitCode = 7
    /// 130: Ctrl-C, as shells report it.
    public static let interrupted: ExitCode = 130

    /// For the help of the tool.
    static let explanation = """
        Exit status: 0 done; 1 failed; 2 wrong usage; 3 a breaking change of topics; 4 the command \
        was refused or failed; 5 recorded, but not in effect everywhere in time; 6 not sent; 7 \
        unknown whether it arrived (repeat with --id); 130 interrupted.
        """
}
