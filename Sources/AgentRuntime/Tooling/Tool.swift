/// Something an agent can do: it declares itself, and runs.
///
/// A tool takes its principal, date and identifiers from `ToolContext`, its stores from its initialiser, and
/// never from globals. It honours cancellation: a cancelled call throws `CancellationError` and leaves nothing half done.
package protocol Tool: Sendable {
    var declaration: ToolDeclaration { get }

    /// Whether a call does its work on threads of others (a database's), so that no worker is taken for it.
    ///
    /// What is left on the event loop then must be some microseconds: reading arguments, writing out a result.
    var worksElsewhere: Bool { get }

    /// Runs with arguments that the runtime has validated against `declaration.parameters`.
    ///
    /// What a model can mend (an unknown metric, a period without data) is a result with `isError`;
    /// what it cannot is thrown as an `AgentError`.
    func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult

    /// Finds out what became of a call with an effect that was begun and never answered.
    ///
    /// It asks whoever has done it, by `context.effectID`, and changes nothing. Where nobody can tell, the call is put
    /// before a person and never made again.
    func reconcile(_ arguments: JSONObject, context: ToolContext) async throws -> ReconciledEffect
}

extension Tool {
    package var worksElsewhere: Bool { false }

    package func reconcile(_ arguments: JSONObject, context: ToolContext) async throws -> ReconciledEffect { .unknown }
}

/// What became of an effect that was begun.
package enum ReconciledEffect: Sendable, Hashable {
    /// It happened; this is its result.
    case happened(ToolResult)
    /// It did not and will not: the call may be made.
    case didNotHappen
    /// Nobody can tell.
    case unknown
}

/// What the runtime and a model need to know of a tool before calling it.
package struct ToolDeclaration: Sendable, Hashable {
    /// Stable name, `snake_case`.
    package var name: String
    /// What it does and when to use it, for a model and for documentation.
    package var purpose: String
    /// JSON Schema (2020-12 subset, see `JSONSchema`) of the arguments; an object.
    package var parameters: JSONValue
    /// What the user must be allowed to do.
    package var permission: Permission
    package var effect: ToolEffect
    /// The longest a call may take before it is cancelled and answered `timeout`.
    package var deadline: Duration
    /// Whether it waits for a person each time, whatever the deployment's rules say.
    package var needsApproval: Bool
    /// The argument that says how much money it is about, where that is not plain from names; see `CallAmount`.
    package var amountArgument: String?
    /// What its results are to be taken for.
    package var results: DataLabel
    /// The server of somebody else that its arguments go to; `nil` where they stay in the house.
    ///
    /// The tenant's own services are of the house.
    package var server: String?

    package init(
        name: String,
        purpose: String,
        parameters: JSONValue,
        permission: Permission,
        effect: ToolEffect = .read,
        deadline: Duration = .seconds(10),
        needsApproval: Bool = false,
        amountArgument: String? = nil,
        results: DataLabel = .untrusted,
        server: String? = nil
    ) {
        self.name = name
        self.purpose = purpose
        self.parameters = parameters
        self.permission = permission
        self.effect = effect
        self.deadline = deadline
        self.needsApproval = needsApproval
        self.amountArgument = amountArgument
        self.results = results
        self.server = server
    }
}

/// What a call changes in the world.
package enum ToolEffect: String, Sendable, Hashable {
    /// Nothing: it may be repeated freely.
    case read
    /// Rows of the tenant: its intent is recorded first, and it happens at most once.
    case write
    /// Something leaves the deployment (a mail, a payment): as `write`, and never without a rule.
    case outbound
}

/// What a call is given beside its arguments.
package struct ToolContext: Sendable {
    package var principal: Principal
    package var settings: TenantSettings
    package var session: SessionID
    package var turn: TurnID
    package var call: ToolCallID
    /// For tools with an effect: the identifier under which it happens at most once.
    ///
    /// Minted by the runtime from session, turn, step, tool and canonical arguments, so a repeated attempt has the
    /// same one.
    package var effectID: String
    /// When the call began.
    package var now: Timestamp
    /// Whether a person has seen this very call and let it happen.
    package var isApproved: Bool

    package init(
        principal: Principal,
        settings: TenantSettings,
        session: SessionID,
        turn: TurnID,
        call: ToolCallID,
        effectID: String,
        now: Timestamp,
        isApproved: Bool = false
    ) {
        self.principal = principal
        self.settings = settings
        self.session = session
        self.turn = turn
        self.call = call
        self.effectID = effectID
        self.now = now
        self.isApproved = isApproved
    }
}
