package import AgentRuntime

/// What a customer pays each month for a plan, and from when to when.
package struct Subscription: Sendable, Hashable {
    package var id: String
    package var customer: String
    package var plan: String
    package var startDate: CalendarDate
    /// The last day, which still counts; `nil` while the subscription runs.
    package var endDate: CalendarDate?
    /// Monthly recurring revenue in 1/10,000 of the currency unit; negative for a row that takes from another.
    package var mrr: Int64
    /// How the row came about or ended, as written (`new`, `upsell`, `contraction`, `churn`).
    package var changeType: String
    package var reason: String

    package init(
        id: String,
        customer: String,
        plan: String = "",
        startDate: CalendarDate,
        endDate: CalendarDate? = nil,
        mrr: Int64,
        changeType: String = "",
        reason: String = ""
    ) {
        self.id = id
        self.customer = customer
        self.plan = plan
        self.startDate = startDate
        self.endDate = endDate
        self.mrr = mrr
        self.changeType = changeType
        self.reason = reason
    }

    package var change: SubscriptionChange? { SubscriptionChange(words: changeType) }
}

/// What a row of subscriptions says of itself.
package enum SubscriptionChange: Sendable, Hashable {
    case new, expansion, upsell, crossSell, contraction, churn, reactivation, renewal

    /// Reads a kind as people write it: "Cross-sell", "downgrade", "Cancelled"; `nil` for other words.
    package init?(words: String) {
        let key = words.trimmingBlanks().lowercased().filter { $0.isLetter }
        guard let change = Self.names[key] else { return nil }
        self = change
    }

    private static let names: [String: SubscriptionChange] = [
        "new": .new, "newbusiness": .new, "newcustomer": .new, "newlogo": .new, "initial": .new,
        "expansion": .expansion, "expand": .expansion, "increase": .expansion, "priceincrease": .expansion,
        "upsell": .upsell, "upgrade": .upsell, "crosssell": .crossSell, "addon": .crossSell,
        "contraction": .contraction, "contract": .contraction, "downgrade": .contraction, "downsell": .contraction,
        "decrease": .contraction, "reduction": .contraction,
        "churn": .churn, "churned": .churn, "cancel": .churn, "canceled": .churn, "cancelled": .churn,
        "cancellation": .churn, "lost": .churn, "ended": .churn,
        "reactivation": .reactivation, "reactivated": .reactivation, "winback": .reactivation,
        "returned": .reactivation,
        "renewal": .renewal, "renewed": .renewal,
    ]
}

/// The subscriptions of one tenant, over a connection to its database.
package struct SubscriptionStore {
    private let connection: SQLiteConnection

    package init(_ connection: SQLiteConnection) { self.connection = connection }

    static let sql = """
        CREATE TABLE subscriptions (
            id TEXT PRIMARY KEY, customer TEXT NOT NULL, plan TEXT NOT NULL, start_date INTEGER NOT NULL,
            end_date INTEGER, mrr INTEGER NOT NULL, change_type TEXT NOT NULL, reason TEXT NOT NULL
        ) WITHOUT ROWID;
        """

    private static let columns = "id, customer, plan, start_date, end_date, mrr, change_type, reason"

    /// Every subscription, the oldest first.
    package func all() throws(DatabaseError) -> [Subscription] {
        try connection.query("SELECT \(Self.columns) FROM subscriptions ORDER BY start_date, id") { row in
            Subscription(
                id: row.text(0),
                customer: row.text(1),
                plan: row.text(2),
                startDate: CalendarDate(daysSinceEpoch: Int(row.int(3))),
                endDate: row.dateOrNil(4),
                mrr: row.int(5),
                changeType: row.text(6),
                reason: row.text(7)
            )
        }
    }

    package func isEmpty() throws(DatabaseError) -> Bool {
        try connection.first("SELECT 1 FROM subscriptions LIMIT 1") { row in row.int(0) } == nil
    }

    /// Stores a subscription in place of the one with its identifier.
    package func put(_ subscription: Subscription) throws(DatabaseError) -> Stored {
        try connection.put(
            "INSERT OR REPLACE INTO subscriptions (\(Self.columns)) VALUES (?,?,?,?,?,?,?,?)",
            [
                .text(subscription.id), .text(subscription.customer), .text(subscription.plan),
                .day(subscription.startDate), .day(subscription.endDate), .integer(subscription.mrr),
                .text(subscription.changeType), .text(subscription.reason),
            ],
            unless: "SELECT 1 FROM subscriptions WHERE id = ?",
            [.text(subscription.id)]
        )
    }
}
