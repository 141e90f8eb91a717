package import AgentRuntime

/// How far a deal has come.
package enum DealStatus: String, Sendable, CaseIterable {
    case open
    case won
    case lost

    /// By a stage's name, whatever its capitals.
    init(stage: String) {
        switch stage.trimmingBlanks().lowercased() {
        case "closed won", "won": self = .won
        case "closed lost", "lost": self = .lost
        default: self = .open
        }
    }
}

extension Deal {
    package var status: DealStatus { DealStatus(stage: stage) }

    package var amount: Money { Money(units: units) }

    /// The probability as a number from 0 to 1.
    package var chance: ExactNumber? { probability.map { ExactNumber(significand: Int128($0), exponent: -6) } }

    /// Why the deal is at risk: its close date has passed, or nothing has happened for 60 days.
    ///
    /// A deal without any activity is measured from its creation; nothing is said where neither is known.
    package func risks(today: CalendarDate) -> [String] {
        guard status == .open else { return [] }
        var reasons: [String] = []
        if let closeDate, closeDate < today { reasons.append("close date \(closeDate) has passed") }
        if let last = lastActivityDate ?? createdDate {
            let days = last.days(until: today)
            if days >= DealFilter.idleDays { reasons.append("no activity for \(days) days") }
        }
        return reasons
    }

    /// `medium` for one reason, `high` for both; `nil` for a deal not at risk.
    func riskLevel(today: CalendarDate) -> String? {
        switch risks(today: today).count {
        case 0: nil
        case 1: "medium"
        default: "high"
        }
    }
}

/// Which deals are asked for.
struct DealFilter: Sendable {
    /// Days without activity after which an open deal is at risk.
    static let idleDays = 60

    var text: String?
    /// In lower case; one of them, as with owners, accounts, regions and identifiers.
    var stages: [String]?
    var owners: [String]?
    var accounts: [String]?
    var regions: [String]?
    var ids: [String]?
    /// One of these; every status when `nil`.
    var statuses: Set<DealStatus>?
    var isAtRisk: Bool?
    var amountMin: ExactNumber?
    var amountMax: ExactNumber?
    var closePeriod: PeriodArgument?

    /// Reads the arguments that tools over deals share; a value that no deal has is an error that names the nearest.
    init(
        _ arguments: JSONObject,
        deals: [Deal],
        settings: TenantSettings,
        periodName: String
    ) throws(FigureFailure) {
        func known(_ name: String, _ value: (Deal) -> [String]) throws(FigureFailure) -> [String]? {
            let wanted = DealFilter.names(arguments[name])
            guard !wanted.isEmpty else { return nil }
            let names = Set(deals.flatMap(value)).filter { !$0.isEmpty }
            let keys = Set(names.map { $0.lowercased() })
            if let unknown = wanted.first(where: { !keys.contains($0.lowercased()) }) {
                throw .unknownValue(unknown, dimension: name, known: names.sorted())
            }
            return wanted.map { $0.lowercased() }
        }
        text = arguments["text"]?.string.map { $0.trimmingBlanks().lowercased() }
        stages = try DealFilter.stages(arguments["stage"], deals)
        owners = try known("owner") { [$0.owner, $0.ownerEmail, $0.ownerID ?? ""] }
        accounts = try known("account") { [$0.account] }
        regions = try known("region") { [$0.region] }
        ids = try DealFilter.ids(arguments["id"], deals)
        statuses = try DealFilter.statuses(arguments["status"])
        isAtRisk = arguments["at_risk"]?.bool
        amountMin = arguments["min_amount"]?.exact
        amountMax = arguments["max_amount"]?.exact
        if let value = arguments[periodName], !value.isNull {
            closePeriod = try PeriodArgument(value, settings: settings)
        }
    }

    /// The texts of an argument that is one text or a list of them; blank ones are left out.
    static func names(_ value: JSONValue?) -> [String] {
        let texts = value?.array?.compactMap(\.string) ?? [value?.string].compactMap(\.self)
        return texts.map { $0.trimmingBlanks() }.filter { !$0.isEmpty }
    }

