package import AgentRuntime

// Where settings and words come from when some tenants' data lies here and that of others with another service.

/// The settings of every tenant.
package struct DomainSettings: TenantSettingsSource {
    private let embedded: EmbeddedSettings
    private let remote: [TenantID: RemoteDomain]
    private let clock: any WallClock

    package init(_ embedded: EmbeddedSettings, remote: [TenantID: RemoteDomain], clock: any WallClock) {
        self.embedded = embedded
        self.remote = remote
        self.clock = clock
    }

    package func settings(for tenant: TenantID) async throws -> TenantSettings {
        guard let domain = remote[tenant] else { return try await embedded.settings(for: tenant) }
        return try await domain.settings(for: nil, of: tenant, now: clock.now())
    }

    package func settings(for principal: Principal) async throws -> TenantSettings {
        guard let domain = remote[principal.tenant] else { return try await embedded.settings(for: principal.tenant) }
        return try await domain.settings(for: principal, of: principal.tenant, now: clock.now())
    }
}

/// The words of every tenant's data.
package struct DomainVocabulary: VocabularySource {
    private let embedded: EmbeddedVocabulary
    private let remote: [TenantID: RemoteDomain]
    private let clock: any WallClock

    package init(_ embedded: EmbeddedVocabulary, remote: [TenantID: RemoteDomain], clock: any WallClock) {
        self.embedded = embedded
        self.remote = remote
        self.clock = clock
    }

    package func version(for tenant: TenantID) async throws -> Int { try await embedded.version(for: tenant) }

    package func entries(for tenant: TenantID) async throws -> TenantVocabulary {
        try await embedded.entries(for: tenant)
    }

    package func own(_ principal: Principal) async throws -> TenantVocabulary? {
        guard let domain = remote[principal.tenant] else { return nil }
        return try await domain.vocabulary(for: Asker(principal: principal, now: clock.now()))
    }
}

extension RemoteDomain {
    /// The tools that the service can supply, each in the place of the one of its name.
    package nonisolated func tools(like own: [any Tool]) -> [any Tool] {
        own.compactMap { tool -> (any Tool)? in
            switch tool.declaration.name {
            case MetricsQueryTool.name: RemoteMetricsQueryTool(self, like: tool)
            case VarianceDriversTool.name: RemoteVarianceDriversTool(self, like: tool)
            case IncomeStatementTool.name: RemoteIncomeStatementTool(self, like: tool)
            case WhatIfTool.name: RemoteWhatIfTool(self, like: tool)
            case ForecastMetricTool.name: RemoteForecastMetricTool(self, like: tool)
            case AnomaliesTool.name: RemoteAnomaliesTool(self, like: tool)
            case PipelineOverviewTool.name: RemotePipelineTool(self, like: tool)
            case DealSearchTool.name: RemoteDealSearchTool(self, like: tool)
            default: nil
            }
        }
    }
}
