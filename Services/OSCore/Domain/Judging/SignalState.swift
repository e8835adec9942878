internal import Contracts

/// An alert that is on. An object, so that a state without one is copied by its few numbers.
final class ActiveAlert: BinaryCodable, Sendable {
    let id: String
    let severity: Severity
    /// Event time at which it was raised, Unix ms.
    let raisedMs: Int64
    /// What was measured when it last changed.
    let value: Double?
    /// The limit that this passed.
    let threshold: Double?
    /// The unit of both.
    let unit: String?

    init(
        id: String, severity: Severity, raisedMs: Int64, value: Double?, threshold: Double?,
        unit: String?
    ) {
        self.id = id
        self.severity = severity
        self.raisedMs = raisedMs
        self.value = value
        self.threshold = threshold
        self.unit = unit
    }

    init(from reader: inout BinaryReader) throws(BinaryError) {
        id = try reader.readString()
        guard let level = SignalLevel(rawValue: try reader.readByte()),
            let severity = level.severity
        else { throw BinaryError(.outOfRange, at: 0) }
        self.severity = severity
        raisedMs = try reader.readInt64()
        value = try reader.readOptional()
        threshold = try reader.readOptional()
        unit = try reader.readOptional()
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(id)
        writer.write(SignalLevel(severity).rawValue)
        writer.write(raisedMs)
        writer.write(value)
        writer.write(threshold)
        writer.write(unit)
    }
}

extension ActiveAlert: Equatable {
    static func == (one: ActiveAlert, other: ActiveAlert) -> Bool {
        one === other
            || (one.id, one.severity, one.raisedMs) == (other.id, other.severity, other.raisedMs)
                && (one.value, one.threshold) == (other.value, other.threshold)
                && one.unit == other.unit
    }
}

/// What is remembered of a signal of a service between two judgements.
struct SignalState: BinaryCodable, Equatable, Sendable {
    /// What the last judgement found.
    enum Finding: Hashable, Sendable {
        /// No rule judges the signal, or nobody reports it.
        case unknown
        /// Too little data to judge.
        case insufficient
        case level(SignalLevel)
    }

    var finding = Finding.unknown
    /// The levels of the last judgements, as many as hysteresis looks back.
    var streak = LevelStreak()
    var alert: ActiveAlert?
    /// Event time since which there is too little data to judge.
    var quietSinceMs: Int64?
    /// Event time since which the signal is not normal: its baseline learns nothing meanwhile.
    var abnormalSinceMs: Int64?

    init() {}

    /// Whether nothing was ever found.
    var isBlank: Bool { finding == .unknown && alert == nil && quietSinceMs == nil }

    /// Whether a judgement changes nothing: no alert is on, and all that is remembered says the same.
    func isSettled(at judgement: Judgement, _ hysteresis: Hysteresis) -> Bool {
        guard let level = judgement.level, level.severity == nil, alert == nil,
            finding == judgement.finding, quietSinceMs == nil, abnormalSinceMs == nil
        else { return false }
        return streak.isFull(of: level, count: hysteresis.streakMax)
    }

    init(from reader: inout BinaryReader) throws(BinaryError) {
        finding =
            switch try reader.readByte() {
            case 254: .unknown
            case 255: .insufficient
            case let raw: .level(try Self.level(raw))
            }
        let levels = try reader.readBytes()
        guard levels.count <= LevelStreak.countMax else { throw BinaryError(.outOfRange, at: 0) }
        streak = LevelStreak()
        for raw in levels { streak.append(try Self.level(raw), max: LevelStreak.countMax) }
        alert = try reader.readOptional()
        quietSinceMs = try reader.readOptional()
        abnormalSinceMs = try reader.readOptional()
    }

    func encode(into writer: inout BinaryWriter) {
        switch finding {
        case .unknown: writer.write(UInt8(254))
        case .insufficient: writer.write(UInt8(255))
        case .level(let level): writer.write(level.rawValue)
        }
        writer.writeUnsigned(UInt64(streak.count))
        for index in 0..<streak.count {
            writer.write(streak.level(age: streak.count - 1 - index).rawValue)
        }
        writer.write(alert)
        writer.write(quietSinceMs)
        writer.write(abnormalSinceMs)
    }

    private static func level(_ raw: UInt8) throws(BinaryError) -> SignalLevel {
        guard let level = SignalLevel(rawValue: raw) else { throw BinaryError(.outOfRange, at: 0) }
        return level
    }
}
