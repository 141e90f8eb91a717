import AgentRuntime
import Synchronization
import TestSupport

/// A deployment under simulation whose tools have effects, with the rules of governance in force.
final class GovernedWorld: Sendable {
    let simulation: Simulation
    let journal: InMemoryJournal
    let tenant = TenantID("ten_governed")
    /// How often each effect happened, by its id.
    let effects = Mutex<[String: Int]>([:])
    private let tails = SimulatedTailFolder()
    private let identifiers = SeededIdentifiers()
    private let boundary: Boundary

    /// Counts the moments before and after each append, and kills the process at one of them.
    final class Boundary: Sendable {
        private let state: Mutex<(count: Int, at: Int?)>

        init(killingAt place: Int?) { state = Mutex((0, place)) }

        var count: Int { state.withLock { $0.count } }

        /// Whether the process dies here.
        func passes() -> Bool {
            state.withLock { state in
                state.count += 1
                return state.count - 1 == state.at
            }
        }
    }

    init(seed: UInt64, killingAt place: Int? = nil) {
        let simulation = Simulation(seed: seed)
        self.simulation = simulation
        let boundary = Boundary(killingAt: place)
        self.boundary = boundary
        let clock = VirtualClock(simulation)
        let kill = KillSwitch()
        killSwitch = kill
        journal = InMemoryJournal(
            wallClock: VirtualWallClock(simulation),
            pause: {
                guard kill.isArmed, boundary.passes() else { return }
                kill.pull()
                // Nothing of a dead process goes on.
                try? await clock.sleep(for: .seconds(1_000_000))
            }
        )
    }

    private let killSwitch: KillSwitch

    /// Moments passed since the counting began.
    var boundaries: Int { boundary.count }

    /// From here on boundaries count.
    func arm() { killSwitch.arm() }

    var requester: Principal { principal("usr_requester") }

    func principal(_ user: String) -> Principal {
        Principal(
            tenant: tenant,
            user: UserID(user),
            name: user,
            permissions: [Permission("test:use"), Permission("approvals:decide")]
        )
    }

    /// Starts a process over what is on disk.
    func start(
        _ tools: [any Tool],
        _ rules: ToolRules = ToolRules(),
        model: ScriptedModel,
        limits: TurnLimits = TurnLimits()
    ) throws -> GovernedDaemon {
        let process = SimulatedProcess(simulation)
        killSwitch.set { process.kill() }
        let clock = VirtualClock(simulation)
        let wallClock = VirtualWallClock(simulation)
        let settings = FixedSettings(today: CalendarDate.first)
        let executor = ToolExecutor(
            registry: try ToolRegistry(tools),
            settings: settings,
            wallClock: wallClock,
            clock: clock
        )
        let services = SessionServices(
            journal: journal,
            model: model,
            tools: executor,
            settings: settings,
            wallClock: wallClock,
            clock: clock,
            identifiers: identifiers,
            limits: limits,
            rules: rules
        )
        let thread = process.thread()
        let directory = SessionDirectory(services: services, recovered: tails.recovered(), executor: thread)
        let tail = SimulatedTail(tails, on: thread)
        let place = SessionPlace(serial: thread, tasks: process, tail: tail)
        return GovernedDaemon(process: process, directory: directory, place: place, world: self)
    }

    func pass(_ milliseconds: Int) async {
        try? await VirtualClock(simulation).sleep(for: .milliseconds(milliseconds))
    }

    var records: [Record] { journal.all(of: tenant) }

    /// What the journal says waits for people.
    var approvals: [Approval] {
        var approvals: [ApprovalID: Approval] = [:]
        for record in records {
            guard let payload = record.payload else { continue }
            if record.kind == .approvalRequested, let request = ApprovalRequest(json: payload) {
                approvals[request.id] = Approval(request)
            }
            if record.kind == .approvalDecided, let id = payload["approval_id"]?.string,
                let decision = ApprovalDecision(json: payload)
            {
                approvals[ApprovalID(id)]?.apply(decision)
            }
        }
        return approvals.values.sorted { $0.request.id < $1.request.id }
    }

    /// How the turns ended, in order.
    var ends: [TurnStatus] {
        records.filter { $0.kind == .turnCompleted }.compactMap { $0.payload.map(TurnSummary.init(payload:))?.status }
    }

