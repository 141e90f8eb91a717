internal import AgentRuntime

/// Makes a ledger in memory of figures that another service gives by account, for calculations that need one.
///
/// Each account has one row with its sum in a period, and as many rows of nothing as it has more, so that counts are
/// the service's own. Rows carry no dimensions: what is filtered by them is refused before.
struct RemoteLedger: Sendable {
    /// Metrics that one request may name.
    private static let metricsMax = 20
    /// Accounts that are read one by one, month by month; beyond it that would be too many requests.
    private static let accountsMax = 200
    /// Rows beyond which counts are left out, so that no reply can fill the memory.
    private static let rowsMax = 2_000_000
    private static let sections = LedgerSection.allCases

    let domain: RemoteDomain
    let asker: Asker
    let settings: TenantSettings

    /// What an account has in a period.
    private struct Entry {
        var account: Int
        var start: CalendarDate
        var units: Int64
        var rows: Int
    }

    /// What accounts have in a period as a whole.
    func sums(of period: PeriodArgument) async throws -> (ledger: LedgerSnapshot, address: String) {
        let (accounts, entries, address) = try await accounts(from: period.period.start, to: period.period.end)
        return (snapshot(accounts, entries), address)
    }

    /// What accounts have month by month, up to the last one that has begun.
    func months(from first: CalendarDate) async throws -> (ledger: LedgerSnapshot, address: String) {
        let last = settings.today.endOfMonth
        let start = first.startOfMonth
        let (accounts, _, address) = try await accounts(from: start, to: last)
        guard accounts.count <= Self.accountsMax, Set(accounts.map(\.code)).count == accounts.count else {
            throw FigureFailure.remote("has too many accounts to be read month by month", code: "refused")
        }
        var entries: [Entry] = []
        for begin in stride(from: 0, to: accounts.count, by: Self.metricsMax) {
            let part = accounts[begin..<min(accounts.count, begin + Self.metricsMax)]
            let query = [
                RemoteQuery("metrics", part.map { "account:\($0.code)" }.joined(separator: ",")),
                RemoteQuery("start_date", start.description), RemoteQuery("end_date", last.description),
                RemoteQuery("granularity", "monthly"),
            ]
            let items = try await domain.get("/metrics", query, for: asker)["data"]?["metrics"]?.array ?? []
            guard items.count == part.count else { throw FigureFailure.remote("leaves out an account") }
            for (offset, item) in items.enumerated() {
                for point in item["time_series"]?.array ?? [] {
                    guard let date = point["start_date"]?.string.flatMap(CalendarDate.init),
                        let units = point["actual"]?.exact.flatMap({ Money(exact: $0) })?.units
                    else { continue }
                    let rows = max(units == 0 ? 0 : 1, point["rows"]?.int ?? 0)
                    guard rows > 0 else { continue }
                    entries.append(Entry(account: begin + offset, start: date, units: units, rows: rows))
                }
            }
        }
        return (snapshot(accounts, entries), address)
    }

    /// The accounts with rows in some days, by code, and their sums.
    private func accounts(
        from start: CalendarDate,
        to end: CalendarDate
    ) async throws -> ([LedgerSnapshot.Account], [Entry], String) {
        let query = [
            RemoteQuery("metrics", Self.sections.map(\.rawValue).joined(separator: ",")),
            RemoteQuery("start_date", start.description), RemoteQuery("end_date", end.description),
            RemoteQuery("granularity", "yearly"), RemoteQuery("group_by", "account"),
        ]
        let items = try await domain.get("/metrics", query, for: asker)["data"]?["metrics"]?.array ?? []
        var found: [(account: LedgerSnapshot.Account, units: Int64, rows: Int)] = []
        for (item, section) in zip(items, Self.sections) {
            let groups = item["breakdowns"]?.array?.first { $0["by"]?.string == "account" }?["groups"]?.array ?? []
            for group in groups {
                guard let code = group["code"]?.string, let name = group["name"]?.string,
                    let units = group["value"]?.exact.flatMap({ Money(exact: $0) })?.units
                else { throw FigureFailure.remote("does not divide figures by account", code: "refused") }
                let account = LedgerSnapshot.Account(code: code, name: name, section: section, names: [name])
                found.append((account, units, max(units == 0 ? 0 : 1, group["rows"]?.int ?? 1)))
            }
        }
        found.sort { ($0.account.code, $0.account.section.number) < ($1.account.code, $1.account.section.number) }
        let entries = found.enumerated().map { index, entry in
            Entry(account: index, start: start, units: entry.units, rows: entry.rows)
        }
        return (found.map(\.account), entries, domain.address("/metrics", query))
    }

    private func snapshot(_ accounts: [LedgerSnapshot.Account], _ entries: [Entry]) -> LedgerSnapshot {
        var columns = LedgerSnapshot.Columns()
        var counts = [Int](repeating: 0, count: accounts.count)
        let total = entries.reduce(0) { min(Self.rowsMax + 1, $0 + min(Self.rowsMax + 1, $1.rows)) }
        for entry in entries.sorted(by: { ($0.start, $0.account) < ($1.start, $1.account) }) {
            let rows = total > Self.rowsMax ? min(1, entry.rows) : entry.rows
            counts[entry.account] += rows
            for row in 0..<rows {
                columns.days.append(entry.start.dayNumber)
                columns.accounts.append(Int32(entry.account))
                columns.tuples.append(0)
                columns.amounts.append(row == 0 ? entry.units : 0)
            }
        }
        return LedgerSnapshot(
            dataVersion: 0,
            accounts: accounts,
            values: LedgerDimension.allCases.map { _ in [""] },
            tuples: LedgerDimension.allCases.map { _ in [0] },
            ledger: columns,
            budget: LedgerSnapshot.Columns(),
            ledgerRows: counts
        )
    }

    /// Answers with a calculation over such a ledger; sources say what was asked of the service.
    static func result(
        _ facts: RemoteDomain.Facts?,
        _ address: String,
        _ body: () throws -> ToolResult
    ) throws -> ToolResult {
        do {
            var result = try body()
            for index in result.citations.indices {
                result.citations[index].fields["request"] = .string("GET \(address)")
            }
            return result
        } catch var failure as FigureFailure where failure.code == "no_data" {
            // A part of the ledger does not know where the whole of it begins and ends.
            if let first = facts?.first, let last = facts?.last {
                failure.more["available"] = [
                    "start_date": .string(first.description), "end_date": .string(last.description),
                ]
            }
            throw failure
        }
    }

    /// - Throws: for a filter by what rows carry beside their account.
    static func check(_ filters: [FigureFilter]) throws(FigureFailure) {
        for filter in filters {
            guard case .dimension(let dimension) = filter.breakdown else { continue }
            throw .remote("does not give this by account and \(dimension.rawValue) together", code: "refused")
        }
    }
}
