internal import AgentRuntime

// Sums over the columns: what is counted is decided once per account and once per tuple of dimension values, so the
// pass itself does nothing but add.

/// A sum and how many rows it is of.
struct LedgerSum: Sendable, Hashable {
    /// In 1/10,000 of the currency unit; 128 bits, so that no intermediate sum overflows.
    var units: Int128 = 0
    var rows = 0

    static func + (left: LedgerSum, right: LedgerSum) -> LedgerSum {
        LedgerSum(units: left.units + right.units, rows: left.rows + right.rows)
    }

    /// The sum as money; an error where it is beyond its range (±922 trillion).
    var money: Money {
        get throws {
            guard let units = Int64(exactly: units) else { throw LedgerSum.overflow }
            return Money(units: units)
        }
    }

    static let overflow = AgentError(
        .limitExceeded,
        "The sum is beyond ±922 trillion and cannot be given exactly; ask for a shorter period or a part of it."
    )
}

extension LedgerSnapshot.Columns {
    /// The sum of each account over some rows.
    ///
    /// With `passing`, rows count only where their tuple's entry is 0. No branch depends on a row: which account comes
    /// next cannot be predicted, and a missed branch costs more than the whole row.
    func sumsByAccount(count accountCount: Int, passing: [Int32]?, in rows: Range<Int>) -> [LedgerSum] {
        precondition(rows.upperBound <= count, "rows beyond the columns")
        return LedgerSnapshot.Columns.gather(accountCount) { units, counts in
            // Every index was checked when the columns were read, so the buffers need no checks again.
            accounts.withUnsafeBufferPointer { accounts in
                amounts.withUnsafeBufferPointer { amounts in
                    guard let passing else {
                        for row in rows {
                            let account = Int(accounts[row])
                            units[account] &+= Int128(amounts[row])
                            counts[account] &+= 1
                        }
                        return
                    }
                    passing.withUnsafeBufferPointer { passing in
                        tuples.withUnsafeBufferPointer { tuples in
                            for row in rows {
                                let account = Int(accounts[row])
                                let counted = Int(1 + passing[Int(tuples[row])])
                                units[account] &+= Int128(amounts[row]) & -Int128(counted)
                                counts[account] &+= counted
                            }
                        }
                    }
                }
            }
        }
    }

    /// The sum of each group of tuples over some rows.
    ///
    /// An account's weight is 1, −1, or 0 where it does not count; a tuple's group is −1 where it does not.
    func sumsByGroup(
        count groupCount: Int,
        of groups: [Int32],
        weights: [Int8],
        in rows: Range<Int>
    ) -> [LedgerSum] {
        precondition(rows.upperBound <= count, "rows beyond the columns")
        // One place more, before the first group, takes what does not count.
        let sums = LedgerSnapshot.Columns.gather(groupCount + 1) { units, counts in
            accounts.withUnsafeBufferPointer { accounts in
                amounts.withUnsafeBufferPointer { amounts in
                    tuples.withUnsafeBufferPointer { tuples in
                        weights.withUnsafeBufferPointer { weights in
                            groups.withUnsafeBufferPointer { groups in
                                for row in rows {
                                    let weight = Int(weights[Int(accounts[row])])
                                    let place = Int(groups[Int(tuples[row])]) + 1
                                    units[place] &+= Int128(amounts[row]) &* Int128(weight)
                                    counts[place] &+= weight & 1
                                }
                            }
                        }
                    }
                }
            }
        }
        return Array(sums.dropFirst())
    }

    private static func gather(
        _ count: Int,
        _ body: (UnsafeMutableBufferPointer<Int128>, UnsafeMutableBufferPointer<Int>) -> Void
    ) -> [LedgerSum] {
        var units = [Int128](repeating: 0, count: count)
        var counts = [Int](repeating: 0, count: count)
        units.withUnsafeMutableBufferPointer { units in
            counts.withUnsafeMutableBufferPointer { counts in body(units, counts) }
        }
        return zip(units, counts).map { LedgerSum(units: $0, rows: $1) }
    }

    /// Sums by account and month: what history-based calculations (anomalies, forecasts) start from.
    ///
    /// Months are counted from `firstMonth` (`CalendarDate.monthNumber`); the result is indexed `[account][month]`.
    func monthly(accountCount: Int, firstMonth: Int, monthCount: Int) -> [[LedgerSum]] {
        let months = (0..<monthCount).map { month -> [LedgerSum] in
            let start = CalendarDate(monthNumber: firstMonth + month) ?? .first
            let rows = rows(from: start.dayNumber, to: start.endOfMonth.dayNumber)
            return sumsByAccount(count: accountCount, passing: nil, in: rows)
        }
        return (0..<accountCount).map { account in months.map { $0[account] } }
    }
}
