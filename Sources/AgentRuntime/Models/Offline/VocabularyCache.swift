/// Keeps the compiled vocabularies of the tenants that ask most recently.
///
/// At most `capacity` vocabularies; the one used longest ago makes room. A new data version compiles anew.
package actor VocabularyCache {
    /// Whose words: a tenant's, or one principal's own.
    private enum Owner: Hashable {
        case tenant(TenantID)
        case principal(TenantID, UserID, PermissionSet)
    }

    private struct Entry {
        var vocabulary: Vocabulary
        var lastUse: Int
    }

    private let source: any VocabularySource
    private let words: [VocabularyEntry]
    private let capacity: Int
    private var entries: [Owner: Entry] = [:]
    private var uses = 0

    package init(source: any VocabularySource, words: [VocabularyEntry], capacity: Int = 64) {
        precondition(capacity > 0, "a cache holds something")
        self.source = source
        self.words = words
        self.capacity = capacity
    }

    /// What the principal's questions are read by, for the data as it is now.
    package func vocabulary(for principal: Principal) async throws -> Vocabulary {
        guard let own = try await source.own(principal) else { return try await vocabulary(for: principal.tenant) }
        let owner = Owner.principal(principal.tenant, principal.user, principal.permissions)
        return known(owner, own.version) ?? keep(Vocabulary(words: words, tenant: own), for: owner)
    }

    /// The tenant's vocabulary for the data as it is now.
    package func vocabulary(for tenant: TenantID) async throws -> Vocabulary {
        let version = try await source.version(for: tenant)
        if let vocabulary = known(.tenant(tenant), version) { return vocabulary }
        return keep(Vocabulary(words: words, tenant: try await source.entries(for: tenant)), for: .tenant(tenant))
    }

    private func known(_ owner: Owner, _ version: Int) -> Vocabulary? {
        uses += 1
        guard let entry = entries[owner], entry.vocabulary.version == version else { return nil }
        entries[owner]?.lastUse = uses
        return entry.vocabulary
    }

    private func keep(_ vocabulary: Vocabulary, for owner: Owner) -> Vocabulary {
        // Another turn may have compiled meanwhile; both are right, the later version stays.
        if let entry = entries[owner], entry.vocabulary.version > vocabulary.version { return entry.vocabulary }
        entries[owner] = Entry(vocabulary: vocabulary, lastUse: uses)
        if entries.count > capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            entries[oldest.key] = nil
        }
        return vocabulary
    }
}
