internal import AgentRuntime

/// The `Date` field's value (RFC 9110 §5.6.7), formatted once per second.
struct HTTPDate {
    private let clock: any WallClock
    private var second = Int64.min
    private var text: [UInt8] = []

    init(_ clock: any WallClock) { self.clock = clock }

    mutating func now() -> [UInt8] {
        let current = clock.now().milliseconds.flooredDivision(by: 1000)
        if current != second {
            second = current
            text = Self.format(current)
        }
        return text
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT` for a number of seconds since 1970.
    ///
    /// Days become dates by eras of 400 years (146,097 days), counted from 1 March.
    static func format(_ seconds: Int64) -> [UInt8] {
        let days = seconds.flooredDivision(by: 86_400)
        let time = seconds - days * 86_400
        let shifted = days + 719_468
        let era = shifted.flooredDivision(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 2 : marchMonth - 10
        let year = yearOfEra + era * 400 + (month < 2 ? 1 : 0)
        let weekday = (days + 4) - (days + 4).flooredDivision(by: 7) * 7
        let clock = [time / 3600, time / 60 % 60, time % 60].map(padded).joined(separator: ":")
        let text = "\(weekdays[Int(weekday)]), \(padded(day)) \(months[Int(month)]) \(year) \(clock) GMT"
        return Array(text.utf8)
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension Int64 {
    /// The quotient rounded towards negative infinity, as calendars need it.
    fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
        self / divisor - (self % divisor < 0 ? 1 : 0)
    }
}
