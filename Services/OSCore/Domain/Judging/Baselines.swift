internal import Contracts
internal import Streams

/// What is normal for a service: the median of the same hour on other days once there is one, else
/// of the last hour.
///
/// Bounded: the minutes of one hour and, for each hour of the day (UTC), the medians of the last
/// seven days. A median, so that a spike within it moves nothing. What is not learned does not age
/// what is known: through an outage the last good hour stays what is normal.
struct Baselines {
    let table = Table<BaselineKey, BaselineRow>(id: 6, name: "baselines")

    /// How many minutes of an hour must be known for it to count for other days.
    private static let hourMinutesMin = 30

    /// What is normal at event time `tsMs`; nil if too little is known.
    func normal(
        _ service: String, _ measure: BaselineKey.Measure, tsMs: Int64, minutesMin: Int
    ) -> Double? {
        let minute = tsMs / 60_000
        let day = minute / 1440
        let hour = UInt8((minute / 60) % 24)
        let otherDays = table[BaselineKey(service, measure, row: hour)]?
            .median(countMin: 1) { $0.at < day && $0.at >= day - Int64(BaselineRow.daysMax) }
        if let otherDays { return otherDays }
        return table[BaselineKey(service, measure, row: BaselineKey.minutes)]?
            .median(countMin: minutesMin)
    }

    /// Adds a minute that has ended.
    func learn(
        _ service: String, _ measure: BaselineKey.Measure, minute: Int64, mean: Double
    ) {
        let key = BaselineKey(service, measure, row: BaselineKey.minutes)
        let row = table[key] ?? BaselineRow()
        if let newest = row.points.last, newest.at / 60 != minute / 60 {
            learnHour(service, measure, hour: newest.at / 60, minutes: row)
        }
        table.update(key, initial: BaselineRow()) {
            $0.add(BaselinePoint(at: minute, value: mean), forgetUpTo: minute - 60)
        }
    }

    /// Forgets a service.
    func forget(_ service: String) {
        for measure in [BaselineKey.Measure.traffic, .latency] {
            for row in 0...BaselineKey.minutes {
                let key = BaselineKey(service, measure, row: row)
                if table[key] != nil { table[key] = nil }
            }
        }
    }

    private func learnHour(
        _ service: String, _ measure: BaselineKey.Measure, hour: Int64, minutes: BaselineRow
    ) {
        let median = minutes.median(countMin: Self.hourMinutesMin) { $0.at / 60 == hour }
        guard let median else { return }
        let day = hour / 24
        let key = BaselineKey(service, measure, row: UInt8(hour % 24))
        table.update(key, initial: BaselineRow()) {
            $0.add(
                BaselinePoint(at: day, value: median),
                forgetUpTo: day - Int64(BaselineRow.daysMax))
        }
    }
}
