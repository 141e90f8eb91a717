import AgentRuntime
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("Sessions under seeds")
struct SessionSimulationTests {
    /// Seeds to run: `SEED=n` runs one, `SEEDS=n` runs so many from 1 on.
    static var seeds: [UInt64] {
        let environment = ProcessInfo.processInfo.environment
        if let one = environment["SEED"].flatMap(UInt64.init) { return [one] }
        return Array(1...(environment["SEEDS"].flatMap(UInt64.init) ?? 250))
    }

    @Test("Random messages, cancels and disconnects keep every invariant")
    func undisturbed() {
        check(faultRate: 0, kills: 0, repeatsItself: true)
    }

    @Test("A journal that fails now and then keeps every invariant")
    func faultyStore() {
        check(faultRate: 12, kills: 0, repeatsItself: true)
    }

    @Test("Kills and restarts lose and double nothing that was shown")
    func kills() {
        check(faultRate: 0, kills: 3, repeatsItself: true)
    }

    @Test("A model that cannot repeat itself leaves interrupted answers, never wrong ones")
    func killsWithAnUnrepeatableModel() {
        check(faultRate: 0, kills: 3, repeatsItself: false)
    }

    private func check(faultRate: Int, kills: Int, repeatsItself: Bool) {
        for seed in Self.seeds {
            let world = SimulatedWorld(seed: seed, faultRate: faultRate)
            let outcome = world.simulation.run {
                await Scenario(world: world, kills: kills, repeatsItself: repeatsItself).play()
            }
            var violations = Invariants.violations(in: world)
            if outcome == .deadlock { violations.insert("deadlock", at: 0) }
            let hint: Comment = "SEED=\(seed) swift test --disable-xctest --filter SessionSimulationTests"
            #expect(violations == [], hint)
            guard violations.isEmpty else { return }
        }
    }
}

/// One run: a few conversations, clients that come and go, and a process that is killed now and then.
private struct Scenario {
    let world: SimulatedWorld
    let kills: Int
    let repeatsItself: Bool

    private var simulation: Simulation { world.simulation }

    func play() async {
        do {
            var daemon = try world.start(repeatsItself: repeatsItself)
            var sessions: [SessionID] = []
            for _ in 0..<(1 + simulation.random(below: 3)) { sessions.append(await begin(daemon)) }
            for _ in 0..<kills {
                await act(daemon, sessions, times: 4)
                daemon.process.kill()
                daemon = try world.start(repeatsItself: repeatsItself)
                if simulation.chance(oneIn: 2) { try await daemon.settle() }
            }
            await act(daemon, sessions, times: 6)
            try await daemon.settle()
            await finish(daemon)
        } catch {
            Issue.record("the scenario itself failed: \(error)")
        }
    }

    private func begin(_ daemon: SimulatedDaemon) async -> SessionID {
        let policy = BusyPolicy.allCases[simulation.random(below: 3)]
        let options = SessionOptions(onBusy: policy, onDisconnect: simulation.chance(oneIn: 4) ? .cancel : .continue)
        while true {
            let place = world.place(daemon.process)
            let made = try? await daemon.directory.create(
                NewConversation(owner: world.principal, options: options),
                on: place
            )
            if let made { return made.id }
        }
    }

    /// Messages, cancels, options: several at once, in an order the seed chooses, some in the process that is killed.
    private func act(_ daemon: SimulatedDaemon, _ sessions: [SessionID], times: Int) async {
        for number in 0..<times {
            let session = sessions[simulation.random(below: sessions.count)]
            let words = ["why", "did", "costs", "rise", "so", "fast"].prefix(1 + simulation.random(below: 6))
            let message = words.joined(separator: " ") + " \(number)"
            daemon.process.spawn { await converse(daemon, session, message) }
            await pass(30)
        }
    }

    /// Sends a message and watches it; the connection may be cut in between, and the turn cancelled.
    private func converse(_ daemon: SimulatedDaemon, _ session: SessionID, _ message: String) async {
        let place = world.place(daemon.process)
        let incoming = IncomingMessage(text: message, principal: world.principal)
        let accepted = try? await daemon.directory.with(session, in: world.tenant, on: place) { session in
            try await session.send(incoming)
        }
        guard let accepted else { return }  // busy, or the store failed: nothing was taken in
        let client = SimulatedClient(session: session, turn: accepted.turn, message: message)
        world.clients.withLock { $0.append(client) }
        let connection = client.connection()
        let watch = try? await daemon.directory.with(session, in: world.tenant, on: place) { session in
            try await session.watch(client.turn, after: nil, connection)
        }
        await pass(40)
        if simulation.chance(oneIn: 3) {
            connection.cut()
            _ = try? await daemon.directory.with(session, in: world.tenant, on: place) { session in
                if let watch { await session.unwatch(client.turn, watch) }
            }
        }
        if simulation.chance(oneIn: 5) {
            _ = try? await daemon.directory.with(session, in: world.tenant, on: place) { session in
                try await session.cancel(client.turn)
            }
        }
    }

    /// Every client comes back until it has seen the end of its turn.
    private func finish(_ daemon: SimulatedDaemon) async {
        await pass(2000)
        await daemon.directory.drain()
        await pass(2000)
        for client in world.clients.withLock({ $0 }) {
            for _ in 0..<50 where !client.isDone {
                let connection = client.connection()
                let place = world.place(daemon.process)
                let last = client.lastIndex
                _ = try? await daemon.directory.with(client.session, in: world.tenant, on: place) { session in
                    try await session.watch(client.turn, after: last, connection)
                }
                await pass(500)
                connection.cut()
            }
        }
    }

    private func pass(_ milliseconds: Int) async {
        let duration = Duration.milliseconds(simulation.random(below: milliseconds) + 1)
        try? await VirtualClock(simulation).sleep(for: duration)
    }
}
