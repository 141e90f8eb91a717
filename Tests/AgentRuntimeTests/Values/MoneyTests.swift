import Testing

@testable import AgentRuntime

@Suite("Money")
struct MoneyTests {
    @Test(
        "Decimal text is read exactly",
        arguments: [
            ("0", 0), ("1", 10_000), ("-12.5", -125_000), ("+3.0001", 30_001), ("00.10", 1_000), ("-0", 0),
            ("922337203685477.5807", Int64.max), ("-922337203685477.5808", Int64.min),
        ]
    )
    func reads(text: String, units: Int64) throws {
        #expect(try Money(decimal: text).units == units)
    }

    @Test(
        "What is not an amount is refused with its reason",
        arguments: [
            ("", MoneyError.empty), ("1.00000", .tooManyDecimals), ("0.12345", .tooManyDecimals),
            ("1,000", .notANumber),
            ("12abc", .notANumber), ("1e3", .notANumber), (".5", .notANumber), ("5.", .notANumber), ("-", .notANumber),
            (" 1", .notANumber), ("$1", .notANumber), ("1.2.3", .notANumber), ("--1", .notANumber), ("٣", .notANumber),
            ("922337203685477.5808", .outOfRange), ("-922337203685477.5809", .outOfRange),
            ("99999999999999999999", .outOfRange),
        ]
    )
    func refuses(text: String, reason: MoneyError) {
        #expect(throws: reason) { try Money(decimal: text) }
    }

    @Test("Sums, differences and negation are checked")
    func checked() {
        let highest = Money(units: .max)
        let lowest = Money(units: .min)
        #expect(highest.adding(Money(units: 1)) == nil)
        #expect(lowest.subtracting(Money(units: 1)) == nil)
        #expect(lowest.negated() == nil)
        #expect(Money(units: 5).subtracting(Money(units: 8)) == Money(units: -3))
        #expect(Money.sum([Money(units: 1), Money(units: 2), Money(units: -4)]) == Money(units: -1))
        #expect(Money.sum([highest, Money(units: 1), Money(units: -1)]) == nil)
        #expect(Money.sum([]) == .zero)
    }

    @Test(
        "A product with a ratio is rounded once, half to even",
        arguments: [
            (10, 1, 4, 2), (14, 1, 4, 4), (-10, 1, 4, -2), (-14, 1, 4, -4), (10, -1, 4, -2), (10, 1, -4, -2),
            (7, 2, 3, 5),
            (1, 1, 3, 0), (2, 1, 3, 1), (Int64.max, Int64.max, Int64.max, Int64.max),
        ] as [(Int64, Int64, Int64, Int64)]
    )
    func multiplies(units: Int64, numerator: Int64, denominator: Int64, expected: Int64) {
        #expect(Money(units: units).multiplied(by: numerator, over: denominator) == Money(units: expected))
    }

    @Test("A product or ratio that cannot be is nil")
    func impossible() {
        #expect(Money(units: 1).multiplied(by: 1, over: 0) == nil)
        #expect(Money(units: .max).multiplied(by: 2, over: 1) == nil)
        #expect(Money(units: 1).ratio(to: .zero) == nil)
    }

    @Test("Exact values go there and back")
    func exact() throws {
        #expect(try Money(decimal: "-24580.50").exact.literal == "-24580.5")
        #expect(Money(units: .min).exact.literal == "-922337203685477.5808")
        #expect(Money(exact: try #require(ExactNumber("12.3456"))) == Money(units: 123_456))
        #expect(Money(exact: try #require(ExactNumber("0.00001"))) == nil)
        #expect(Money(exact: try #require(ExactNumber("1e30"))) == nil)
        #expect(Money(rounding: try #require(ExactNumber("0.00005"))) == .zero)
        #expect(Money(rounding: try #require(ExactNumber("0.00015"))) == Money(units: 2))
        #expect(JSONValue.money(Money(units: 4_500_000_000)).text == "450000")
    }

    @Test("Ratios and decimal factors")
    func ratios() throws {
        let actual = Money(units: 32_000_000_000)
        let budget = Money(units: 30_000_000_000)
        #expect(actual.ratio(to: budget, places: 4)?.literal == "1.0667")
        #expect(budget.multiplied(by: try #require(ExactNumber("1.05"))) == Money(units: 31_500_000_000))
        #expect(Money(units: 1).multiplied(by: try #require(ExactNumber("0.5"))) == .zero)
        #expect(Money(units: 3).multiplied(by: try #require(ExactNumber("0.5"))) == Money(units: 2))
    }
}
