internal import AgentRuntime
internal import Foundation

/// Activates versions of prompts: two people, green suites, and a record in every tenant's journal.
struct PromptControl: ControlHandler {
    let deployment: Deployment
    var gate: any ReleaseGate

    let commands = ["prompt.activate"]

    func handle(_ command: String, _ arguments: JSONObject, progress: ControlProgress) async throws -> JSONValue {
        guard command == "prompt.activate" else { throw AgentError(.notFound, "There is no command \(command).") }
        let author = String((arguments["author"]?.string ?? "").trimmingOptionalWhitespace())
        let approver = String((arguments["approver"]?.string ?? "").trimmingOptionalWhitespace())
        guard !author.isEmpty, !approver.isEmpty, author.lowercased() != approver.lowercased() else {
            throw AgentError(
                .invalidArgument,
                "A version needs an author and an approver who is somebody else.",
                details: [.init(field: "approver", message: "must not be the author")]
            )
        }
        let override = arguments["override"]?.string
        // The reason is for those who read the record later.
        guard override?.contains(where: { $0.isLetter || $0.isNumber }) ?? true else {
            throw AgentError(
                .invalidArgument,
                "An override needs a reason in words.",
                details: [.init(field: "override", message: "must say why")]
            )
        }
        let versions = PromptVersions(deployment.folder)
        let hash = try version(arguments["source"]?.string ?? "", versions)
        guard let folder = versions.path(of: hash) else {
            throw AgentError(.notFound, "There is no version \(hash), or its files were changed since it was kept.")
        }
        let before = try GovernedVersions(deployment.folder).prompts
        let named = (arguments["suites"]?.array?.compactMap(\.string) ?? []) + (try Self.suites(named: folder))
        let suites = named.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let verdicts = suites.isEmpty ? [] : try await gate.verdicts(on: suites, prompts: folder)
        let red = suites.filter { suite in !verdicts.contains { $0.suite == suite && $0.isGreen } }
        if !red.isEmpty, override == nil {
            try await refuse(hash, red, verdicts, author: author, approver: approver)
        }
        let version = PromptVersions.Version(
            hash: hash,
            author: author,
            approver: approver,
            activatedAt: SystemWallClock().now()
        )
        let payload: JSONValue = [
            "id": .string(hash), "author": .string(author), "approver": .string(approver),
            "before": ["version": .optional(before)], "after": ["version": .string(hash)],
            "suites": Self.json(verdicts),
            "override": red.isEmpty ? .null : .optional(override),
        ]
        let draft = RecordDraft(kind: .promptActivated, actor: AccountControl.actor, payload: payload)
        // First the records: what is active has always been approved on record.
        try await record(draft)
        try versions.activate(version)
        return [
            "version": .string(hash), "before": .optional(before),
            "overridden": .array(red.map(JSONValue.string)),
        ]
    }

    /// The same record in every tenant's journal.
    private func record(_ draft: RecordDraft) async throws {
        do throws(JournalError) {
            for tenant in try await deployment.journal.tenantHeads().keys.sorted() {
                _ = try await deployment.journal.append(JournalAppend(tenant: tenant, drafts: [draft]))
            }
        } catch {
            throw AgentError(journal: error)
        }
    }

    /// Records that a version stays out and why, and says so.
    private func refuse(
        _ hash: String,
        _ red: [String],
        _ verdicts: [SuiteVerdict],
        author: String,
        approver: String
    ) async throws {
        let payload: JSONValue = [
            "id": .string(hash), "author": .string(author), "approver": .string(approver),
            "suites": Self.json(verdicts),
        ]
        try await record(
            RecordDraft(kind: RecordKind("prompt.refused"), actor: AccountControl.actor, payload: payload)
        )
        throw AgentError(
            .conflict,
            "The version was not activated: \(red.joined(separator: ", ")) must be green.",
            details: red.map { suite in
                let words = verdicts.first { $0.suite == suite }?.words ?? "it was not run"
                return .init(field: suite, message: words)
            }
        )
    }

    private static func json(_ verdicts: [SuiteVerdict]) -> JSONValue {
        .array(
            verdicts.map { verdict in
                [
                    "suite": .string(verdict.suite), "green": .bool(verdict.isGreen),
                    "words": .string(verdict.words),
                ]
            }
        )
    }

    /// The suites that the system prompts of a folder name in their front matter.
    private static func suites(named folder: String) throws -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/system")) ?? []  // may have none
        return try names.sorted().filter { $0.hasSuffix(".md") }.flatMap { name -> [String] in
            let file = Array(FileManager.default.contents(atPath: "\(folder)/system/\(name)") ?? Data())
            return try FrontMatter.parse(file)?["suites"]?.list() ?? []
        }
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
}
