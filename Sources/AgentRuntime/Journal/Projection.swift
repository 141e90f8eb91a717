/// A view of the journal in tables of its own: the conversations of a user, the approvals that wait, a count per day.
///
/// It is fed every record of every tenant once, in order, and must depend on nothing else, so that it can be thrown
/// away and made again. A change of its tables or of what it writes is a new `version`; the old tables are then dropped
/// and the records read again.
package protocol Projection: Sendable {
    /// Unique and stable; its tables' names begin with it.
    var name: String { get }
    var version: Int { get }
    /// The tables that it owns.
    var tables: [String] { get }
    /// The statements that make them.
    var schema: String { get }

    /// Takes in one record.
    ///
    /// `record.payload` is `nil` when its subject was erased: what it said must then not be guessed. Records of kinds
    /// that mean nothing to the projection are passed over. Throwing undoes the batch and stops the projections.
    func apply(_ record: Record, to connection: SQLiteConnection) throws(DatabaseError)

    /// Writes what it has held back of a batch; called once behind the batch's records, in their transaction.
    ///
    /// The records of a running turn change the same rows: what comes within a batch is written once.
    func settle(_ connection: SQLiteConnection) throws(DatabaseError)

    /// The projection as one file is fed by it, for one that remembers what it has just written.
    ///
    /// Called again after a batch was undone, and for each file: what it remembers then starts anew.
    func opened() -> any Projection
}

extension Projection {
    package func settle(_ connection: SQLiteConnection) {}

    package func opened() -> any Projection { self }
}
