import Testing

@testable import AgentRuntime

@Suite("FigureFormat")
struct FigureFormatTests {
    private let format = FigureFormat(locale: "en-US", currency: "USD")

    @Test(
        "Short amounts have three significant digits",
        arguments: [
            ("200000", "$200K"), ("1250000", "$1.25M"), ("-79000", "-$79K"), ("450000", "$450K"), ("24580", "$24.6K"),
            ("999950", "$1M"), ("999499", "$999K"), ("999500", "$1M"), ("998500", "$998K"),
            ("999.99", "$1K"), ("999.4", "$999"), ("1000", "$1K"), ("12345678", "$12.3M"), ("1005000", "$1M"),
            ("1015000", "$1.02M"), ("1200000000", "$1.2B"), ("3400000000000", "$3.4T"),
            ("922337203685477.5807", "$922T"),
            ("950.37", "$950"), ("24.58", "$24.58"), ("24.5", "$24.50"), ("24", "$24"), ("0", "$0"), ("0.004", "$0"),
            ("-0.004", "$0"), ("0.005", "$0"), ("0.015", "$0.02"), ("0.5", "$0.50"), ("-950.5", "-$950"),
            ("-951.5", "-$952"), ("99.999", "$100"),
        ]
    )
    func short(amount: String, expected: String) throws {
        #expect(format.money(try #require(ExactNumber(amount)), style: .short) == expected)
    }

    @Test(
        "Full amounts have decimals only when they are not whole",
        arguments: [
            ("450000", "$450,000"), ("24580.5", "$24,580.50"), ("-24580.50", "-$24,580.50"), ("0.125", "$0.12"),
            ("0.135", "$0.14"), ("1234567.0001", "$1,234,567"), ("999.995", "$1,000"), ("0", "$0"), ("-0.0001", "$0"),
            ("100", "$100"),
            ("922337203685477.5807", "$922,337,203,685,477.58"), ("-922337203685477.5808", "-$922,337,203,685,477.58"),
        ]
    )
    func full(amount: String, expected: String) throws {
        #expect(format.money(try Money(decimal: amount)) == expected)
    }

    @Test("A sign is written where asked for, never on zero")
    func signs() throws {
        #expect(format.money(try Money(decimal: "79000"), style: .short, signed: true) == "+$79K")
        #expect(format.money(try Money(decimal: "-79000"), style: .short, signed: true) == "-$79K")
        #expect(format.money(Money.zero, style: .short, signed: true) == "$0")
        #expect(format.money(try Money(decimal: "0.001"), signed: true) == "$0")
        #expect(format.percent(try #require(ExactNumber("0.12")), signed: true) == "+12%")
    }

    @Test(
        "Percentages have one decimal, none where it is zero",
        arguments: [
            ("0.066666", "6.7%"), ("0.12", "12%"), ("-0.0325", "-3.2%"), ("0.0335", "3.4%"), ("0", "0%"),
            ("0.0004", "0%"), ("-0.0004", "0%"), ("12.345", "1,234.5%"), ("1", "100%"), ("0.9996", "100%"),
            ("0.9994", "99.9%"),
        ]
    )
    func percents(ratio: String, expected: String) throws {
        #expect(format.percent(try #require(ExactNumber(ratio))) == expected)
    }

    @Test("Percentage points and counts")
    func others() throws {
        #expect(format.percentagePoints(try #require(ExactNumber("0.0123"))) == "1.2\u{A0}pp")
        #expect(format.percentagePoints(try #require(ExactNumber("-0.02")), signed: true) == "-2\u{A0}pp")
        #expect(format.number(1_234_567) == "1,234,567")
        #expect(format.number(-999) == "-999")
        #expect(format.number(try #require(ExactNumber("1234.567"))) == "1,234.57")
        #expect(format.number(try #require(ExactNumber("0.05")), places: 1) == "0")
        #expect(format.number(try #require(ExactNumber("1e300"))) == "1e+300")
    }

    @Test(
        "Locales have their own separators, grouping and place of the sign",
        arguments: [
            ("de-DE", "EUR", "1234567.5", "1.234.567,50 €", "1.234.568 €"),
            ("de-DE", "EUR", "-1200000", "-1.200.000 €", "-1.200.000 €"),
            ("fr-FR", "EUR", "1234567.5", "1 234 567,50 €", "1 234 568 €"),
            ("en-GB", "GBP", "1234567.5", "£1,234,567.50", "£1.23M"),
            ("en-IN", "INR", "12345678", "₹1,23,45,678", "₹12.3M"),
            ("ja-JP", "JPY", "1234567.5", "¥1,234,568", "¥1,234,568"), ("en-US", "JPY", "1234.4", "¥1,234", "¥1.23K"),
            ("es-ES", "EUR", "1234.5", "1234,50 €", "1234 €"), ("es-ES", "EUR", "12345", "12.345 €", "12.345 €"),
            ("en-US", "KWD", "1.2345", "KWD 1.234", "KWD 1.234"),
            ("ar-EG", "USD", "1234.5", "1,234.50 US$", "1,234 US$"),
        ]
    )
    func locales(locale: String, currency: String, amount: String, full: String, short: String) throws {
        let format = FigureFormat(locale: locale, currency: currency)
        let amount = try Money(decimal: amount)
        #expect(plain(format.money(amount)) == full)
        #expect(plain(format.money(amount, style: .short)) == short)
    }

    @Test("Percentages and counts of other locales")
    func otherLocales() throws {
        let german = FigureFormat(locale: "de-DE", currency: "EUR")
        #expect(plain(german.percent(try #require(ExactNumber("0.067")))) == "6,7 %")
        #expect(german.number(1_234_567) == "1.234.567")
        #expect(plain(german.percentagePoints(try #require(ExactNumber("0.012")))) == "1,2 pp")
    }

    @Test("An unknown locale or currency still gives readable figures")
    func unknown() throws {
        let format = FigureFormat(locale: "xx-XX", currency: "ABC")
        #expect(plain(format.money(try Money(decimal: "1234.5"))).contains("1"))
        #expect(plain(format.money(try Money(decimal: "1234.5"))).contains("ABC"))
        #expect(FigureFormat(locale: "", currency: "").number(12) == "12")
    }

    /// The text with plain spaces and without marks of direction.
    private func plain(_ text: String) -> String {
        String(
            text.unicodeScalars.filter { $0.properties.generalCategory != .format }
                .map { $0.properties.generalCategory == .spaceSeparator ? " " : Character($0) }
        )
    }
}
