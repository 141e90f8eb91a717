/// An amount of money in 1/10,000 of the currency unit; the currency is the tenant's and stands elsewhere.
///
/// Sums are exact and checked. Range: ±922 trillion units.
package struct Money: Sendable, Hashable, Comparable {
    /// 1/10,000 of the currency unit.
    package var units: Int64

    package init(units: Int64) { self.units = units }

    package static let zero = Money(units: 0)

    package static func < (left: Money, right: Money) -> Bool { left.units < right.units }

    /// The sum; `nil` when it overflows.
    package func adding(_ other: Money) -> Money? {
        let (sum, overflow) = units.addingReportingOverflow(other.units)
        return overflow ? nil : Money(units: sum)
    }
}
