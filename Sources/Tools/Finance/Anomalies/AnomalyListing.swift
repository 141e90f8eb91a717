package import AgentRuntime

/// Which anomalies are listed.
package struct AnomalyListing: Sendable {
    package var id: String?
    package var severity: Anomaly.Severity?
    package var status: AnomalyState.Status?
    package var category: Anomaly.Category?
    /// Days of which one at least must be in the anomaly's month.
    package var start: CalendarDate?
    package var end: CalendarDate?
    package var filters: [FieldFilter]
    package var sort: AnomalyField
    package var isAscending: Bool

    package init(
        id: String? = nil,
        severity: Anomaly.Severity? = nil,
        status: AnomalyState.Status? = nil,
        category: Anomaly.Category? = nil,
        start: CalendarDate? = nil,
        end: CalendarDate? = nil,
        filters: [FieldFilter] = [],
        sort: AnomalyField = .detectedAt,
        isAscending: Bool = false
    ) {
        self.id = id
        self.severity = severity
        self.status = status
        self.category = category
        self.start = start
        self.end = end
        self.filters = filters
        self.sort = sort
        self.isAscending = isAscending
    }

    func accepts(_ anomaly: Anomaly) -> Bool {
        if let id, anomaly.id != id { return false }
        if let severity, anomaly.severity != severity { return false }
        if let status, anomaly.state.status != status { return false }
        if let category, anomaly.category != category { return false }
        if let start, anomaly.month.end < start { return false }
        if let end, anomaly.month.start > end { return false }
        return filters.allSatisfy { filter in
            AnomalyField(rawValue: filter.field).map { filter.accepts($0.value(of: anomaly)) } ?? false
        }
    }

    /// The anomalies that are kept, in the listing's order; what has no value of the field comes last.
    func select(_ all: [Anomaly]) -> [Anomaly] {
        let found = all.filter(accepts)
        // They come newest first already.
        if sort == .detectedAt, !isAscending { return found }
        let keyed = found.enumerated().map { (place: $0.offset, anomaly: $0.element, key: sort.key(of: $0.element)) }
        return keyed.sorted { left, right in
            guard let first = left.key else { return right.key == nil && left.place < right.place }
            guard let second = right.key else { return true }
            if FieldValue.isBefore(first, second) { return isAscending }
            if FieldValue.isBefore(second, first) { return !isAscending }
            return left.place < right.place
        }
        .map(\.anomaly)
    }
}

/// An anomaly with what its postings say of it.
package struct ExplainedAnomaly: Sendable {
    package var anomaly: Anomaly
    package var explanation: AnomalyExplanation
}

extension AnomalyBook {
    /// One page of the anomalies that a listing keeps, the newest month first, and how many there are of them.
    package func page(
        _ listing: AnomalyListing,
        offset: Int,
        limit: Int,
        settings: TenantSettings
    ) async throws -> (anomalies: [ExplainedAnomaly], total: Int) {
        try await ledger.read(settings.tenant) { ledger, connection in
            let found = try listing.select(AnomalyBook.all(ledger, connection, settings))
            let page = found.dropFirst(offset).prefix(limit)
            guard !page.isEmpty else { return ([], found.count) }
            let format = FigureFormat(locale: settings.locale, currency: settings.currency)
            let explained = page.map { anomaly in
                ExplainedAnomaly(
                    anomaly: anomaly,
                    explanation: AnomalyExplanation(anomaly, ledger, connection, settings, format)
                )
            }
            return (explained, found.count)
        }
    }
}
