// What is known of a piece of data: whether it may be believed, and whether it may leave.
//
// Labels are joined: what was made from several pieces is as little to be believed, and as private, as the worst of them.
// A model's output carries the join of all that the conversation has read. They are the labels of the records of tool
// results, so the journal tells why a call was let through.

/// Integrity and confidentiality of data.
package struct DataLabel: Sendable, Hashable {
    package enum Integrity: String, Sendable, Hashable {
        /// Figures and names of the tenant's own books.
        case trusted
        /// Words that somebody else may have written: articles, mails, answers of other services.
        case untrusted
    }

    package enum Confidentiality: String, Sendable, Hashable {
        case `public`
        /// The tenant's own.
        case `private`
    }

    package var integrity: Integrity
    package var confidentiality: Confidentiality

    package init(_ integrity: Integrity, _ confidentiality: Confidentiality) {
        self.integrity = integrity
        self.confidentiality = confidentiality
    }

    /// Nothing has been read.
    package static let clean = DataLabel(.trusted, .public)
    /// Figures of the tenant's own books.
    package static let ownFigures = DataLabel(.trusted, .private)
    /// What a tool gives that says nothing else of its results.
    package static let untrusted = DataLabel(.untrusted, .private)

    /// The label of what was made from both.
    package func joined(with other: DataLabel) -> DataLabel {
        DataLabel(
            integrity == .untrusted || other.integrity == .untrusted ? .untrusted : .trusted,
            confidentiality == .private || other.confidentiality == .private ? .private : .public
        )
    }

    /// As records carry it.
    package var names: [String] { ["integrity:\(integrity.rawValue)", "confidentiality:\(confidentiality.rawValue)"] }

    /// Reads what records carry; a record without labels says nothing against its payload.
    package init(_ names: [String]) {
        self.init(
            names.contains("integrity:untrusted") ? .untrusted : .trusted,
            names.contains("confidentiality:private") ? .private : .public
        )
    }

    package var json: JSONValue { .array(names.map(JSONValue.string)) }

    /// As it travels beside results of other programs: `{integrity, confidentiality}`.
    package var wire: JSONValue {
        ["integrity": .string(integrity.rawValue), "confidentiality": .string(confidentiality.rawValue)]
    }

    /// Reads such a label; `nil` for none.
    ///
    /// A part that is missing or not known counts as the worst.
    package init?(wire: JSONValue?) {
        guard let object = wire?.object else { return nil }
        self.init(
            object["integrity"]?.string.flatMap(Integrity.init(rawValue:)) ?? .untrusted,
            object["confidentiality"]?.string.flatMap(Confidentiality.init(rawValue:)) ?? .private
        )
    }
}
