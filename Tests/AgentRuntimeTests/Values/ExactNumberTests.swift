import Testing

@testable import AgentRuntime

@Suite("ExactNumber")
struct ExactNumberTests {
    private func number(_ literal: String) throws -> ExactNumber { try #require(ExactNumber(literal)) }

    @Test(
        "A literal has an exponent only where it must",
        arguments: [
            ("0", "0"), ("-0.0", "0"), ("1200", "1200"), ("-12.50", "-12.5"), ("0.05", "0.05"), ("1e6", "1000000"),
            ("1e21", "1e+21"), ("0.0000001", "1e-7"),
            ("99999999999999999999999999999999999999", "9.9999999999999999999999999999999999999e+37"),
            ("12345678901234567.890123", "12345678901234567.890123"),
        ]
    )
    func literals(text: String, expected: String) throws {
        #expect(try number(text).literal == expected)
    }

    @Test(
        "Sums, differences and products are exact",
        arguments: [
            ("0.1", "0.2", "0.3", "-0.1", "0.02"),
            ("1e20", "-1e-5", "99999999999999999999.99999", "100000000000000000000.00001", "-1000000000000000"),
            ("-5", "5", "0", "-10", "-25"), ("0", "7.5", "7.5", "-7.5", "0"),
        ]
    )
    func arithmetic(left: String, right: String, sum: String, difference: String, product: String) throws {
        let (left, right) = (try number(left), try number(right))
        #expect(left.adding(right)?.literal == sum)
        #expect(left.subtracting(right)?.literal == difference)
        #expect(left.multiplied(by: right)?.literal == product)
    }

    @Test("A result with too many digits is nil")
    func overflows() throws {
        let long = try number("99999999999999999999999999999999999999")
        #expect(long.multiplied(by: long) == nil)
        #expect(long.adding(try number("1e-20")) == nil)
        #expect(try number("1").divided(by: .zero, places: 2) == nil)
    }

    @Test(
        "Rounding is half to even at any place",
        arguments: [
            ("2.5", 0, "2"), ("3.5", 0, "4"), ("-2.5", 0, "-2"), ("-3.5", 0, "-4"), ("2.51", 0, "3"), ("0.05", 1, "0"),
            ("0.15", 1, "0.2"),
            ("1.005", 2, "1"), ("1.015", 2, "1.02"), ("999950", -2, "1000000"), ("850", -2, "800"), ("7", 3, "7"),
            ("1e-50", 2, "0"),
            ("49", -2, "0"), ("50", -2, "0"), ("51", -2, "100"), ("99999999999999999999999999999999999999e-39", 0, "0"),
        ]
    )
    func rounds(text: String, places: Int, expected: String) throws {
        #expect(try number(text).rounded(places: places).literal == expected)
    }

    @Test(
        "Quotients are rounded once to the places asked for",
        arguments: [
            ("1", "3", 4, "0.3333"), ("2", "3", 4, "0.6667"), ("-2", "3", 2, "-0.67"), ("1", "8", 2, "0.12"),
            ("3", "8", 2, "0.38"),
            ("200000", "3000000", 6, "0.066667"), ("1e30", "1e28", 0, "100"), ("1", "1e30", 4, "0"),
            ("5", "-2", 0, "-2"),
        ]
    )
    func divides(left: String, right: String, places: Int, expected: String) throws {
        #expect(try number(left).divided(by: try number(right), places: places)?.literal == expected)
    }

    @Test("Numbers are ordered by value, however long they are")
    func ordered() throws {
        let ascending = [
            "-1e9000", "-2", "-1.5", "-1e-9000", "0", "1e-9000", "0.999", "1", "1.00000000000000000000000000000000001",
            "1.1", "9", "10",
            "999e36", "1e39", "1e9000",
        ]
        let numbers = try ascending.map(number)
        #expect(numbers.reversed().sorted() == numbers)
        #expect(try number("1.0") == (try number("1")))
        #expect(try !(number("1") < number("1")))
    }

    @Test("Doubles are taken as they are written and given to the nearest")
    func doubles() throws {
        #expect(ExactNumber(0.1)?.literal == "0.1")
        #expect(ExactNumber(1e300)?.exponent == 300)
        #expect(ExactNumber(Double.nan) == nil)
        #expect(try number("0.1").double == 0.1)
        #expect(try number("1e9000").double == .infinity)
        #expect(JSONValue.exact(try number("6.67")).text == "6.67")
        #expect(JSONValue.number(JSONNumber(validLiteral: "1.50")).exact?.literal == "1.5")
    }
}
