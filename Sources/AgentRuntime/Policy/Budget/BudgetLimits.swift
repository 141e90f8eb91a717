/// How much models may use: tokens, money, or both.
package struct BudgetLimit: Sendable, Hashable {
    package var tokens: Int?
    package var money: Money?

    package init(tokens: Int? = nil, money: Money? = nil) {
        self.tokens = tokens
        self.money = money
    }

    package var isSet: Bool { tokens != nil || money != nil }
}

/// The budgets of a deployment; days and months are those of UTC, by the wall clock.
package struct BudgetLimits: Sendable, Hashable {
    /// For one turn.
    package var turn: BudgetLimit
    /// For one user in a day.
    package var user: BudgetLimit
    /// For one tenant in a day.
    package var tenant: BudgetLimit
    /// For one tenant in a calendar month.
    package var month: BudgetLimit

    package init(
        turn: BudgetLimit = BudgetLimit(),
        user: BudgetLimit = BudgetLimit(),
        tenant: BudgetLimit = BudgetLimit(),
        month: BudgetLimit = BudgetLimit()
    ) {
        self.turn = turn
        self.user = user
        self.tenant = tenant
        self.month = month
    }

    package var isSet: Bool { turn.isSet || user.isSet || tenant.isSet || month.isSet }
    package var holdsMoney: Bool { [turn, user, tenant, month].contains { $0.money != nil } }
}

/// Tokens and money, used or reserved.
package struct BudgetAmount: Sendable, Hashable {
    package var tokens: Int
    package var money: Money

    package init(tokens: Int = 0, money: Money = .zero) {
        self.tokens = tokens
        self.money = money
    }

    /// The sum; what is beyond a range stays at its end.
    package func adding(_ other: BudgetAmount) -> BudgetAmount {
        let (sum, overflow) = tokens.addingReportingOverflow(other.tokens)
        return BudgetAmount(
            tokens: overflow ? .max : sum,
            money: money.adding(other.money) ?? Money(units: .max)
        )
    }

    /// What is left without the other; never below zero.
    package func subtracting(_ other: BudgetAmount) -> BudgetAmount {
        BudgetAmount(
            tokens: max(0, tokens - other.tokens),
            money: max(.zero, money.subtracting(other.money) ?? .zero)
        )
    }
}

/// What a million tokens cost.
package struct BudgetPrice: Sendable, Hashable {
    package var input: ExactNumber
    package var output: ExactNumber

    package init(input: ExactNumber, output: ExactNumber) {
        self.input = input
        self.output = output
    }

    /// The price of so many tokens, rounded up to the smallest unit of money.
    package func cost(input inputTokens: Int, output outputTokens: Int) -> Money {
        let parts = [(input, inputTokens), (output, outputTokens)]
        var total = ExactNumber.zero
        for (price, tokens) in parts {
            guard let cost = price.multiplied(by: ExactNumber(tokens))?.shifted(by: -6),
                let sum = total.adding(cost)
            else { return Money(units: .max) }
            total = sum
        }
        let units = total.shifted(by: 4)
        let rounded = units.rounded(places: 0)
        let up = rounded < units ? rounded.adding(ExactNumber(1)) ?? rounded : rounded
        return up.int.map { Money(units: Int64($0)) } ?? Money(units: .max)
    }
}