    /// The results of calls, in order.
    var results: [CompletedCall] {
        records.filter { $0.kind == .toolCompleted }.compactMap { $0.payload.flatMap(CompletedCall.init(json:)) }
    }
}

/// Ends the process that runs.
final class KillSwitch: Sendable {
    private let state = Mutex<(isArmed: Bool, kill: (@Sendable () -> Void)?)>((false, nil))

    var isArmed: Bool { state.withLock { $0.isArmed } }
    func arm() { state.withLock { $0.isArmed = true } }
    func set(_ kill: @escaping @Sendable () -> Void) { state.withLock { $0.kill = kill } }
    func pull() { state.withLock { $0.kill }?() }
}

/// One process of the governed deployment.
struct GovernedDaemon {
    let process: SimulatedProcess
    let directory: SessionDirectory
    let place: SessionPlace
    let world: GovernedWorld

    func begin() async throws -> SessionID {
        try await directory.create(NewConversation(owner: world.requester), on: place).id
    }

    /// Sends a message from within the process, which may die of it, and lets time pass.
    func send(_ text: String, to session: SessionID) async {
        let directory = directory
        let place = place
        let message = IncomingMessage(text: text, principal: world.requester)
        let tenant = world.tenant
        process.spawn {
            _ = try? await directory.with(session, in: tenant, on: place) { try await $0.send(message) }
        }
        await world.pass(20_000)
    }

    /// Decides about what waits; the refusal's code, or the turn that goes on.
    func decide(
        _ id: ApprovalID,
        _ kind: ApprovalDecision.Kind,
        by user: String,
        at: Timestamp? = nil,
        hash: String? = nil,
        in session: SessionID
    ) async -> String {
        let now = VirtualWallClock(world.simulation).now()
        let decision = ApprovalDecision(kind, by: UserID(user), comment: "because", at: at ?? now)
        do {
            let outcome = try await directory.with(session, in: world.tenant, on: place) { session in
                try await session.decide(id, decision, hash: hash)
            }
            await world.pass(20_000)
            return outcome.turn == nil ? outcome.approval.status.rawValue : "goes on"
        } catch {
            return (error as? AgentError)?.code.rawValue ?? "\(error)"
        }
    }

    func settle() async throws {
        let place = place
        try await directory.settleAll { _ in place }
        await world.pass(20_000)
    }
}

/// A tool that commits what it is asked for, and may lose its answer.
struct RefundTool: Tool {
    /// What becomes of an answer, and who can tell afterwards.
    enum Kind: CaseIterable {
        /// It answers; asked later, it knows.
        case answers
        /// It commits and its answer is lost; asked later, it knows.
        case losesItsAnswer
        /// It commits and its answer is lost; nobody can tell afterwards.
        case isSilent
    }

    let kind: Kind
    let world: GovernedWorld
    var needsApproval = false

    var declaration: ToolDeclaration {
        ToolDeclaration(
            name: "refund",
            purpose: "Pays money back.",
            parameters: [
                "type": "object", "properties": ["amount": ["type": "number"]], "required": ["amount"],
            ],
            permission: Permission("test:use"),
            effect: .outbound,
            deadline: .seconds(5),
            needsApproval: needsApproval,
            amountArgument: "amount"
        )
    }

    func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        await world.pass(10)
        world.effects.withLock { $0[context.effectID, default: 0] += 1 }
        await world.pass(10)
        guard kind == .answers else { throw AgentError(.unavailable, "The connection was cut.") }
        return ToolResult(content: ["refunded": true])
    }

    func reconcile(_ arguments: JSONObject, context: ToolContext) async throws -> ReconciledEffect {
        guard kind != .isSilent else { return .unknown }
        let isThere = world.effects.withLock { $0[context.effectID] != nil }
        return isThere ? .happened(ToolResult(content: ["refunded": true])) : .didNotHappen
    }
}

extension ScriptedModel {
    /// Calls a tool once with these arguments, then says that it is done.
    static func calling(_ name: String, _ arguments: JSONObject) -> ScriptedModel {
        ScriptedModel { request in
            guard request.steps.flatMap(\.calls).isEmpty else { return [[.text("Done."), .finished(.stop)]] }
            let call = ToolCall(id: ToolCallID("call_\(request.turn)"), name: name, arguments: arguments)
            return [[.toolCall(call), .finished(.toolCalls)]]
        }
    }
}