    private static func ids(_ value: JSONValue?, _ deals: [Deal]) throws(FigureFailure) -> [String]? {
        let wanted = names(value)
        guard !wanted.isEmpty else { return nil }
        let keys = Set(deals.map { $0.id.lowercased() })
        if let unknown = wanted.first(where: { !keys.contains($0.lowercased()) }) {
            throw .notFound("deal", unknown, known: deals.map(\.id))
        }
        return wanted.map { $0.lowercased() }
    }

    private static func statuses(_ value: JSONValue?) throws(FigureFailure) -> Set<DealStatus>? {
        let names = names(value)
        guard !names.isEmpty, !names.contains("all") else { return nil }
        var statuses: Set<DealStatus> = []
        for name in names {
            guard let status = DealStatus(rawValue: name) else {
                let words = DealStatus.allCases.map(\.rawValue) + ["all"]
                throw .invalidArgument("status", "must be one of \(words.joined(separator: ", "))")
            }
            statuses.insert(status)
        }
        return statuses
    }

    /// One stage, several with commas between them, or a list of stages.
    private static func stages(_ value: JSONValue?, _ deals: [Deal]) throws(FigureFailure) -> [String]? {
        let texts = DealFilter.names(value)
        guard !texts.isEmpty else { return nil }
        let known = Set(deals.map(\.stage)).sorted()
        func isKnown(_ name: String) -> Bool {
            known.contains { $0.trimmingBlanks().lowercased() == name.trimmingBlanks().lowercased() }
        }
        let names = texts.flatMap { isKnown($0) ? [$0] : $0.split(separator: ",").map(String.init) }
        if let unknown = names.first(where: { !isKnown($0) }) {
            throw .unknownValue(unknown, dimension: "stage", known: known)
        }
        return names.map { $0.trimmingBlanks().lowercased() }
    }

    func accepts(_ deal: Deal, today: CalendarDate) -> Bool {
        if let statuses, !statuses.contains(deal.status) { return false }
        if let ids, !ids.contains(deal.id.lowercased()) { return false }
        if let stages, !stages.contains(deal.stage.trimmingBlanks().lowercased()) { return false }
        if let owners {
            let names = [deal.owner.lowercased(), deal.ownerEmail.lowercased(), deal.ownerID ?? ""]
            guard names.contains(where: owners.contains) else { return false }
        }
        if let accounts, !accounts.contains(deal.account.lowercased()) { return false }
        if let regions, !regions.contains(deal.region.lowercased()) { return false }
        if let amountMin, deal.amount.exact < amountMin { return false }
        if let amountMax, amountMax < deal.amount.exact { return false }
        if let isAtRisk, deal.risks(today: today).isEmpty == isAtRisk { return false }
        if let closePeriod {
            guard let date = deal.closeDate, closePeriod.period.contains(date) else { return false }
        }
        guard let text, !text.isEmpty else { return true }
        return [deal.name, deal.account, deal.id, deal.owner, deal.nextStep].contains { $0.lowercased().contains(text) }
    }
}

/// Totals over deals.
struct DealTotals {
    private(set) var count = 0
    private(set) var withoutProbability = 0
    private var units: Int128 = 0
    /// Σ amount × probability, in 10⁻¹⁰ of the currency unit.
    private var weightedUnits: Int128 = 0
    private var probabilities: Int128 = 0

    init(_ deals: some Sequence<Deal>) {
        for deal in deals {
            count += 1
            units += Int128(deal.units)
            guard let probability = deal.probability else {
                withoutProbability += 1
                continue
            }
            weightedUnits += Int128(deal.units) * Int128(probability)
            probabilities += Int128(probability)
        }
    }

    var amount: ExactNumber { ExactNumber(significand: units, exponent: -4) }

    /// Each deal's amount times its own probability, rounded once; a deal without one weighs nothing.
    var weighted: ExactNumber { ExactNumber(significand: weightedUnits, exponent: -10).rounded(places: 4) }

    var probabilityAverage: ExactNumber? {
        ExactNumber(significand: probabilities, exponent: -6)
            .divided(by: ExactNumber(count - withoutProbability), places: 6)
    }

    var amountAverage: ExactNumber? { amount.divided(by: ExactNumber(count), places: 4) }
}
