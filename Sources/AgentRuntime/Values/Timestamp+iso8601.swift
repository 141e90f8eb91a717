// How instants are written and read: RFC 3339 in UTC with milliseconds (`2026-01-31T12:00:00.123Z`).

extension Timestamp {
    /// The instant in UTC with three decimals of a second; years 1 to 9999.
    package var iso8601: String {
        let (days, rest) = Timestamp.floorDivision(milliseconds, by: 86_400_000)
        let date = CalendarDate(daysSinceEpoch: Int(days))
        let (hour, minute, second) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60)
        func padded(_ number: Int64, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(date)T\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2)).\(padded(rest % 1000, 3))Z"
    }

    /// Reads a date-time of RFC 3339 with any offset; decimals beyond the millisecond are cut off.
    ///
    /// A leap second counts as the second after it.
    package init?(iso8601 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, let date = CalendarDate(String(decoding: bytes[..<10], as: UTF8.self)),
            bytes[10] | 0x20 == UInt8(ascii: "t"), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let hour = Timestamp.number(bytes[11..<13]), let minute = Timestamp.number(bytes[14..<16]),
            let second = Timestamp.number(bytes[17..<19]), hour < 24, minute < 60, second <= 60
        else { return nil }
        var index = 19
        var fraction: Int64 = 0
        if bytes[index] == UInt8(ascii: ".") {
            let start = index + 1
            index = start
            while index < bytes.count, Timestamp.number(bytes[index...index]) != nil { index += 1 }
            guard index > start, index < bytes.count else { return nil }
            let digits = Array((bytes[start..<index] + [0x30, 0x30])[start..<start + 3])
            fraction = Timestamp.number(digits[...]) ?? 0
        }
        guard let offset = Timestamp.offset(bytes[index...]) else { return nil }
        let seconds = (hour * 60 + minute - offset) * 60 + second
        self.init(milliseconds: Int64(date.daysSinceEpoch) * 86_400_000 + seconds * 1000 + fraction)
    }

    /// The day in UTC.
    package var date: CalendarDate {
        CalendarDate(daysSinceEpoch: Int(Timestamp.floorDivision(milliseconds, by: 86_400_000).quotient))
    }

    /// Midnight in UTC at the start of a day.
    package init(startOf date: CalendarDate) {
        self.init(milliseconds: Int64(date.daysSinceEpoch) * 86_400_000)
    }

    /// Minutes east of UTC: `Z`, `+02:00`, `-05:30`.
    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int64? {
        if bytes.count == 1, let zulu = bytes.first, zulu | 0x20 == UInt8(ascii: "z") { return 0 }
        let bytes = Array(bytes)
        guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"), let hours = number(bytes[1..<3]),
            let minutes = number(bytes[4..<6]), hours < 24, minutes < 60
        else { return nil }
        switch bytes[0] {
        case UInt8(ascii: "+"): return hours * 60 + minutes
        case UInt8(ascii: "-"): return -(hours * 60 + minutes)
        default: return nil
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        var value: Int64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        return value
    }

    private static func floorDivision(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
