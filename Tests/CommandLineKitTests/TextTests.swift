import CommandLineKit
import Testing

struct TextTests {
    @Test(
        arguments: [
            ("250ms", 250), ("30s", 30_000), ("5m", 300_000), ("2h", 7_200_000), ("1d", 86_400_000),
            ("1h30m", 5_400_000), ("1m500ms", 60_500), ("0", 0), ("0s", 0),
        ] as [(String, Int64)])
    func `durations are read and written`(text: String, durationMs: Int64) {
        #expect(DurationText.parse(text) == durationMs)
        #expect(DurationText.parse(DurationText.compact(durationMs)) == durationMs)
    }

    @Test(arguments: [
        "", "5", "s", "5x", "1.5s", "-5s", "5s5m", "5s5s", "5 s", "99999999999999999999s",
        "9223372036854775807d", "9223372036854775807ms1", "٣s",
    ])
    func `what is no duration is refused`(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(
        arguments: [
            (0, "0 ms"), (250, "250 ms"), (1_000, "1 s"), (1_250, "1.2 s"), (59_999, "59.9 s"),
            (184_000, "3 min 4 s"), (180_000, "3 min"), (7_500_000, "2 h 5 min"),
            (273_600_000, "3 d 4 h"), (-1_200, "-1.2 s"), (.min, "-106751991167 d 7 h"),
        ] as [(Int64, String)])
    func `durations are said as people say them`(durationMs: Int64, text: String) {
        #expect(HumanText.duration(durationMs) == text)
    }

    @Test(
        arguments: [
            (0, "0"), (999, "999"), (1_000, "1,000"), (12_345, "12,345"), (1_234_567, "1,234,567"),
            (-1_234, "-1,234"), (.min, "-9,223,372,036,854,775,808"),
        ] as [(Int, String)])
    func `counts have their thousands apart`(count: Int, text: String) {
        #expect(HumanText.count(count) == text)
    }

    @Test func `counts agree with their nouns`() {
        #expect(HumanText.count(1, "service") == "1 service")
        #expect(HumanText.count(2_000, "service") == "2,000 services")
        #expect(HumanText.count(0, "entry", "entries") == "0 entries")
    }

    @Test(
        arguments: [
            (10_000, "now"), (6_000, "4 s ago"), (15_000, "in 5 s"), (-170_000, "3 min ago"),
            (-7_190_000, "2 h ago"), (-172_790_000, "2 d ago"), (.min, "at an impossible time"),
        ] as [(Int64, String)])
    func `ages are relative to a given time`(timeMs: Int64, text: String) {
        #expect(HumanText.age(ofMs: timeMs, nowMs: 10_000) == text)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_763_679_600_250, "2025-11-20T23:00:00.250Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func `times are written and read in UTC`(unixMs: Int64, text: String) {
        #expect(UTCTime.text(unixMs: unixMs) == text)
        #expect(UTCTime.unixMs(text) == unixMs)
    }

    @Test func `no number of milliseconds is too much to write`() {
        #expect(UTCTime.text(unixMs: 253_402_300_800_000) == "+010000-01-01T00:00:00.000Z")
        #expect(UTCTime.text(unixMs: .max) == "+292278994-08-17T07:12:55.807Z")
        #expect(UTCTime.text(unixMs: .min) == "-292275055-05-16T16:47:04.192Z")
        #expect(UTCTime.timeOfDay(unixMs: 1_763_679_600_250) == "23:00:00.250")
    }

    @Test(
        arguments: [
            ("2025-11-20", 1_763_596_800_000), ("2025-11-20T23:00Z", 1_763_679_600_000),
            ("2025-11-21T00:00:00+01:00", 1_763_679_600_000),
            ("2025-11-20 18:30:00.25-04:30", 1_763_679_600_250),
            ("2025-11-20T23:00:00.250999999", 1_763_679_600_250),
        ] as [(String, Int64)])
    func `times are read in the forms that people paste`(text: String, unixMs: Int64) {
        #expect(UTCTime.unixMs(text) == unixMs)
    }

    @Test(arguments: [
        "", "2025", "2025-13-01", "2025-02-29", "2025-11-20T", "2025-11-20T24:00Z",
        "2025-11-20T23:60Z", "2025-11-20T23:00:00.Z", "2025-11-20T23:00ZZ", "2025-11-20T23:00+1",
        "+2025-11-20", "2025-1-2", "1763679600000",
    ])
    func `what is no time is refused`(text: String) {
        #expect(UTCTime.unixMs(text) == nil)
    }

    @Test(arguments: [
        ("plain text, ümlaut, 日本, 👩‍🚒", "plain text, ümlaut, 日本, 👩‍🚒"),
        ("\u{1B}[2J\u{1B}]0;owned\u{7}", "\\u{1B}[2J\\u{1B}]0;owned\\u{7}"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\u{9B}31m\u{7F}", "\\u{9B}31m\\u{7F}"),
        ("user\u{202E}txt", "user\\u{202E}txt"),
        ("a\u{2028}b\u{FEFF}", "a\\u{2028}b\\u{FEFF}"),
    ])
    func `nothing of a message drives the terminal`(hostile: String, shown: String) {
        #expect(hostile.sanitized == shown)
        #expect(shown.sanitized == shown)
    }
}
