/// A pointer from an answer to what it rests on: ledger rows, an article's passage, an anomaly, a deal.
package struct Citation: Sendable, Hashable {
    /// What kind of thing is cited: `ledger`, `article`, `anomaly`, `deal`, ….
    package var source: String
    /// The identifier of the cited thing within its source.
    package var id: String
    /// What it says, for a person, in a few words.
    package var text: String
    /// The members that this kind of source adds (account, period, query, rows; file, heading path, byte range).
    package var fields: JSONObject

    package init(source: String, id: String, text: String, fields: JSONObject = [:]) {
        self.source = source
        self.id = id
        self.text = text
        self.fields = fields
    }
}
