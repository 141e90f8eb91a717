/// The text of running turns, written before it is shown, so that what a client has seen survives a kill.
///
/// A tail is outside the journal: when a turn's last record is durable, its pieces are dead.
package protocol Tail: Sendable {
    /// Writes pieces, then says so.
    ///
    /// Called on the session's executor; `written` runs there too, in order of calls, at the latest at the end of
    /// the executor's tick. After a failure nothing of these pieces may be shown.
    func append(_ pieces: [TailPiece], written: @escaping @Sendable (Result<Void, TailError>) -> Void)

    /// The turn's last record is durable (or the turn was given up): its pieces may be dropped.
    func end(_ turn: TurnID)
}

/// One event of a running answer: a piece of text, or what was shown between two pieces.
package struct TailPiece: Sendable, Hashable {
    package var tenant: TenantID
    package var session: SessionID
    package var turn: TurnID
    /// The event's number within its turn.
    package var index: Int
    /// The event in the form of the turn's record.
    package var event: JSONValue

    package init(tenant: TenantID, session: SessionID, turn: TurnID, index: Int, event: JSONValue) {
        self.tenant = tenant
        self.session = session
        self.turn = turn
        self.index = index
        self.event = event
    }
}

/// The tail could not be written (disk full, most often).
package struct TailError: Error, Sendable, Hashable {
    /// The operating system's error number.
    package var errno: Int32

    package init(errno: Int32) { self.errno = errno }
}
