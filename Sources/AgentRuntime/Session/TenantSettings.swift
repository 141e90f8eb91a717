/// What business questions of a tenant are read and answered by.
package struct TenantSettings: Sendable, Hashable {
    package var tenant: TenantID
    /// The business date that stands for today: the configured as-of date, else the last date in the ledger.
    ///
    /// Tokens, approvals and the audit trail use the wall clock instead.
    package var today: CalendarDate
    /// ISO 4217 code.
    package var currency: String
    /// BCP 47 tag, such as `en-US`.
    package var locale: String
    /// First month of the fiscal year, 1 to 12.
    package var fiscalYearStart: Int

    package init(
        tenant: TenantID,
        today: CalendarDate,
        currency: String = "USD",
        locale: String = "en-US",
        fiscalYearStart: Int = 1
    ) {
        self.tenant = tenant
        self.today = today
        self.currency = currency
        self.locale = locale
        self.fiscalYearStart = fiscalYearStart
    }
}

/// Finds a tenant's settings; throws `not_found` for a tenant that has no data.
package protocol TenantSettingsSource: Sendable {
    func settings(for tenant: TenantID) async throws -> TenantSettings

    /// The settings of the principal's tenant, found out in his name where another service knows them.
    func settings(for principal: Principal) async throws -> TenantSettings
}

extension TenantSettingsSource {
    package func settings(for principal: Principal) async throws -> TenantSettings {
        try await settings(for: principal.tenant)
    }
}
