import AgentRuntime
import Synchronization
import TestSupport
import Testing

/// A deployment under simulation: what survives a kill (journal, tail folder, clients), and the process that does not.
final class SimulatedWorld: Sendable {
    let simulation: Simulation
    let journal: InMemoryJournal
    let tails = SimulatedTailFolder()
    let identifiers = SeededIdentifiers()
    let tenant = TenantID("ten_simulated")
    /// Each tool call by its effect, however often it was run.
    let effects = Mutex<[String: Int]>([:])
    let clients = Mutex<[SimulatedClient]>([])
    private let faultRate: Int

    /// `faultRate`: one append in so many fails; 0 for none.
    init(seed: UInt64, faultRate: Int) {
        let simulation = Simulation(seed: seed)
        self.simulation = simulation
        self.faultRate = faultRate
        let clock = VirtualClock(simulation)
        journal = InMemoryJournal(
            wallClock: VirtualWallClock(simulation),
            faults: { simulation.chance(oneIn: faultRate) },
            pause: { try? await clock.sleep(for: .microseconds(simulation.random(below: 300))) }
        )
    }

    var principal: Principal {
        Principal(
            tenant: tenant,
            user: UserID("usr_1"),
            roles: [Role("admin")],
            permissions: [Permission("test:use")]
        )
    }

    /// Starts a process over what is on disk.
    func start(repeatsItself: Bool) throws -> SimulatedDaemon {
        let process = SimulatedProcess(simulation)
        let clock = VirtualClock(simulation)
        let simulation = simulation
        let wallClock = VirtualWallClock(simulation)
        let settings = FixedSettings(today: try #require(CalendarDate("2026-01-31")))
        let nap: @Sendable (Int) async throws -> Void = { milliseconds in
            try await clock.sleep(for: .milliseconds(simulation.random(below: milliseconds)))
        }
        let tools = ToolExecutor(
            registry: try ToolRegistry([readTool(nap), writeTool(nap)]),
            settings: settings,
            wallClock: wallClock,
            clock: clock
        )
        let model = ScriptedModel(
            repeatsItself: repeatsItself,
            pause: { try await nap(4) },
            script: { request in SimulatedAnswer.step(request) }
        )
        let services = SessionServices(
            journal: journal,
            model: model,
            tools: tools,
            settings: settings,
            wallClock: wallClock,
            clock: clock,
            identifiers: identifiers
        )
        let directory = SessionDirectory(
            services: services,
            recovered: tails.recovered(),
            awakeMax: 3,
            executor: process.thread()
        )
        return SimulatedDaemon(process: process, directory: directory, world: self)
    }

    func place(_ process: SimulatedProcess) -> SessionPlace {
        let thread = process.thread()
        let simulation = simulation
        let rate = faultRate * 10
        let tail = SimulatedTail(tails, on: thread, faults: { simulation.chance(oneIn: rate) })
        return SessionPlace(serial: thread, tasks: process, tail: tail)
    }

    private func readTool(_ nap: @escaping @Sendable (Int) async throws -> Void) -> ClosureTool {
        ClosureTool("look_up") { arguments, _ in
            try await nap(20)
            return ToolResult(content: ["found": arguments["what"] ?? .null])
        }
    }

    private func writeTool(_ nap: @escaping @Sendable (Int) async throws -> Void) -> ClosureTool {
        let parameters: JSONValue = ["type": "object", "properties": ["what": ["type": "string"]]]
        return ClosureTool("write_down", parameters: parameters, effect: .write) { [weak self] _, context in
            try await nap(10)
            self?.effects.withLock { $0[context.effectID, default: 0] += 1 }
            try await nap(10)
            return ToolResult(content: ["effect": .string(context.effectID)])
        }
    }
}

/// One process of the simulated deployment.
struct SimulatedDaemon {
    let process: SimulatedProcess
    let directory: SessionDirectory
    let world: SimulatedWorld

    func settle() async throws {
        let place = world.place(process)
        try await directory.settleAll { _ in place }
    }
}

/// What the simulated model says: made from the message alone, so that it is the same every time.
enum SimulatedAnswer {
    /// Two tool calls side by side in the first step for most messages, then an answer in pieces with a citation.
    static func step(_ request: ModelRequest) -> [[ModelEvent]] {
        let words = request.message.split(separator: " ").map(String.init)
        if request.steps.isEmpty, words.count > 2 {
            let calls = ["look_up", "write_down"].enumerated().map { number, name in
                ToolCall(
                    id: ToolCallID("call_\(request.turn)_\(number)"),
                    name: name,
                    arguments: ["what": .string(words[number])]
                )
            }
            return [[.text("Let me see. ")], calls.map(ModelEvent.toolCall) + [.finished(.toolCalls)]]
        }
        var batches: [[ModelEvent]] = words.map { [.text($0 + " "), .text("— ")] }
        batches.append([.citation(Citation(source: "test", id: words.first ?? "", text: "a source"))])
        batches.append([.text("done."), .finished(.stop)])
        return batches
    }

    /// The content that a whole answer to a message has.
    static func content(of message: String) -> String {
        let words = message.split(separator: " ").map(String.init)
        let opening = words.count > 2 ? "Let me see. " : ""
        return opening + words.map { $0 + " — " }.joined() + "done."
    }
}

/// Someone who watches one turn, comes back after cuts, and remembers everything it was shown.
final class SimulatedClient: TurnWatcher {
    private struct State {
        var events: [NumberedEvent] = []
        var isConnected = false
        var complaints: [String] = []
    }

    let session: SessionID
    let turn: TurnID
    let message: String
    private let state = Mutex(State())

    init(session: SessionID, turn: TurnID, message: String) {
        self.session = session
        self.turn = turn
        self.message = message
    }

    var events: [NumberedEvent] { state.withLock { $0.events } }
    var complaints: [String] { state.withLock { $0.complaints } }
    var lastIndex: Int? { events.last?.index }
    var isDone: Bool { if case .completed? = events.last?.event { true } else { false } }

    /// One connection: a watcher of its own, so that a connection that was cut shows nothing more.
    func connection() -> SimulatedConnection { SimulatedConnection(self) }

    func deliver(_ events: [NumberedEvent]) {
        state.withLock { state in
            for event in events {
                let expected = (state.events.last?.index ?? -1) + 1
                if event.index != expected {
                    state.complaints.append("event \(event.index) came where \(expected) was due")
                }
                if case .completed? = state.events.last?.event {
                    state.complaints.append("event \(event.index) came after the last one")
                }
                state.events.append(event)
            }
        }
    }

    func ended() {}
}

/// A connection of a client; after it is cut, what is still sent to it is lost.
final class SimulatedConnection: TurnWatcher {
    private let client: SimulatedClient
    private let isOpen = Mutex(true)
    private let hasEnded = Mutex(false)

    init(_ client: SimulatedClient) { self.client = client }

    var isEnded: Bool { hasEnded.withLock { $0 } }
    func cut() { isOpen.withLock { $0 = false } }
    func deliver(_ events: [NumberedEvent]) { if isOpen.withLock({ $0 }) { client.deliver(events) } }
    func ended() { hasEnded.withLock { $0 = true } }
}
