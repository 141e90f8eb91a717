package import AgentRuntime

/// The fields by which deals are filtered and sorted.
package enum DealField: String, Sendable, CaseIterable {
    case id
    case name
    case account
    case owner
    /// Also the owner's name or e-mail, since deals know their owners by these.
    case ownerID = "owner_id"
    case ownerEmail = "owner_email"
    case stage
    case status
    case region
    case nextStep = "next_step"
    case riskLevel = "risk_level"
    case amount
    case probability
    case weightedAmount = "weighted_amount"
    case daysInPipeline = "days_in_pipeline"
    case closeDate = "close_date"
    case createdDate = "created_date"
    case lastActivityDate = "last_activity_date"

    package var kind: FieldKind {
        switch self {
        case .amount, .probability, .weightedAmount, .daysInPipeline: .number
        case .closeDate, .createdDate, .lastActivityDate: .date
        default: .text
        }
    }

    package func value(of deal: Deal, today: CalendarDate) -> FieldValue? {
        func text(_ text: String) -> FieldValue? { text.isEmpty ? nil : .text(text) }
        switch self {
        case .id: return .text(deal.id)
        case .name: return text(deal.name)
        case .account: return text(deal.account)
        case .owner: return text(deal.owner)
        case .ownerID: return deal.ownerID.map(FieldValue.text)
        case .ownerEmail: return text(deal.ownerEmail)
        case .stage: return .text(deal.stage)
        case .status: return .text(deal.status.rawValue)
        case .region: return text(deal.region)
        case .nextStep: return text(deal.nextStep)
        case .riskLevel: return deal.risk(today: today).map(FieldValue.text)
        case .amount: return .number(deal.amount.exact)
        case .probability: return deal.chance.map(FieldValue.number)
        case .weightedAmount: return deal.weighted.map(FieldValue.number)
        case .daysInPipeline: return deal.daysInPipeline(today: today).map { .number(ExactNumber($0)) }
        case .closeDate: return deal.closeDate.map(FieldValue.date)
        case .createdDate: return deal.createdDate.map(FieldValue.date)
        case .lastActivityDate: return deal.lastActivityDate.map(FieldValue.date)
        }
    }
}

extension Deal {
    /// Names the owner for as long as the name is written the same; `nil` where nobody owns the deal.
    package var ownerID: String? {
        let key = ownerEmail.isEmpty ? owner : ownerEmail
        return key.isEmpty ? nil : "own_" + SHA256.hex(Array(key.lowercased().utf8)).prefix(12)
    }

    /// Names the customer for as long as the name is written the same.
    package var accountID: String? {
        account.isEmpty ? nil : "acc_" + SHA256.hex(Array(account.lowercased().utf8)).prefix(12)
    }

    /// The amount times the probability; `nil` where nobody has said how likely it is.
    package var weighted: ExactNumber? { probability == nil ? nil : DealTotals([self]).weighted }

    /// `low`, `medium` or `high` for an open deal; nothing is at risk of a closed one.
    package func risk(today: CalendarDate) -> String? {
        status == .open ? riskLevel(today: today) ?? "low" : nil
    }

    /// Days from creation until today, or until the deal was closed.
    package func daysInPipeline(today: CalendarDate) -> Int? {
        guard let createdDate else { return nil }
        let end = status == .open ? today : closeDate ?? today
        return max(0, createdDate.days(until: end))
    }
}

/// Which deals are listed, and in which order.
package struct DealListing: Sendable {
    package var filters: [FieldFilter]
    /// One of these, when given.
    package var stages: [String]?
    package var status: DealStatus?
    package var sort: DealField
    package var isAscending: Bool

    package init(
        filters: [FieldFilter] = [],
        stages: [String]? = nil,
        status: DealStatus? = .open,
        sort: DealField = .amount,
        isAscending: Bool = false
    ) {
        self.filters = filters
        self.stages = stages.map { $0.map { $0.trimmingBlanks().lowercased() } }
        self.status = status
        self.sort = sort
        self.isAscending = isAscending
    }

    func select(_ deals: [Deal], today: CalendarDate) -> [Deal] {
        let found = deals.filter { deal in
            if let status, deal.status != status { return false }
            if let stages, !stages.contains(deal.stage.trimmingBlanks().lowercased()) { return false }
            return filters.allSatisfy { filter in
                guard let field = DealField(rawValue: filter.field) else { return false }
                if field == .ownerID, filter.comparison != .notEquals {
                    return [deal.ownerID, deal.owner, deal.ownerEmail].contains { name in
                        filter.accepts(name.map(FieldValue.text))
                    }
                }
                return filter.accepts(field.value(of: deal, today: today))
            }
        }
        let keyed = found.map { (deal: $0, key: sort.value(of: $0, today: today)) }
        return keyed.sorted { left, right in
            guard let first = left.key else { return right.key == nil && left.deal.id < right.deal.id }
            guard let second = right.key else { return true }
            if FieldValue.isBefore(first, second) { return isAscending }
            if FieldValue.isBefore(second, first) { return !isAscending }
            return left.deal.id < right.deal.id
        }
        .map(\.deal)
    }
}
