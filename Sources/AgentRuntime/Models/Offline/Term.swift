/// What a phrase of a question stands for.
///
/// Metrics, dimensions, values and comparisons are identifiers that skills and tenant data give; the planner
/// attaches no meaning to them.
package enum Term: Sendable, Hashable {
    /// Something that can be measured.
    case metric(String)
    /// Something that measures can be broken down by.
    case dimension(String)
    /// One value of a dimension.
    case value(dimension: String, value: String)
    /// Several values of a dimension that a question means together.
    case values(dimension: String, values: [String])
    /// What a figure is held against.
    case comparison(String)
    /// The step of a series: `day`, `week`, `month`, `quarter`, `year`.
    case granularity(String)
    case order(SortOrder)
    /// A word that a skill or the language of questions gives a meaning ("why", "share", "at risk").
    case cue(String)
    /// A text that can be found by the words of its name.
    case topic(kind: String, id: String)
    /// A chart of that type is wished for; `auto` where none is named.
    case chart(String)
    /// A word that adds nothing.
    case filler
    /// A phrase of the business that no tool answers, though its words alone would mean something.
    case unplaceable
}

package enum SortOrder: String, Sendable, Hashable {
    case ascending = "asc"
    case descending = "desc"
}

/// A phrase and what it stands for.
package struct VocabularyEntry: Sendable, Hashable {
    package var phrase: String
    package var term: Term
    /// Whether only the whole phrase names it; else a word of it may, where it is told apart by that word.
    package var isWhole: Bool

    package init(_ phrase: String, _ term: Term, isWhole: Bool = false) {
        self.phrase = phrase
        self.term = term
        self.isWhole = isWhole
    }
}

/// The words of a tenant's data: names of accounts, values of dimensions, titles of texts.
package struct TenantVocabulary: Sendable, Hashable {
    /// Grows with each change of the data; what is compiled for one version is kept until the next.
    package var version: Int
    package var entries: [VocabularyEntry]
    /// The first and last day that the data has rows for; `nil` without rows.
    package var firstDate: CalendarDate?
    package var lastDate: CalendarDate?
    /// Comparisons that the tenant has no data for.
    package var lacking: Set<String>

    package init(
        version: Int,
        entries: [VocabularyEntry],
        firstDate: CalendarDate? = nil,
        lastDate: CalendarDate? = nil,
        lacking: Set<String> = []
    ) {
        self.version = version
        self.entries = entries
        self.firstDate = firstDate
        self.lastDate = lastDate
        self.lacking = lacking
    }
}

/// Where the words of a tenant's data come from.
package protocol VocabularySource: Sendable {
    func entries(for tenant: TenantID) async throws -> TenantVocabulary

    /// The version that `entries` would have; asked once per turn, so it must be cheap.
    func version(for tenant: TenantID) async throws -> Int

    /// The words that are the principal's own, where what he may see decides what they are; `nil` where the tenant's
    /// are everyone's.
    func own(_ principal: Principal) async throws -> TenantVocabulary?
}

extension VocabularySource {
    package func version(for tenant: TenantID) async throws -> Int { try await entries(for: tenant).version }

    package func own(_ principal: Principal) async throws -> TenantVocabulary? { nil }
}
