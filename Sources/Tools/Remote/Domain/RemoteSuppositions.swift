package import AgentRuntime

// What is supposed and what is to come: the usual calculations, over accounts as another service gives them.

/// `what_if` over the sums of another service's accounts.
package struct RemoteWhatIfTool: Tool {
    private let domain: RemoteDomain
    package let declaration: ToolDeclaration

    package init(_ domain: RemoteDomain, like own: any Tool) {
        self.domain = domain
        declaration = own.declaration.remote(domain.service)
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await domain.answer(context) { asker, facts in
            let settings = context.settings
            let period = try PeriodArgument(arguments["period"], settings: settings)
            try RemoteLedger.check(try ChangeArgument.list(arguments["changes"]).flatMap(\.filters))
            let remote = RemoteLedger(domain: domain, asker: asker, settings: settings)
            let (ledger, address) = try await remote.sums(of: period)
            return try RemoteLedger.result(facts, address) {
                try WhatIf(arguments, ledger: ledger, settings: settings).result()
            }
        }
    }
}

/// `forecast_metric` over the months of another service's accounts.
package struct RemoteForecastMetricTool: Tool {
    /// How far back is looked where the service does not say where its data begins.
    private static let monthsBack = 36

    private let domain: RemoteDomain
    package let declaration: ToolDeclaration

    package init(_ domain: RemoteDomain, like own: any Tool) {
        self.domain = domain
        declaration = own.declaration.remote(domain.service)
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await domain.answer(context) { asker, facts in
            let settings = context.settings
            try RemoteLedger.check(try FigureFilter.list(arguments["filters"]))
            let first = facts?.first ?? settings.today.startOfMonth.adding(months: -Self.monthsBack)
            let remote = RemoteLedger(domain: domain, asker: asker, settings: settings)
            let (ledger, address) = try await remote.months(from: first)
            return try RemoteLedger.result(facts, address) {
                try MetricForecast(arguments, ledger: ledger, settings: settings).result()
            }
        }
    }
}
