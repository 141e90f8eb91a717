/// Keeps the compiled vocabularies of the tenants that ask most recently.
///
/// At most `capacity` tenants; the one used longest ago makes room. A new data version compiles anew.
package actor VocabularyCache {
    private struct Entry {
        var vocabulary: Vocabulary
        var lastUse: Int
    }

    private let source: any VocabularySource
    private let words: [VocabularyEntry]
    private let capacity: Int
    private var entries: [TenantID: Entry] = [:]
    private var uses = 0

    package init(source: any VocabularySource, words: [VocabularyEntry], capacity: Int = 64) {
        precondition(capacity > 0, "a cache holds something")
        self.source = source
        self.words = words
        self.capacity = capacity
    }

    /// The tenant's vocabulary for the data as it is now.
    package func vocabulary(for tenant: TenantID) async throws -> Vocabulary {
        let version = try await source.version(for: tenant)
        uses += 1
        if let entry = entries[tenant], entry.vocabulary.version == version {
            entries[tenant]?.lastUse = uses
            return entry.vocabulary
        }
        let vocabulary = Vocabulary(words: words, tenant: try await source.entries(for: tenant))
        // Another turn of the tenant may have compiled meanwhile; both are right, the later version stays.
        if let entry = entries[tenant], entry.vocabulary.version > vocabulary.version { return entry.vocabulary }
        entries[tenant] = Entry(vocabulary: vocabulary, lastUse: uses)
        if entries.count > capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            entries[oldest.key] = nil
        }
        return vocabulary
    }
}
