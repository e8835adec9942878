/// Where a secret of an action comes from. It is read by the effector alone, when it is needed, and
/// goes only where no list of processes and no record shows it: standard input, headers, bodies.
public enum ActionSecret: Sendable, Hashable {
    /// The text of a file, below the home directory if it is not absolute.
    case file(ActionTemplate)
    /// So many random bytes in hexadecimal digits, new with every run.
    case random(bytes: Int)
}
