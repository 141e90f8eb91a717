internal import AgentRuntime

/// Into which groups rows fall, and what the groups are called.
struct Grouping {
    /// A group's name, and its code when it is an account.
    struct Group: Sendable, Hashable {
        var name: String
        var code: String?
    }

    let groups: [Group]
    private let kind: Kind

    private enum Kind {
        /// The group of each account.
        case accounts([Int])
        /// The group of each tuple.
        case tuples([Int32])
    }

    init(_ breakdown: Breakdown, _ ledger: LedgerSnapshot) {
        switch breakdown {
        case .account:
            groups = ledger.accounts.map { Group(name: $0.name, code: $0.code) }
            kind = .accounts(Array(ledger.accounts.indices))
        case .section:
            groups = LedgerSection.allCases.map { Group(name: $0.rawValue) }
            kind = .accounts(ledger.accounts.map { LedgerSection.allCases.firstIndex(of: $0.section) ?? 0 })
        case .dimension(let dimension):
            groups = ledger.values[dimension.index].map { Group(name: $0.isEmpty ? LedgerDimension.unassigned : $0) }
            kind = .tuples(ledger.tuples[dimension.index])
        }
    }

    /// Groups of accounts that the caller makes: the number of each account's group.
    init(_ groups: [Group], accounts places: [Int]) {
        self.groups = groups
        kind = .accounts(places)
    }

    /// The sum of each group over some rows, accounts counting with their weight and tuples where they pass.
    func sums(
        _ columns: LedgerSnapshot.Columns,
        weights: [Int8],
        passing: [Int32]?,
        in rows: Range<Int>
    ) -> [LedgerSum] {
        switch kind {
        case .accounts(let places):
            var sums = [LedgerSum](repeating: LedgerSum(), count: groups.count)
            let accounts = columns.sumsByAccount(count: weights.count, passing: passing, in: rows)
            for index in accounts.indices where weights[index] != 0 {
                sums[places[index]] = sums[places[index]] + accounts[index].weighted(weights[index])
            }
            return sums
        case .tuples(var places):
            if let passing {
                for index in places.indices where passing[index] < 0 { places[index] = -1 }
            }
            return columns.sumsByGroup(count: groups.count, of: places, weights: weights, in: rows)
        }
    }
}

extension LedgerSum {
    /// The sum with an account's sign.
    func weighted(_ weight: Int8) -> LedgerSum { LedgerSum(units: units * Int128(weight), rows: rows) }
}
