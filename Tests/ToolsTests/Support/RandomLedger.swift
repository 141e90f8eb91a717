import AgentRuntime

@testable import Tools

/// A company made at random from a seed, with its rows at hand, so that answers can be added up by other means.
struct RandomLedger {
    struct Row {
        var date: CalendarDate
        var code: String
        var section: LedgerSection
        var units: Int64
        var dimensions: [String]

        func value(_ dimension: LedgerDimension) -> String { dimensions[dimension.index] }
    }

    var rows: [Row] = []
    /// One per month, account, region and department.
    var budget: [Row] = []
    let codes: [(code: String, name: String, section: LedgerSection)]
    let first: CalendarDate
    let months: Int

    init(seed: UInt64, rowCount: Int) {
        var random = SeededGenerator(seed: seed)
        let sections = LedgerSection.allCases
        var codes: [(code: String, name: String, section: LedgerSection)] = []
        for index in 0..<random.number(in: 4...25) {
            let section = index < 4 ? sections[index] : random.element(of: sections)
            let name = section != .revenue && index % 7 == 3 ? "Depreciation \(index)" : "Account \(index)"
            codes.append(("\(1000 + index * 7)", name, section))
        }
        self.codes = codes
        months = random.number(in: 3...40)
        first = CalendarDate(year: random.number(in: 2015...2024), month: random.number(in: 1...12), day: 1) ?? .first
        let values = LedgerDimension.allCases.map { dimension in
            // Every dimension has blanks.
            [""] + (0..<random.number(in: 1...6)).map { "\(dimension.rawValue) \($0)" }
        }
        func dimensions(_ random: inout SeededGenerator) -> [String] { values.map { random.element(of: $0) } }
        for _ in 0..<rowCount {
            let month = first.adding(months: random.number(in: 0...months - 1))
            let account = random.element(of: codes)
            let isCredit = random.number(in: 1...12) == 1
            let units = Int64(random.number(in: 0...90_000_000_0))
            rows.append(
                Row(
                    date: month.adding(days: random.number(in: 0...month.endOfMonth.day - 1)),
                    code: account.code,
                    section: account.section,
                    units: isCredit ? -units : units,
                    dimensions: dimensions(&random)
                )
            )
        }
        for month in 0..<months {
            for account in codes {
                var dimensions = dimensions(&random)
                for dimension in LedgerDimension.allCases where !dimension.isBudgeted {
                    dimensions[dimension.index] = ""
                }
                budget.append(
                    Row(
                        date: first.adding(months: month),
                        code: account.code,
                        section: account.section,
                        units: Int64(random.number(in: 1...50_000_000)),
                        dimensions: dimensions
                    )
                )
            }
        }
    }

    var last: CalendarDate { first.adding(months: months - 1).endOfMonth }

    func name(_ code: String) -> String { codes.first { $0.code == code }?.name ?? "" }

    static func decimal(_ units: Int64) -> String {
        ExactNumber(significand: Int128(units), exponent: -4).literal
    }

    var ledgerCSV: String {
        let header =
            "date,account_code,account_name,section,amount,"
            + LedgerDimension.allCases.map(\.rawValue).joined(separator: ",")
        return header + "\n"
            + rows.map { row in
                ([row.date.description, row.code, name(row.code), row.section.rawValue, Self.decimal(row.units)]
                    + row.dimensions).joined(separator: ",")
            }
            .joined(separator: "\n")
    }

    var budgetCSV: String {
        "month,account_code,account_name,section,amount,region,lob,department\n"
            + budget.map { row in
                [
                    String(row.date.description.prefix(7)), row.code, name(row.code), row.section.rawValue,
                    Self.decimal(row.units), row.value(.region), row.value(.lob), row.value(.department),
                ].joined(separator: ",")
            }
            .joined(separator: "\n")
    }

    /// The metric of some rows by its definition, added up plainly.
    func sum(_ metric: String, _ rows: some Sequence<Row>) -> Int128 {
        var sum: Int128 = 0
        for row in rows {
            let isDepreciation = name(row.code).contains("Depreciation")
            let weight: Int128
            switch (metric, row.section) {
            case ("revenue", .revenue), ("cogs", .cogs), ("opex", .opex), ("other", .other): weight = 1
            case ("costs", .cogs), ("costs", .opex): weight = 1
            case ("spend", .cogs), ("spend", .opex), ("spend", .other): weight = 1
            case ("gross_profit", .revenue), ("ebitda", .revenue), ("operating_income", .revenue),
                ("net_income", .revenue):
                weight = 1
            case ("gross_profit", .cogs), ("ebitda", .cogs), ("operating_income", .cogs), ("net_income", .cogs):
                weight = -1
            case ("ebitda", .opex): weight = isDepreciation ? 0 : -1
            case ("operating_income", .opex), ("net_income", .opex), ("net_income", .other): weight = -1
            case ("operating_income", .other): weight = isDepreciation ? -1 : 0
            default: weight = metric == "account:\(row.code)" ? 1 : 0
            }
            sum += weight * Int128(row.units)
        }
        return sum
    }
}
