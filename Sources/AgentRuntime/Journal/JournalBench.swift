/// Measures the journal on the machine and disk at hand.
package enum JournalBench {
    package struct Appending: Sendable {
        /// Records in one append.
        package var batch: Int
        /// Tasks that append at the same time, each to a session of its own.
        package var appenders: Int
        package var records: Int
        package var commits: Int
        package var seconds: Double
        package var recordsPerSecond: Double { Double(records) / seconds }
    }

    package struct Verifying: Sendable {
        package var records: Int
        package var seconds: Double
        package var holds: Bool
        package var recordsPerSecond: Double { Double(records) / seconds }
    }

    package struct Report: Sendable {
        package var appending: [Appending]
        package var verifying: Verifying
    }

    /// Appends about `records` records for each batch size, by one task and by many, then verifies them all.
    ///
    /// `folder` must be there; the bench's own files in it are removed at the end.
    package static func run(
        batchSizes: [Int] = [1, 10, 100],
        appenders: [Int] = [1, 64],
        records: Int = 20_000,
        durability: SQLiteJournal.Durability,
        folder: String
    ) async throws -> Report {
        let paths = ["bench-journal.db", "bench-keys.db"].map { "\(folder)/\($0)" }
        func clean() {
            for path in paths { DataFolder.removeDatabase(path) }
            PrivateFile.remove(path: "\(folder)/\(MasterKey.fileName)")
        }
        clean()
        defer { clean() }
        let keys = try SubjectKeys(path: paths[1])
        let journal = try SQLiteJournal(path: paths[0], keys: keys, durability: durability)
        var appending: [Appending] = []
        for batch in batchSizes {
            for count in appenders {
                appending.append(try await append(journal, batch: batch, appenders: count, records: records))
            }
        }
        let start = ContinuousClock.now
        let verification = try JournalVerifier(path: paths[0]).verify()
        let verifying = Verifying(
            records: Int(verification.records),
            seconds: seconds(since: start),
            holds: verification.holds
        )
        return Report(appending: appending, verifying: verifying)
    }

    private static func append(
        _ journal: SQLiteJournal,
        batch: Int,
        appenders: Int,
        records: Int
    ) async throws -> Appending {
        let rounds = max(1, records / (batch * appenders))
        let tenant = TenantID("bench")
        let commitsBefore = await journal.commitCount
        let start = ContinuousClock.now
        try await withThrowingTaskGroup { group in
            for appender in 0..<appenders {
                let session = SessionID("conv_\(batch)_\(appenders)_\(appender)")
                group.addTask {
                    for round in 0..<rounds {
                        let append = JournalAppend(
                            tenant: tenant,
                            session: session,
                            expectedVersion: Int64(round * batch),
                            drafts: (0..<batch).map { draft($0, turn: round) }
                        )
                        _ = try await journal.append(append)
                    }
                }
            }
            try await group.waitForAll()
        }
        return Appending(
            batch: batch,
            appenders: appenders,
            records: rounds * batch * appenders,
            commits: await journal.commitCount - commitsBefore,
            seconds: seconds(since: start)
        )
    }

    /// A record of a usual size: a message of two hundred bytes, sealed.
    private static func draft(_ number: Int, turn: Int) -> RecordDraft {
        let text = "What is driving the operating expense variance of this month against the budget? "
        return RecordDraft(
            turn: TurnID("msg_\(turn)"),
            kind: RecordKind("message.received"),
            actor: "user:usr_bench",
            subject: SubjectID("user:usr_bench"),
            payload: ["message_id": .string("msg_\(turn)_\(number)"), "text": .string(text + text)]
        )
    }

    private static func seconds(since start: ContinuousClock.Instant) -> Double {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
