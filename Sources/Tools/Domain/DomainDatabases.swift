package import AgentRuntime
internal import Foundation

/// Opens the tenants' databases (`tenants/T.db`) when they are first asked for, and keeps the last used ones open.
///
/// At most `openMax` are kept; a tenant that is let go while something still uses it closes when that has ended.
/// Opening a file blocks, so it happens on an executor of its own.
package actor DomainDatabases {
    package static let openMaxDefault = 64

    private let executor: any SerialExecutor
    private let folder: String
    private let openMax: Int
    /// Tenants whose data another service holds.
    private let elsewhere: Set<TenantID>
    /// Behind a lock, so that who asks for an open one need not come to the executor.
    private nonisolated let kept = Guarded(Kept())

    private struct Kept {
        var open: [TenantID: TenantDatabase] = [:]
        /// The kept tenants, the longest unused first.
        var order: [TenantID] = []

        /// The database of a tenant if it is open, which is then the last one used.
        mutating func use(_ tenant: TenantID) -> TenantDatabase? {
            guard let database = open[tenant] else { return nil }
            if order.last != tenant {
                order.removeAll { $0 == tenant }
                order.append(tenant)
            }
            return database
        }
    }

    /// Takes the data folder; databases lie in its subfolder `tenants`.
    package init(
        dataFolder: String,
        openMax: Int = DomainDatabases.openMaxDefault,
        elsewhere: Set<TenantID> = [],
        executor: (any SerialWorkExecutor)? = nil
    ) {
        self.executor = executor ?? ThreadExecutor(label: "tenants")
        folder = dataFolder + "/tenants"
        self.openMax = max(1, openMax)
        self.elsewhere = elsewhere
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// The database of a tenant that exists.
    ///
    /// - Throws: `not_found` for a tenant without data, `storage_failed` when its file cannot be opened.
    package nonisolated func database(of tenant: TenantID) async throws -> TenantDatabase {
        // Only what lies here is ever open.
        if let known = kept.with({ $0.use(tenant) }) { return known }
        return try await existing(tenant)
    }

    private func existing(_ tenant: TenantID) throws -> TenantDatabase {
        guard !elsewhere.contains(tenant) else {
            throw AgentError(
                .notFound,
                "The data of “\(tenant)” is held by another service (tenants.\(tenant).domain) and is not served here."
            )
        }
        guard exists(tenant) else {
            throw AgentError(.notFound, "There is no tenant “\(tenant)”; import data for it first.")
        }
        return try opened(tenant)
    }

    /// The database of a tenant, made when it is not there.
    package func create(_ tenant: TenantID) throws -> TenantDatabase {
        guard TenantID.isValid(tenant.rawValue) else {
            throw AgentError(
                .invalidArgument,
                "A tenant's name is 1 to 64 characters of a–z, 0–9, _ and -.",
                details: [.init(field: "tenant", message: "is not a valid name")]
            )
        }
        guard !elsewhere.contains(tenant) else {
            throw AgentError(
                .invalidArgument,
                "The data of “\(tenant)” is held by another service (tenants.\(tenant).domain); bring it in there.",
                details: [.init(field: "tenant", message: "has its data elsewhere")]
            )
        }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw AgentError(.storageFailed, "The folder for tenants cannot be made.", underlying: "\(error)")
        }
        return try opened(tenant)
    }

    package func exists(_ tenant: TenantID) -> Bool {
        TenantID.isValid(tenant.rawValue) && !elsewhere.contains(tenant)
            && (kept.with { $0.open[tenant] != nil } || FileManager.default.fileExists(atPath: path(tenant)))
    }

    /// All tenants that have data, sorted.
    package func tenants() -> [TenantID] {
        // A folder that is not there yet has no tenants.
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".db") }
            .map { String($0.dropLast(3)) }
            .filter(TenantID.isValid)
            .map { TenantID($0) }
            .sorted()
    }

    /// Lets go of everything; what still runs ends first.
    package func close() {
        kept.with { $0 = Kept() }
    }

    private func opened(_ tenant: TenantID) throws -> TenantDatabase {
        if let known = kept.with({ $0.use(tenant) }) { return known }
        let database: TenantDatabase
        do {
            database = try TenantDatabase(tenant: tenant, path: path(tenant))
        } catch {
            throw AgentError(
                .storageFailed,
                "The data of tenant “\(tenant)” cannot be opened.",
                underlying: "\(error)"
            )
        }
        return kept.with { [openMax] kept in
            if kept.order.count >= openMax { kept.open[kept.order.removeFirst()] = nil }
            kept.open[tenant] = database
            kept.order.append(tenant)
            return database
        }
    }

    private func path(_ tenant: TenantID) -> String { "\(folder)/\(tenant).db" }
}
