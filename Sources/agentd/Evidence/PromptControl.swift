internal import AgentRuntime

/// Activates versions of prompts: two people, green suites, and a record in every tenant's journal.
struct PromptControl: ControlHandler {
    let deployment: Deployment
    var gate: any ReleaseGate = ClosedGate()

    let commands = ["prompt.activate"]

    func handle(_ command: String, _ arguments: JSONObject, progress: ControlProgress) async throws -> JSONValue {
        guard command == "prompt.activate" else { throw AgentError(.notFound, "There is no command \(command).") }
        let author = arguments["author"]?.string ?? ""
        let approver = arguments["approver"]?.string ?? ""
        guard !author.isEmpty, !approver.isEmpty, author.lowercased() != approver.lowercased() else {
            throw AgentError(
                .invalidArgument,
                "A version needs an author and an approver who is somebody else.",
                details: [.init(field: "approver", message: "must not be the author")]
            )
        }
        let versions = PromptVersions(deployment.folder)
        let hash = try version(arguments["source"]?.string ?? "", versions)
        guard let folder = versions.path(of: hash) else { throw AgentError(.notFound, "There is no version \(hash).") }
        let verdicts = try await check(folder, suites: arguments["suites"]?.array?.compactMap(\.string) ?? [])
        let before = versions.active
        let version = PromptVersions.Version(
            hash: hash,
            author: author,
            approver: approver,
            activatedAt: SystemWallClock().now()
        )
        let payload: JSONValue = [
            "id": .string(hash), "author": .string(author), "approver": .string(approver),
            "before": ["version": .optional(before?.hash)], "after": ["version": .string(hash)],
            "suites": .array(verdicts.map { ["suite": .string($0.suite), "green": .bool($0.isGreen)] }),
        ]
        let draft = RecordDraft(kind: RecordKind("prompt.activated"), actor: AccountControl.actor, payload: payload)
        do throws(JournalError) {
            // First the records: what is active has always been approved on record.
            for tenant in try await deployment.journal.tenantHeads().keys.sorted() {
                _ = try await deployment.journal.append(JournalAppend(tenant: tenant, drafts: [draft]))
            }
        } catch {
            throw AgentError(journal: error)
        }
        try versions.activate(version)
        return ["version": .string(hash), "before": .optional(before?.hash)]
    }

    /// A kept version by its first digits, or a folder, which is kept now.
    private func version(_ source: String, _ versions: PromptVersions) throws -> String {
        if let known = versions.version(named: source) { return known }
        do throws(PromptError) {
            _ = try PromptLibrary(folder: source)
        } catch {
            throw AgentError(.invalidArgument, "The prompts in \(error.path) cannot be used: \(error.reason).")
        }
        return try versions.keep(source)
    }

    private func check(_ folder: String, suites: [String]) async throws -> [SuiteVerdict] {
        guard !suites.isEmpty else { return [] }
        let verdicts = try await gate.verdicts(on: suites, prompts: folder)
        let red = suites.filter { suite in !verdicts.contains { $0.suite == suite && $0.isGreen } }
        guard red.isEmpty else {
            throw AgentError(
                .conflict,
                "The version was not activated: \(red.joined(separator: ", ")) must be green.",
                details: red.map { suite in
                    let words = verdicts.first { $0.suite == suite }?.words ?? "it was not run"
                    return .init(field: suite, message: words)
                }
            )
        }
        return verdicts
    }
}
