internal import AgentRuntime
internal import Tools

/// Runs logged turns again, for the daemon and for a command alone with the folder.
struct ReplayControl: ControlHandler {
    /// Records looked through at a time when no view knows a turn.
    private static let pageMax = 500

    let deployment: Deployment

    let commands = ["replay"]

    func handle(_ command: String, _ arguments: JSONObject, progress: ControlProgress) async throws -> JSONValue {
        guard command == "replay" else { throw AgentError(.notFound, "There is no command \(command).") }
        let message = arguments["message"]?.string ?? ""
        let (tenant, session, turn) = try await find(message, arguments["tenant"]?.string.map { TenantID($0) })
        let records: [Record]
        do {
            records = try await deployment.journal.records(of: session, in: tenant, afterVersion: 0)
        } catch {
            throw AgentError(journal: error)
        }
        let recording = try TurnRecording(turn: turn, records: records)
        let replay: TurnReplay
        if arguments["model"] != nil || arguments["prompt"] != nil {
            // With other prompts alone, the model is the one that answered.
            let name = arguments["model"]?.string ?? Self.model(of: turn, in: records)
            let model = try model(named: name, prompts: arguments["prompt"]?.string)
            let settings = try await deployment.domain.settings.settings(for: tenant)
            let registry = deployment.domain.registry
            let request = ModelRequest(
                replaying: turn,
                of: session,
                records: records,
                settings: settings,
                tools: { registry.declarations(for: $0) }
            )
            guard let request else { throw AgentError.noSuchMessage }
            replay = try await TurnReplayer.replay(recording, asking: model, request)
        } else {
            replay = TurnReplayer.replay(recording)
        }
        return Self.json(replay, turn, session, tenant)
    }

    // MARK: - Finding

    /// The turn that a message's id names: its own, or the one that answers it.
    private func find(_ message: String, _ named: TenantID?) async throws -> (TenantID, SessionID, TurnID) {
        let tenants: [TenantID]
        do throws(JournalError) {
            tenants = try await deployment.journal.tenantHeads().keys.sorted()
        } catch {
            throw AgentError(journal: error)
        }
        for tenant in tenants where named == nil || named == tenant {
            try await deployment.history.caughtUp(tenant)
            if let session = try await deployment.history.view.conversation(ofTurn: TurnID(message), in: tenant) {
                return (tenant, session, TurnID(message))
            }
        }
        // A user's message, or a turn of a conversation that was taken out of sight.
        for tenant in tenants where named == nil || named == tenant {
            var done: Int64 = 0
            while true {
                let page: [Record]
                do throws(JournalError) {
                    page = try await deployment.journal.records(of: tenant, after: done, limit: Self.pageMax)
                } catch {
                    throw AgentError(journal: error)
                }
                guard let last = page.last else { break }
                let found = page.first { record in
                    record.turn?.rawValue == message
                        || (record.kind == .messageReceived && record.payload?["message_id"]?.string == message)
                }
                if let found, let session = found.session, let turn = found.turn { return (tenant, session, turn) }
                done = last.sequence
            }
        }
        throw AgentError(.notFound, "No journal here has the message \(message).")
    }

    // MARK: - Another model or prompt

    private static func model(of turn: TurnID, in records: [Record]) -> String {
        let steps = records.lazy.filter { $0.turn == turn && $0.kind == .stepCompleted }
        return steps.compactMap { $0.payload?["model"]?.string }.first { !$0.isEmpty } ?? "offline"
    }

    private func model(named name: String, prompts: String?) throws -> any LanguageModel {
        let domain = deployment.domain
        let configuration = deployment.configuration
        if let settings = configuration.models.first(where: { $0.name == name }) {
            guard let prompts else { return deployment.model(settings, prompts: domain.prompts) }
            let versions = PromptVersions(deployment.folder)
            let folder = versions.version(named: prompts).flatMap { versions.path(of: $0) } ?? prompts
            do {
                return deployment.model(settings, prompts: try domain.prompts(in: folder, configuration))
            } catch let error as PromptError {
                throw AgentError(.invalidArgument, "The prompts in \(folder) cannot be used: \(error.reason).")
            }
        }
        guard name == "offline" || name == deployment.domain.planner.name else {
            let known = ["offline"] + deployment.configuration.models.map(\.name)
            let nearest = NearestName.of(name, among: known).map { "; the nearest one is \($0)" } ?? ""
            throw AgentError(.invalidArgument, "No model named \(name) can be asked again here\(nearest).")
        }
        guard let prompts else { return deployment.domain.planner }
        let versions = PromptVersions(deployment.folder)
        let folder = versions.version(named: prompts).flatMap { versions.path(of: $0) } ?? prompts
        do {
            return try deployment.domain.planner(with: try PromptLibrary(folder: folder))
        } catch let error as PromptError {
            throw AgentError(.invalidArgument, "The prompts in \(folder) cannot be used: \(error.reason).")
        }
    }

    private static func json(
        _ replay: TurnReplay,
        _ turn: TurnID,
        _ session: SessionID,
        _ tenant: TenantID
    ) -> JSONValue {
        [
            "message_id": .string(turn.rawValue), "conversation_id": .string(session.rawValue),
            "tenant": .string(tenant.rawValue), "same": .bool(replay.isSame), "steps": .integer(replay.steps),
            "recorded_digest": .string(Hex.encode(replay.recordedDigest)),
            "replayed_digest": .optional(replay.replayedDigest.map { Hex.encode($0) }),
            "content": .string(replay.content),
            "divergence": replay.divergence.map { divergence in
                [
                    "place": .string(divergence.place),
                    "differences": .array(
                        divergence.differences.map { difference in
                            [
                                "path": .string(difference.path), "recorded": difference.recorded ?? .null,
                                "replayed": difference.replayed ?? .null, "text": .string(difference.text),
                            ]
                        }
                    ),
                ]
            } ?? .null,
        ]
    }
}

extension Domain {
    /// The offline planner with other sentences.
    func planner(with phrasing: PromptLibrary) throws -> OfflinePlanner {
        try OfflinePlanner(
            skills: PlannerSkills.all,
            vocabulary: vocabulary,
            phrasing: phrasing,
            identifiers: TimeOrderedIdentifiers()
        )
    }
}
