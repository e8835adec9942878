/// A value to be read as some type, with the path that errors show.
public struct YAMLField: Sendable, Hashable {
    /// The value.
    public let node: YAMLNode
    /// Where it stands in the document, as in `steps[2].action`; empty for the whole document.
    public let path: String

    /// Makes a field.
    public init(_ node: YAMLNode, path: String = "") {
        self.node = node
        self.path = path
    }

    /// Where the value starts.
    public var mark: YAMLMark { node.mark }

    /// An error about this value, for checks of one's own.
    public func error(_ message: String, code: YAMLError.Code = .invalidValue) -> YAMLError {
        YAMLError(code, path.isEmpty ? message : "\(path): \(message)", at: node.mark)
    }

    private func expected(_ what: String) -> YAMLError {
        error("expected \(what), got \(node.shown)")
    }

    /// A text: any scalar that is not null, numbers as they are written.
    public func string() throws(YAMLError) -> String {
        guard case .scalar(let text, _) = node.kind, node.scalar != .null else {
            throw expected("a text")
        }
        return text
    }

    /// `true` or `false`.
    public func bool() throws(YAMLError) -> Bool {
        guard case .bool(let value)? = node.scalar else { throw expected("true or false") }
        return value
    }

    /// A whole number within a range.
    public func int(in range: ClosedRange<Int> = .min ... .max) throws(YAMLError) -> Int {
        guard case .int(let value)? = node.scalar, let whole = Int(exactly: value),
            range.contains(whole)
        else { throw expected("a whole number\(Self.words(range))") }
        return whole
    }

    /// A finite number within a range.
    public func double(
        in range: ClosedRange<Double> = -Double
            .greatestFiniteMagnitude...Double
            .greatestFiniteMagnitude
    ) throws(YAMLError) -> Double {
        let value: Double
        switch node.scalar {
        case .int(let whole)?: value = Double(whole)
        case .double(let number)?: value = number
        default: throw expected("a number\(Self.words(range))")
        }
        guard range.contains(value) else { throw expected("a number\(Self.words(range))") }
        return value
    }

    /// A share: `10%` or `0.1` are both 0.1.
    public func fraction(in range: ClosedRange<Double> = 0...1) throws(YAMLError) -> Double {
        let value: Double?
        switch node.scalar {
        case .int(let whole)?: value = Double(whole)
        case .double(let number)?: value = number
        case .string(let text)? where text.hasSuffix("%"):
            switch YAMLScalar(plain: String(text.dropLast())) {
            case .int(let whole): value = Double(whole) / 100
            case .double(let number): value = number / 100
            default: value = nil
            }
        default: value = nil
        }
        guard let value, range.contains(value) else {
            throw expected("a share such as 10%\(Self.words(range))")
        }
        return value
    }

    /// A duration in milliseconds: a whole number with `ms`, `s`, `m`, `h` or `d`.
    public func durationMs(in range: ClosedRange<Int64> = 0 ... .max) throws(YAMLError) -> Int64 {
        let units: [(String, Int64)] = [
            ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
        ]
        guard let value = quantity(units) else {
            throw expected("a duration such as 250ms, 30s, 5m, 24h or 7d")
        }
        guard range.contains(value) else {
            throw expected("a duration\(Self.words(range, unit: " ms"))")
        }
        return value
    }

    /// A size in bytes: a whole number with `B`, `KiB`, `MiB` or `GiB`.
    public func sizeBytes(in range: ClosedRange<Int64> = 0 ... .max) throws(YAMLError) -> Int64 {
        let units: [(String, Int64)] = [
            ("KiB", 1024), ("MiB", 1024 * 1024), ("GiB", 1024 * 1024 * 1024), ("B", 1),
        ]
        guard let value = quantity(units) else {
            throw expected("a size such as 512B, 64KiB or 1MiB")
        }
        guard range.contains(value) else {
            throw expected("a size\(Self.words(range, unit: " bytes"))")
        }
        return value
    }

    private func quantity(_ units: [(suffix: String, factor: Int64)]) -> Int64? {
        guard case .scalar(let text, _) = node.kind,
            let unit = units.first(where: { text.hasSuffix($0.suffix) })
        else { return nil }
        let digits = text.dropLast(unit.suffix.count)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let count = Int64(digits)
        else { return nil }
        let product = count.multipliedReportingOverflow(by: unit.factor)
        return product.overflow ? nil : product.partialValue
    }

    /// One of the names of an enumeration.
    public func choice<Choice: RawRepresentable & CaseIterable>(
        of type: Choice.Type
    ) throws(YAMLError) -> Choice where Choice.RawValue == String {
        let names = type.allCases.map(\.rawValue)
        guard case .scalar(let text, _) = node.kind, let value = Choice(rawValue: text) else {
            throw expected("one of \(names.joined(separator: ", "))")
        }
        return value
    }

    /// The elements of a list, each with its path.
    public func list() throws(YAMLError) -> [YAMLField] {
        guard case .sequence(let elements) = node.kind else { throw expected("a list") }
        return elements.enumerated().map { index, element in
            YAMLField(element, path: "\(path)[\(index)]")
        }
    }

    /// A list of texts.
    public func strings() throws(YAMLError) -> [String] {
        var texts: [String] = []
        for element in try list() { texts.append(try element.string()) }
        return texts
    }

    /// A mapping, to be read key by key.
    public func mapping() throws(YAMLError) -> YAMLMapping {
        guard case .mapping(let pairs) = node.kind else { throw expected("a mapping") }
        return YAMLMapping(pairs, mark: node.mark, path: path)
    }

    private static func words<Bound: Comparable & LosslessStringConvertible>(
        _ range: ClosedRange<Bound>, unit: String = ""
    ) -> String where Bound: Numeric {
        // Only bounds that somebody chose are worth telling.
        let (low, high) = (range.lowerBound, range.upperBound)
        let hasLow = "\(low)" != "\(Int.min)" && "\(low)" != "\(-Double.greatestFiniteMagnitude)"
        let hasHigh = "\(high)" != "\(Int.max)" && "\(high)" != "\(Double.greatestFiniteMagnitude)"
        return switch (hasLow, hasHigh) {
        case (true, true): " from \(low) to \(high)\(unit)"
        case (true, false): " of at least \(low)\(unit)"
        case (false, true): " of at most \(high)\(unit)"
        case (false, false): ""
        }
    }
}

extension YAMLNode {
    /// The document as a mapping, to be read key by key.
    public func mapping() throws(YAMLError) -> YAMLMapping {
        try YAMLField(self).mapping()
    }

    /// The document as a list.
    public func list() throws(YAMLError) -> [YAMLField] {
        try YAMLField(self).list()
    }
}
