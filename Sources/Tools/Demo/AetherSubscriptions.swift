internal import AgentRuntime

/// The subscriptions of `ten_aether`: one from each deal that was won, some of which shrank or were given up.
enum AetherSubscriptions {
    private static let plans = ["Aether Core", "Aether Plus", "Aether Scale"]
    private static let leaving = ["Competitor", "Budget cuts", "Company closed", "Poor adoption"]
    private static let shrinking = ["Downsized", "Product change", "Fewer seats"]

    /// Deals are taken in the order of their close dates.
    static func make(_ won: [Deal], today: CalendarDate) -> [Subscription] {
        var random = SeededGenerator(seed: 0xA22)
        var subscriptions: [Subscription] = []
        var known: Set<String> = []
        for deal in won {
            let start = (deal.closeDate ?? today).adding(days: 1)
            let isNew = known.insert(deal.account).inserted
            let number = String(subscriptions.count + 1001)
            // Whole currency units a month.
            let monthly = deal.units / 12 / 10_000 * 10_000
            var subscription = Subscription(
                id: "sub_\(number)",
                customer: deal.account,
                plan: random.element(of: plans),
                startDate: start,
                mrr: monthly,
                changeType: isNew ? "new" : random.number(in: 1...3) == 1 ? "cross_sell" : "upsell"
            )
            let fate = random.number(in: 1...12)
            let changed = start.adding(days: random.number(in: 120...540))
            let cause = (leaving: random.element(of: leaving), shrinking: random.element(of: shrinking))
            let part = Int64(random.number(in: 40...80))
            guard changed < today, fate <= 2 else {
                subscriptions.append(subscription)
                continue
            }
            subscription.endDate = changed
            guard fate == 2 else {
                subscription.changeType = "churn"
                subscription.reason = cause.leaving
                subscriptions.append(subscription)
                continue
            }
            subscriptions.append(subscription)
            subscriptions.append(
                Subscription(
                    id: "sub_\(number)b",
                    customer: deal.account,
                    plan: subscription.plan,
                    startDate: changed.adding(days: 1),
                    mrr: monthly * part / 100 / 10_000 * 10_000,
                    changeType: "contraction",
                    reason: cause.shrinking
                )
            )
        }
        return subscriptions
    }
}
