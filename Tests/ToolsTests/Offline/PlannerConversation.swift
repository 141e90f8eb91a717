import AgentRuntime
import Foundation
import TestSupport
import Testing

@testable import Tools

/// Asks the offline planner as a session does: steps until it stops, results in between, history kept.
final class PlannerConversation {
    struct Answer {
        var calls: [ToolCall] = []
        var pieces: [String] = []
        /// Text and citations in the order they came, a citation as `[source id]`.
        var flow = ""
        var citations: [Citation] = []
        var charts: [JSONValue] = []
        var actions: [JSONValue] = []
        var notes: [JSONValue] = []
        var finish: [FinishReason] = []
        /// Figures that the grounding gate could not place.
        var ungrounded: [String] = []

        var text: String { pieces.joined() }
        var signature: String { CallSignature.text(of: calls, notes: notes) }
    }

    private let planner: OfflinePlanner
    private let company: InventedCompany
    private let tools: [String]
    private let results: (ToolCall) -> ToolResult
    private(set) var history: [HistoryTurn] = []

    init(
        _ company: InventedCompany,
        tools: [String] = InventedCompany.toolNames,
        results: @escaping (ToolCall) -> ToolResult = { _ in .failure("unavailable", "no tool in this test") }
    ) throws {
        self.company = company
        self.tools = tools
        self.results = results
        planner = try Self.planner(company)
    }

    static func planner(_ company: InventedCompany) throws -> OfflinePlanner {
        try OfflinePlanner(
            skills: InventedCompany.skills,
            vocabulary: FixedVocabulary(vocabulary: company.vocabulary),
            phrasing: try library(),
            identifiers: SeededIdentifiers()
        )
    }

    /// Where the project's prompts lie.
    static var promptFolder: String {
        let root = PlannerTable.folder.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return root.appendingPathComponent("prompts").path
    }

    static func library() throws -> PromptLibrary { try PromptLibrary(folder: promptFolder) }

    func forget() { history = [] }

    func ask(_ message: String) async throws -> Answer {
        var request = ModelRequest(
            principal: Principal(tenant: company.settings.tenant, user: UserID("usr_test")),
            settings: company.settings,
            session: SessionID("conv_test"),
            turn: TurnID("msg_test"),
            history: history,
            message: message,
            tools: tools.map {
                ToolDeclaration(name: $0, purpose: "", parameters: [:], permission: Permission("test:read"))
            }
        )
        var answer = Answer()
        for _ in 0..<3 {
            var step = CompletedStep()
            let stream = try await GroundedModel(planner).respond(to: request)
            while let batch = try await stream.next() {
                for event in batch { take(event, into: &answer, step: &step) }
            }
            guard !step.calls.isEmpty else { break }
            request.steps.append(step)
        }
        history.append(HistoryTurn(message: message, answer: answer.text, notes: answer.notes, steps: request.steps))
        return answer
    }

    private func take(_ event: ModelEvent, into answer: inout Answer, step: inout CompletedStep) {
        switch event {
        case .text(let piece):
            answer.pieces.append(piece)
            answer.flow += piece
        case .toolCall(let call):
            answer.calls.append(call)
            step.calls.append(
                CompletedCall(call: call, status: .completed, result: results(call), duration: .zero)
            )
        case .citation(let citation):
            answer.citations.append(citation)
            answer.flow += "[\(citation.source) \(citation.id)]"
        case .chart(let chart): answer.charts.append(chart)
        case .suggestedActions(let actions): answer.actions += actions
        case .note(let note):
            answer.notes.append(note)
            step.notes.append(note)
        case .ungrounded(let figure): answer.ungrounded.append(figure)
        case .finished(let reason): answer.finish.append(reason)
        default: break
        }
    }
}

/// A vocabulary that never changes.
struct FixedVocabulary: VocabularySource {
    var vocabulary: TenantVocabulary

    func entries(for tenant: TenantID) async throws -> TenantVocabulary { vocabulary }
}
