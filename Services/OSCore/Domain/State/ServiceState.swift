internal import Contracts

/// What is remembered of a service between two judgements.
struct ServiceState: BinaryCodable, Equatable, Sendable {
    /// The newest event time of its signals, ms: time moves by it.
    var watermarkMs: Int64
    /// Event time of the last judgement, ms; nil before the first.
    var judgedMs: Int64?
    /// Wall time of the last view, ms.
    var viewMs: Int64 = 0
    /// Wall time since which it is watched for silence, ms.
    var watchedMs: Int64
    /// Signals ignored because they were older than the window, or than their instance's last.
    var lateCount: Int64 = 0
    /// Signals ignored because their instance had said the same moment before.
    var duplicateCount: Int64 = 0
    /// The minute under way of what is learned.
    var trafficMinute = MinuteSum()
    var latencyMinute = MinuteSum()
    private var signals = GoldenSignal.allCases.map { _ in SignalState() }
    /// A bit for each signal that is in alert or not normal: of the others a judgement then need not
    /// look at the states, which lie elsewhere.
    private var unrest: UInt8 = 0

    init(watermarkMs: Int64, watchedMs: Int64) {
        self.watermarkMs = watermarkMs
        self.watchedMs = watchedMs
    }

    /// The state of a signal.
    subscript(signal: GoldenSignal) -> SignalState {
        _read { yield signals[Self.index(signal)] }
        _modify {
            let index = Self.index(signal)
            yield &signals[index]
            noteUnrest(index)
        }
    }

    /// The state of the windowed signal at `index`.
    subscript(windowed index: Int) -> SignalState {
        _read { yield signals[Self.index(windowed: index)] }
        _modify {
            let index = Self.index(windowed: index)
            yield &signals[index]
            noteUnrest(index)
        }
    }

    /// Whether a signal is in alert.
    func hasAlert(_ signal: GoldenSignal) -> Bool { isUneasy(signal) && self[signal].alert != nil }

    /// Event time since which a signal is not normal; nil if it is.
    func abnormalSinceMs(_ signal: GoldenSignal) -> Int64? {
        isUneasy(signal) ? self[signal].abnormalSinceMs : nil
    }

    private func isUneasy(_ signal: GoldenSignal) -> Bool {
        unrest & 1 << UInt8(Self.index(signal)) != 0
    }

    private mutating func noteUnrest(_ index: Int) {
        let bit: UInt8 = 1 << UInt8(index)
        let isUneasy = signals[index].alert != nil || signals[index].abnormalSinceMs != nil
        unrest = isUneasy ? unrest | bit : unrest & ~bit
    }

    /// Between the first four and the dead letters, which came later, is the missing data.
    private static func index(windowed index: Int) -> Int { index < 4 ? index : index + 1 }

    /// Where a signal is kept. The order is that of the changelog.
    private static func index(_ signal: GoldenSignal) -> Int {
        switch signal {
        case .latency: 0
        case .errors: 1
        case .traffic: 2
        case .saturation: 3
        case .missingData: 4
        case .deadLetters: 5
        }
    }

    init(from reader: inout BinaryReader) throws(BinaryError) {
        _ = try BinaryVersion.read(&reader, latest: 1)
        watermarkMs = try reader.readInt64()
        judgedMs = try reader.readOptional()
        viewMs = try reader.readInt64()
        watchedMs = try reader.readInt64()
        lateCount = try reader.readInt64()
        duplicateCount = try reader.readInt64()
        trafficMinute = try reader.read()
        latencyMinute = try reader.read()
        signals = try reader.readList()
        // A state of before there was the last signal has one less.
        let most = GoldenSignal.allCases.count
        guard (most - 1...most).contains(signals.count) else {
            throw BinaryError(.outOfRange, at: 0)
        }
        if signals.count < most { signals.append(SignalState()) }
        for index in signals.indices { noteUnrest(index) }
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(UInt8(1))
        writer.write(watermarkMs)
        writer.write(judgedMs)
        writer.write(viewMs)
        writer.write(watchedMs)
        writer.write(lateCount)
        writer.write(duplicateCount)
        writer.write(trafficMinute)
        writer.write(latencyMinute)
        writer.write(signals)
    }
}

/// The instances that are known of a service, in order.
struct InstanceList: BinaryCodable, Hashable, Sendable {
    var names: [String]

    init(_ names: [String] = []) { self.names = names }

    init(from reader: inout BinaryReader) throws(BinaryError) {
        _ = try BinaryVersion.read(&reader, latest: 1)
        names = try reader.readList()
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(UInt8(1))
        writer.write(names)
    }
}

/// An instance that cannot be read.
struct FailingInstance: BinaryCodable, Hashable, Sendable {
    /// Wall time of the first failure in a row, ms.
    var sinceMs: Int64
    /// Wall time of the last one, ms.
    var lastMs: Int64
    /// The code of the last one.
    var code: String
    /// The reason of the last one, for people.
    var reason: String

    init(sinceMs: Int64, lastMs: Int64, code: String, reason: String) {
        self.sinceMs = sinceMs
        self.lastMs = lastMs
        self.code = code
        self.reason = reason
    }

    init(from reader: inout BinaryReader) throws(BinaryError) {
        _ = try BinaryVersion.read(&reader, latest: 1)
        sinceMs = try reader.readInt64()
        lastMs = try reader.readInt64()
        code = try reader.readString()
        reason = try reader.readString()
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(UInt8(1))
        writer.write(sinceMs)
        writer.write(lastMs)
        writer.write(code)
        writer.write(reason)
    }
}
