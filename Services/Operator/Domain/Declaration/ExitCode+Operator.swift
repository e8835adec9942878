public import CommandLineKit

/// What the exit statuses of `dreamnet` mean beside 0, 1 and 2. Scripts rely on them.
extension ExitCode {
    /// 3: the command was refused; nothing was done. Of `topics plan` and `topics apply`: there is
    /// a change that would break what runs, and it was left alone.
    public static let refused: ExitCode = 3
    /// 4: it was tried, and not done.
    public static let failed: ExitCode = 4
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
        Exit status: 0 done; 1 an error; 2 wrong usage; 3 the command, or a breaking change of \
        topics, was refused; 4 it was tried and failed; 5 recorded, but not in effect everywhere in time; 6 not sent; 7 \
        unknown whether it arrived (repeat with --id); 130 interrupted.
        """
}
