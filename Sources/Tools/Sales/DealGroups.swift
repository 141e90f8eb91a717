internal import AgentRuntime

/// Deals by what they have in common (owner, region, account, stage, status), each group with its own totals.
///
/// Groups are made of every deal that was found, however few of them are listed. Names that differ in capitals or
/// blanks around them are one group, spelled as most of its deals spell it; deals without the name are "unassigned".
struct DealGroups {
    enum Dimension: String, CaseIterable {
        case owner, region, account, stage, status

        func value(of deal: Deal) -> String {
            switch self {
            case .owner: deal.owner.isEmpty ? deal.ownerEmail : deal.owner
            case .region: deal.region
            case .account: deal.account
            case .stage: deal.stage
            case .status: deal.status.rawValue
            }
        }
    }

    /// What groups are ordered by.
    enum Rank: String, CaseIterable {
        case amount, count, weighted, average
        case winRate = "win_rate"
    }

    struct Group {
        var name: String
        var deals: [Deal]
        var totals: DealTotals
        var won: Int
        var closed: Int

        init(name: String, deals: [Deal]) {
            self.name = name
            self.deals = deals
            totals = DealTotals(deals)
            won = deals.count { $0.status == .won }
            closed = deals.count { $0.status != .open }
        }

        var winRate: ExactNumber? { ExactNumber(won).divided(by: ExactNumber(closed), places: 6) }

        func value(_ rank: Rank) -> ExactNumber? {
            switch rank {
            case .amount: totals.amount
            case .count: ExactNumber(totals.count)
            case .weighted: totals.weighted
            case .average: totals.amountAverage
            case .winRate: winRate
            }
        }
    }

    /// Groups of one result; the rest is only counted.
    static let max = 200
    static let unassigned = "unassigned"

    static let groupBy = FigureSchema.choices(
        "Also the totals of each group of the deals found.",
        Dimension.allCases.map(\.rawValue)
    )

    let dimensions: [Dimension]
    let groups: [Group]

    /// `nil` where the arguments ask for no groups.
    init?(_ arguments: JSONObject, _ deals: [Deal], rank fallback: Rank = .amount) throws(FigureFailure) {
        let names = DealFilter.names(arguments["group_by"])
        guard !names.isEmpty else { return nil }
        var dimensions: [Dimension] = []
        for name in names {
            guard let dimension = Dimension(rawValue: name) else {
                throw .unknownDimension(name, known: Dimension.allCases.map(\.rawValue))
            }
            if !dimensions.contains(dimension) { dimensions.append(dimension) }
        }
        let rank = try arguments.choice("rank_by", Rank.allCases.map(\.rawValue)).flatMap(Rank.init) ?? fallback
        let isAscending = try arguments.choice("order", ["asc", "desc"]) == "asc"
        self.dimensions = dimensions
        groups = DealGroups.groups(of: deals, by: dimensions).sorted { left, right in
            // A group without the value is neither the best nor the worst.
            guard let first = left.value(rank) else { return right.value(rank) == nil && left.name < right.name }
            guard let second = right.value(rank) else { return true }
            if first == second { return left.name < right.name }
            return (first < second) == isAscending
        }
    }

    private static func groups(of deals: [Deal], by dimensions: [Dimension]) -> [Group] {
        func names(of deal: Deal) -> [String] { dimensions.map { $0.value(of: deal).trimmingBlanks() } }
        return Dictionary(grouping: deals) { names(of: $0).map { $0.lowercased() } }.map { _, deals in
            let spellings = Dictionary(grouping: deals, by: names(of:)).mapValues(\.count)
            let spelled = spellings.max { left, right in
                (left.value, right.key.joined(separator: " ")) < (right.value, left.key.joined(separator: " "))
            }
            let parts = (spelled?.key ?? []).map { $0.isEmpty ? unassigned : $0 }
            return Group(name: parts.joined(separator: ", "), deals: deals)
        }
    }

    /// The members that a result gets.
    func members(_ json: (Group) -> JSONObject) -> JSONObject {
        [
            "group_by": .array(dimensions.map { .string($0.rawValue) }),
            "groups": .array(groups.prefix(DealGroups.max).map { .object(json($0)) }),
            "groups_total": .integer(groups.count),
        ]
    }

    /// A group of deals that were searched for.
    static func json(_ group: Group) -> JSONObject {
        [
            "name": .string(group.name),
            "count": .integer(group.totals.count),
            "amount": .exact(group.totals.amount),
            "weighted": .exact(group.totals.weighted),
            "average_amount": group.totals.amountAverage.map(JSONValue.exact) ?? .null,
        ]
    }

    /// A group of open and closed deals, with how the closed ones ended.
    static func outcome(_ group: Group) -> JSONObject {
        func totals(_ status: DealStatus) -> JSONValue {
            let totals = DealTotals(group.deals.filter { $0.status == status })
            var json: JSONObject = ["count": .integer(totals.count), "amount": .exact(totals.amount)]
            if status == .open { json["weighted"] = .exact(totals.weighted) }
            return .object(json)
        }
        return [
            "name": .string(group.name),
            "open": totals(.open), "won": totals(.won), "lost": totals(.lost),
            "closed_count": .integer(group.closed),
            "win_rate": group.winRate.map(JSONValue.exact) ?? .null,
        ]
    }
}
