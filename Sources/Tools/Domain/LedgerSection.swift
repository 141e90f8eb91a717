// The two ways in which ledger rows are divided: the section of their account, and their dimensions.

/// The part of the income statement that an account belongs to; amounts are positive in it.
package enum LedgerSection: String, Sendable, Hashable, CaseIterable {
    case revenue
    case cogs
    case opex
    case other

    /// Its number in the database; for ever.
    var number: Int64 {
        switch self {
        case .revenue: 0
        case .cogs: 1
        case .opex: 2
        case .other: 3
        }
    }

    init?(number: Int64) {
        guard let section = Self.allCases.first(where: { $0.number == number }) else { return nil }
        self = section
    }

    /// Whether more of it is worse.
    package var isCost: Bool { self != .revenue }

    /// The heading on an income statement.
    package var title: String {
        switch self {
        case .revenue: "Revenue"
        case .cogs: "Cost of Goods Sold"
        case .opex: "Operating Expenses"
        case .other: "Other Income and Expenses"
        }
    }
}

/// A column by which ledger rows can be filtered and grouped beside their account.
package enum LedgerDimension: String, Sendable, Hashable, CaseIterable {
    case region
    case lob
    case product
    case department
    case vendor
    case source

    /// Its place in a tuple of dimension values.
    var index: Int {
        switch self {
        case .region: 0
        case .lob: 1
        case .product: 2
        case .department: 3
        case .vendor: 4
        case .source: 5
        }
    }

    /// Whether budgets carry it.
    package var isBudgeted: Bool { self == .region || self == .lob || self == .department }

    /// How rows without a value are shown.
    package static let unassigned = "unassigned"
}
