/// The exit status of a tool. Tools may give meanings of their own to 3 and above.
public struct ExitCode: RawRepresentable, Sendable, Hashable, ExpressibleByIntegerLiteral {
    /// 0 to 255, as the shell sees it.
    public let rawValue: UInt8

    /// The status with this number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The status with this number.
    public init(integerLiteral value: UInt8) { rawValue = value }

    /// 0: done.
    public static let success: ExitCode = 0
    /// 1: it did not work.
    public static let failure: ExitCode = 1
    /// 2: the command line is wrong; nothing was done.
    public static let usage: ExitCode = 2
}
