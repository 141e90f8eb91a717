import AgentRuntime

@testable import Tools

/// Companies that exist nowhere, as vocabularies: what the planner knows of a tenant's data.
struct InventedCompany: Sendable {
    var vocabulary: TenantVocabulary
    var settings: TenantSettings

    /// Sells desks and chairs; calendar years; asked on the last day of January 2026.
    static let furniture: InventedCompany = {
        var words = Words()
        words.accounts([
            ("4000", "Furniture Sales"), ("4100", "Assembly Services"), ("5000", "Timber and Board"),
            ("5100", "Freight In"), ("6100", "Salaries and Wages"), ("6200", "Travel and Entertainment"),
            ("6300", "Cloud Hosting"), ("6310", "Software Licences"), ("6400", "Rent"), ("6500", "Advertising"),
            ("7000", "Depreciation"), ("7100", "Interest Expense"),
        ])
        words.values("region", ["Iberia", "Nordics", "DACH", "EMEA", "APAC"])
        words.values("lob", ["Wholesale", "Online"])
        words.values("product", ["Oslo Desk", "Bergen Chair", "Malmo Shelf"])
        words.values("department", ["Marketing", "Engineering", "Operations"])
        words.values("vendor", ["Meridian Logistics GmbH", "AWS", "Nordwood AB", "Brightline Media"])
        words.values("source", ["shopify", "stripe"])
        words.values("deal_owner", ["Maria Keller", "Tom Okafor"])
        words.values("deal_account", ["Hotel Astoria", "Globex Offices"])
        words.values(
            "deal_stage",
            ["Prospecting", "Qualification", "Proposal", "Negotiation", "Closed Won", "Closed Lost"]
        )
        words.values("deal", ["Astoria Lobby Refit"])
        words.articles([
            "Travel and Expense Policy", "Refund and Returns Procedure", "Remote Work Guidelines",
            "Month-End Close Checklist", "Vendor Onboarding",
        ])
        return words.company(first: "2023-01-01", last: "2026-01-31", today: "2026-01-31", fiscalYearStart: 1)
    }()

    /// Sells software; fiscal years from April; asked in the middle of August 2025.
    static let software: InventedCompany = {
        var words = Words()
        words.accounts([
            ("400", "Subscription Revenue"), ("410", "Professional Services Revenue"), ("500", "Hosting Costs"),
            ("510", "Support Payroll"), ("600", "Sales Commissions"), ("610", "R&D Salaries"),
            ("620", "Marketing Programs"), ("630", "Office & Facilities"), ("640", "Legal & Professional Fees"),
            ("900", "Bank Charges"), ("910", "Amortisation of Software"),
        ])
        words.values("region", ["North America", "UK & Ireland", "LATAM"])
        words.values("lob", ["Enterprise", "SMB"])
        words.values("product", ["Orbit CRM", "Orbit Analytics", "Pulse"])
        words.values("department", ["Research & Development", "Customer Success", "Sales", "Finance"])
        words.values("vendor", ["Amazon Web Services", "Google Ads", "Deloitte LLP", "WeWork"])
        words.values("deal_owner", ["Priya Raman", "Jon Smith", "Ana Sousa"])
        words.values("deal_account", ["Fabrikam", "Northwind Traders"])
        words.values("deal_stage", ["Discovery", "Demo", "Contract Sent", "Won", "Lost"])
        words.values("deal", ["Fabrikam Renewal", "Northwind Expansion"])
        words.articles([
            "Password and Access Policy", "Parental Leave", "Incident Response Playbook", "Expense Reimbursement",
            "Data Retention",
        ])
        return words.company(first: "2022-04-01", last: "2025-08-20", today: "2025-08-20", fiscalYearStart: 4)
    }()

    private struct Words {
        var entries: [VocabularyEntry] = []

        mutating func accounts(_ accounts: [(code: String, name: String)]) {
            for account in accounts {
                entries.append(VocabularyEntry(account.name, .metric("account:" + account.code)))
                entries.append(VocabularyEntry(account.code, .metric("account:" + account.code)))
            }
        }

        mutating func values(_ dimension: String, _ values: [String]) {
            entries += values.map { VocabularyEntry($0, .value(dimension: dimension, value: $0)) }
        }

        mutating func articles(_ titles: [String]) {
            for (index, title) in titles.enumerated() {
                entries.append(VocabularyEntry(title, .topic(kind: "article", id: "art_\(index)")))
            }
        }

        func company(first: String, last: String, today: String, fiscalYearStart: Int) -> InventedCompany {
            InventedCompany(
                vocabulary: TenantVocabulary(
                    version: 1,
                    entries: entries,
                    firstDate: CalendarDate(first),
                    lastDate: CalendarDate(last)
                ),
                settings: TenantSettings(
                    tenant: TenantID("ten_invented"),
                    today: CalendarDate(today) ?? .first,
                    fiscalYearStart: fiscalYearStart
                )
            )
        }
    }

    static let skills = PlannerSkills.all

    static let toolNames = [
        "anomalies", "deal_search", "income_statement", "kb_read", "kb_search", "metrics_query", "pipeline_overview",
        "what_if", "forecast_metric", "scenario_simulate", "scenario_compare",
        "variance_drivers", "order_status", "invoices_overdue", "receivables_aging", "stock_alerts",
        "supplier_performance", "deal_score", "revenue_forecast", "customer_intelligence", "customer_health",
        "demand_forecast", "price_quote",
        "costs_breakdown", "cash_runway", "arr_movement", "causal_simulate", "initiative_analysis",
    ]
}
