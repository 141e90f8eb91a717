internal import AgentRuntime

/// Date and time as mails write them (RFC 5322 §3.3 and §4.3): `Fri, 20 Nov 2026 10:00:00 +0000`.
enum MailDate {
    /// `nil` for what is no such date.
    static func timestamp(_ text: String) -> Timestamp? {
        let plain = MailAddressReader.withoutComments(text)
        var words = plain.split { $0 == " " || $0 == "\t" || $0 == "," }.map(String.init)
        guard words.count <= 12 else { return nil }
        if let first = words.first, first.first?.isLetter == true { words.removeFirst() }
        guard words.count >= 4, let day = Int(words[0]),
            let month = months[words[1].lowercased().prefix(3).description],
            var year = Int(words[2])
        else { return nil }
        if year < 50, words[2].count == 2 { year += 2000 } else if words[2].count <= 3 { year += 1900 }
        let time = words[3].split(separator: ":").map { Int($0) }
        guard (2...3).contains(time.count), let hour = time[0], let minute = time[1],
            let second = time.count == 3 ? time[2] : 0, (0...23).contains(hour), (0...59).contains(minute),
            (0...60).contains(second), (1...9999).contains(year), let date = CalendarDate(written(year, month, day))
        else { return nil }
        let offset = words.count > 4 ? zone(words[4]) : 0
        let seconds = Int64(hour * 3600 + minute * 60 + second - offset * 60)
        return Timestamp(milliseconds: Timestamp(startOf: date).milliseconds + seconds * 1000)
    }

    /// The date as a mail of ours writes it, in UTC.
    static func text(_ timestamp: Timestamp) -> String {
        let date = timestamp.date
        let rest = timestamp.milliseconds - Timestamp(startOf: date).milliseconds
        let (hour, minute, second) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60)
        let index = ((date.daysSinceEpoch + 4) % 7 + 7) % 7
        let name = monthNames[date.month - 1]
        return "\(weekdays[index]), \(date.day) \(name) \(date.year) \(two(hour)):\(two(minute)):\(two(second)) +0000"
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func written(_ year: Int, _ month: Int, _ day: Int) -> String {
        let digits = String(year)
        let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return "\(padded)-\(two(Int64(month)))-\(two(Int64(day)))"
    }

    /// Minutes east of UTC; an unknown zone counts as UTC (RFC 5322 §4.3).
    private static func zone(_ text: String) -> Int {
        if let sign = text.first, sign == "+" || sign == "-", let number = Int(text.dropFirst()), text.count == 5 {
            let minutes = number / 100 * 60 + number % 100
            return sign == "-" ? -minutes : minutes
        }
        return zones[text.uppercased()] ?? 0
    }

    private static let zones = [
        "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360,
        "PST": -480, "PDT": -420, "CET": 60, "CEST": 120,
    ]
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let months = Dictionary(
        uniqueKeysWithValues: monthNames.enumerated().map { ($1.lowercased(), $0 + 1) }
    )
}
