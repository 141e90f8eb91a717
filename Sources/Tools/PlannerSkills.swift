package import AgentRuntime

/// What the offline planner can do with the tools of this module.
package enum PlannerSkills {
    /// In the order in which they offer questions.
    package static let all: [any Skill] = [
        MetricsQuerySkill(), VarianceDriversSkill(), AnomaliesSkill(), IncomeStatementSkill(), DealSkill(),
        WhatIfSkill(), ForecastSkill(), ScenarioSkill(),
        ArticleSkill(), OrderStatusSkill(), InvoicesOverdueSkill(), ReceivablesAgingSkill(), StockAlertsSkill(),
        SupplierPerformanceSkill(), MailSkill(), DealScoreSkill(), RevenueForecastSkill(), CustomerIntelligenceSkill(),
        CustomerHealthSkill(), DemandForecastSkill(), PriceQuoteSkill(),
        CostsBreakdownSkill(), CashRunwaySkill(), ARRMovementSkill(), CausalSkill(), InitiativeSkill(),
    ]
}
