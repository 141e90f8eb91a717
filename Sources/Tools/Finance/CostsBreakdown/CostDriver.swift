/// What makes a cost rise or fall, told by the section and the name of its account.
///
/// Ledgers carry no drivers, so they are read from what accountants call their accounts; an account that says nothing
/// of its driver is counted under `other`. Depreciation goes before the words: it follows what was invested, whatever
/// the thing is called.
enum CostDriver: String, CaseIterable {
    case volume, people, premises, technology, marketing, travel, services, capital, other

    var title: String {
        switch self {
        case .volume: "Volume (cost of goods sold)"
        case .people: "People"
        case .premises: "Premises"
        case .technology: "Technology"
        case .marketing: "Marketing"
        case .travel: "Travel"
        case .services: "Services bought in"
        case .capital: "Capital (depreciation and interest)"
        case .other: "Other"
        }
    }

    init(of account: LedgerSnapshot.Account) {
        if account.isDepreciation {
            self = .capital
            return
        }
        if account.section == .cogs {
            self = .volume
            return
        }
        let words = account.name.lowercased().split { !$0.isLetter }.map(String.init)
        self =
            Self.words.first { entry in words.contains { word in entry.starts.contains { word.hasPrefix($0) } } }?
            .driver ?? .other
    }

    /// Beginnings of words; the first driver that has one wins.
    private static let words: [(driver: CostDriver, starts: [String])] = [
        (
            .people,
            ["salar", "wage", "payroll", "personnel", "staff", "benefit", "bonus", "commission", "recruit", "training"]
        ),
        (.travel, ["travel", "entertain", "lodging", "hotel", "flight"]),
        (.marketing, ["marketing", "advertis", "promotion", "event", "sponsor"]),
        (
            .technology,
            ["software", "cloud", "hosting", "licen", "saas", "hardware", "computer", "technology", "telecom"]
        ),
        (.premises, ["rent", "lease", "facilit", "utilit", "office", "property", "cleaning", "energy", "electric"]),
        (
            .services,
            ["legal", "professional", "consult", "audit", "accounting", "insurance", "contractor", "outsourc"]
        ),
        (.capital, ["interest", "financ", "loan", "bank"]),
    ]

    static func grouping(_ ledger: LedgerSnapshot) -> Grouping {
        Grouping(
            allCases.map { Grouping.Group(name: $0.title) },
            accounts: ledger.accounts.map { allCases.firstIndex(of: CostDriver(of: $0)) ?? 0 }
        )
    }
}
