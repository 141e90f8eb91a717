import AgentRuntime
import TestSupport
import Testing

@testable import Tools

/// Asks the offline planner over a tenant's real rows: it plans, the tools calculate, it words their results.
final class DataConversation {
    struct Answer {
        var text = ""
        var calls: [CompletedCall] = []
        var citations: [Citation] = []
        var charts: [JSONValue] = []
        var actions: [JSONValue] = []
        var notes: [JSONValue] = []
        /// Figures that the grounding gate could not place.
        var ungrounded: [String] = []

        var signature: String { CallSignature.text(of: calls.map(\.call), notes: notes) }
        /// The content of the only call.
        var content: JSONValue { calls.first?.result.content ?? .null }
    }

    private let settings: TenantSettings
    private let planner: OfflinePlanner
    private let tools: [String: any Tool]
    private let principal: Principal
    private let session: SessionID
    private var history: [HistoryTurn] = []

    init(
        _ databases: DomainDatabases,
        settings: TenantSettings,
        session: SessionID = SessionID("conv_test"),
        email: String? = nil
    ) throws {
        let ledger = LedgerStore(databases)
        self.settings = settings
        self.session = session
        tools = Dictionary(
            uniqueKeysWithValues: DataConversation.tools(ledger, databases).map { ($0.declaration.name, $0) }
        )
        planner = try OfflinePlanner(
            skills: PlannerSkills.all,
            vocabulary: EmbeddedVocabulary(catalogue: TenantCatalogue(ledger), databases: databases),
            phrasing: try PlannerConversation.library(),
            identifiers: SeededIdentifiers()
        )
        principal = Principal(
            tenant: settings.tenant,
            user: UserID("usr_test"),
            email: email,
            permissions: PermissionSet(Permission.all)
        )
    }

    static func tools(_ ledger: LedgerStore, _ databases: DomainDatabases) -> [any Tool] {
        [
            MetricsQueryTool(ledger: ledger), VarianceDriversTool(ledger: ledger), AnomaliesTool(ledger: ledger),
            IncomeStatementTool(ledger: ledger), PipelineOverviewTool(ledger: ledger), DealSearchTool(ledger: ledger),
            OrderStatusTool(ledger: ledger), InvoicesOverdueTool(ledger: ledger), ReceivablesAgingTool(ledger: ledger),
            StockAlertsTool(ledger: ledger), SupplierPerformanceTool(ledger: ledger),
            DealScoreTool(ledger: ledger), RevenueForecastTool(ledger: ledger),
            CustomerIntelligenceTool(ledger: ledger), CustomerHealthTool(ledger: ledger),
            DemandForecastTool(ledger: ledger), PriceQuoteTool(ledger: ledger),
            CostsBreakdownTool(ledger: ledger), CashRunwayTool(ledger: ledger), ARRMovementTool(ledger: ledger),
            CausalSimulateTool(ledger: ledger), WhatIfTool(ledger: ledger),
            InitiativeAnalysisTool(), ScenarioCreateTool(ScenarioDesk(databases)),
            ScenarioCompareTool(ScenarioDesk(databases)),
        ]
    }

    func forget() { history = [] }

    func ask(_ message: String) async throws -> Answer {
        var request = ModelRequest(
            principal: principal,
            settings: settings,
            session: session,
            turn: TurnID("msg_test"),
            history: history,
            message: message,
            tools: tools.values.map(\.declaration).sorted { $0.name < $1.name }
        )
        var answer = Answer()
        for _ in 0..<3 {
            var step = CompletedStep()
            let stream = try await GroundedModel(planner).respond(to: request)
            while let batch = try await stream.next() {
                for event in batch { try await take(event, into: &answer, step: &step) }
            }
            guard !step.calls.isEmpty else { break }
            request.steps.append(step)
        }
        history.append(HistoryTurn(message: message, answer: answer.text, notes: answer.notes, steps: request.steps))
        return answer
    }

    private func take(_ event: ModelEvent, into answer: inout Answer, step: inout CompletedStep) async throws {
        switch event {
        case .text(let piece): answer.text += piece
        case .toolCall(let call):
            let tool = try #require(tools[call.name], "\(call.name)")
            let schema = try JSONSchema(tool.declaration.parameters)
            let faults = schema.violations(in: .object(call.arguments))
            #expect(faults.isEmpty, "\(call.name) \(JSONValue.object(call.arguments).text): \(faults)")
            let context = ToolContext(
                principal: principal,
                settings: settings,
                session: session,
                turn: TurnID("msg_test"),
                call: call.id,
                effectID: "effect_test",
                now: Timestamp(milliseconds: 0)
            )
            let completed = CompletedCall(
                call: call,
                status: .completed,
                result: try await tool.call(call.arguments, context: context),
                duration: .zero
            )
            answer.calls.append(completed)
            step.calls.append(completed)
        case .citation(let citation): answer.citations.append(citation)
        case .chart(let chart): answer.charts.append(chart)
        case .suggestedActions(let actions): answer.actions += actions
        case .ungrounded(let figure): answer.ungrounded.append(figure)
        case .note(let note):
            answer.notes.append(note)
            step.notes.append(note)
        default: break
        }
    }
}
