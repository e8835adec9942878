extension YAMLMapping {
    /// A text; see ``YAMLField/string()``.
    public func string(_ key: String) throws(YAMLError) -> String {
        try required(key).string()
    }

    /// A text, or nil if the key is missing.
    public func optionalString(_ key: String) throws(YAMLError) -> String? {
        try optional(key)?.string()
    }

    /// `true` or `false`.
    public func bool(_ key: String) throws(YAMLError) -> Bool {
        try required(key).bool()
    }

    /// `true` or `false`, or nil if the key is missing.
    public func optionalBool(_ key: String) throws(YAMLError) -> Bool? {
        try optional(key)?.bool()
    }

    /// A whole number within a range.
    public func int(
        _ key: String, in range: ClosedRange<Int> = .min ... .max
    ) throws(YAMLError) -> Int {
        try required(key).int(in: range)
    }

    /// A whole number within a range, or nil if the key is missing.
    public func optionalInt(
        _ key: String, in range: ClosedRange<Int> = .min ... .max
    ) throws(YAMLError) -> Int? {
        try optional(key)?.int(in: range)
    }

    /// A number within a range.
    public func double(_ key: String, in range: ClosedRange<Double>) throws(YAMLError) -> Double {
        try required(key).double(in: range)
    }

    /// A number within a range, or nil if the key is missing.
    public func optionalDouble(
        _ key: String, in range: ClosedRange<Double>
    ) throws(YAMLError) -> Double? {
        try optional(key)?.double(in: range)
    }

    /// A share: `10%` or `0.1`.
    public func fraction(
        _ key: String, in range: ClosedRange<Double> = 0...1
    ) throws(YAMLError) -> Double {
        try required(key).fraction(in: range)
    }

    /// A share, or nil if the key is missing.
    public func optionalFraction(
        _ key: String, in range: ClosedRange<Double> = 0...1
    ) throws(YAMLError) -> Double? {
        try optional(key)?.fraction(in: range)
    }

    /// A duration such as `30s`, in milliseconds; the range too.
    public func durationMs(
        _ key: String, in range: ClosedRange<Int64> = 0 ... .max
    ) throws(YAMLError) -> Int64 {
        try required(key).durationMs(in: range)
    }

    /// A duration in milliseconds, or nil if the key is missing.
    public func optionalDurationMs(
        _ key: String, in range: ClosedRange<Int64> = 0 ... .max
    ) throws(YAMLError) -> Int64? {
        try optional(key)?.durationMs(in: range)
    }

    /// A size such as `64KiB`, in bytes; the range too.
    public func sizeBytes(
        _ key: String, in range: ClosedRange<Int64> = 0 ... .max
    ) throws(YAMLError) -> Int64 {
        try required(key).sizeBytes(in: range)
    }

    /// A size in bytes, or nil if the key is missing.
    public func optionalSizeBytes(
        _ key: String, in range: ClosedRange<Int64> = 0 ... .max
    ) throws(YAMLError) -> Int64? {
        try optional(key)?.sizeBytes(in: range)
    }

    /// One of the names of an enumeration.
    public func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, of type: Choice.Type
    ) throws(YAMLError) -> Choice where Choice.RawValue == String {
        try required(key).choice(of: type)
    }

    /// One of the names of an enumeration, or nil if the key is missing.
    public func optionalChoice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, of type: Choice.Type
    ) throws(YAMLError) -> Choice? where Choice.RawValue == String {
        try optional(key)?.choice(of: type)
    }

    /// A list of texts.
    public func strings(_ key: String) throws(YAMLError) -> [String] {
        try required(key).strings()
    }

    /// A list of texts, empty if the key is missing.
    public func optionalStrings(_ key: String) throws(YAMLError) -> [String] {
        try optional(key)?.strings() ?? []
    }

    /// A list.
    public func list(_ key: String) throws(YAMLError) -> [YAMLField] {
        try required(key).list()
    }

    /// A list, empty if the key is missing.
    public func optionalList(_ key: String) throws(YAMLError) -> [YAMLField] {
        try optional(key)?.list() ?? []
    }

    /// A mapping.
    public func mapping(_ key: String) throws(YAMLError) -> YAMLMapping {
        try required(key).mapping()
    }

    /// A mapping, or nil if the key is missing.
    public func optionalMapping(_ key: String) throws(YAMLError) -> YAMLMapping? {
        try optional(key)?.mapping()
    }
}
