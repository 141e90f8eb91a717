package import AgentRuntime

/// What the configuration says of a tenant; the data says the rest.
package struct TenantOverrides: Sendable, Hashable {
    package var asOf: CalendarDate?
    package var currency: String?
    package var locale: String?
    package var fiscalYearStart: Int?

    package init(
        asOf: CalendarDate? = nil,
        currency: String? = nil,
        locale: String? = nil,
        fiscalYearStart: Int? = nil
    ) {
        self.asOf = asOf
        self.currency = currency
        self.locale = locale
        self.fiscalYearStart = fiscalYearStart
    }
}

/// The settings of tenants whose data lies in `tenants/T.db`.
///
/// Today is the configured date, else the last date of the ledger; for a tenant without a ledger it is the wall
/// clock's date.
package struct EmbeddedSettings: TenantSettingsSource {
    private let ledger: LedgerStore
    private let overrides: [TenantID: TenantOverrides]
    private let clock: any WallClock

    package init(ledger: LedgerStore, overrides: [TenantID: TenantOverrides] = [:], clock: any WallClock) {
        self.ledger = ledger
        self.overrides = overrides
        self.clock = clock
    }

    package func settings(for tenant: TenantID) async throws -> TenantSettings {
        let lastDate = try await ledger.read(tenant) { ledger, _ in ledger.lastDate }
        let own = overrides[tenant] ?? TenantOverrides()
        return TenantSettings(
            tenant: tenant,
            today: own.asOf ?? lastDate ?? clock.now().date,
            currency: own.currency ?? "USD",
            locale: own.locale ?? "en-US",
            fiscalYearStart: own.fiscalYearStart ?? 1
        )
    }
}
