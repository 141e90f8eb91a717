internal import AgentRuntime

extension Deployment {
    /// A model whose calls are paid from the configured budgets; the model itself where there are none.
    ///
    /// `offline` answers beyond a budget, where the configuration says so; what it answers costs nothing.
    static func paid(
        _ model: any LanguageModel,
        offline: any LanguageModel,
        _ configuration: Configuration,
        projections: ProjectionStore,
        journal: any Journal,
        log: Logger
    ) -> any LanguageModel {
        let budgets = configuration.budgets
        let chain = configuration.models.filter { configuration.modelChain.contains($0.name) }
        guard budgets.limits.isSet, !chain.isEmpty, model.name != offline.name else { return model }
        let ledger = BudgetLedger(
            limits: budgets.limits,
            journal: journal,
            history: BudgetView(projections, journal: journal),
            wallClock: SystemWallClock(),
            identifiers: TimeOrderedIdentifiers(),
            failures: { log.error("the use of a budget could not be recorded", ["error": .string("\($0)")]) }
        )
        let prices = chain.compactMap(\.price)
        let price = prices.map(\.input).max().flatMap { input in
            prices.map(\.output).max().map { BudgetPrice(input: input, output: $0) }
        }
        let windows = chain.map(\.contextWindow)
        return BudgetedModel(
            model,
            offline: offline,
            ledger: ledger,
            bounds: BudgetedModel.Bounds(
                price: price,
                outputTokensMax: chain.map { $0.outputTokensMax ?? ModelSettings.outputTokensAssumed }.max() ?? 0,
                contextWindow: windows.contains(nil) ? nil : windows.compactMap(\.self).max()
            ),
            policy: budgets.onExceeded
        )
    }
}

extension ModelSettings {
    /// What a step is taken to write at most, where the configuration does not say.
    static let outputTokensAssumed = 4096
}
