internal import AgentRuntime
internal import Foundation
internal import Tools

/// Keeps the tools of other servers in the tenants' registries: loads them, and tries again what could not be loaded.
///
/// A server that is down at the start is asked again, first after two seconds and at last every minute; one that was
/// loaded is asked every five minutes, so that what it adds and changes is seen. A failure leaves the tools of before.
struct RemoteTools: Sendable {
    static let interval = Duration.seconds(300)
    static let longestPause = Duration.seconds(60)

    /// One source of one tenant.
    private struct Source: Sendable {
        var tenant: TenantID
        var name: String
        var load: @Sendable () async throws -> (tools: [any Tool], faults: [String])
        var close: @Sendable () async -> Void
    }

    /// How a source did.
    struct Outcome: Sendable, Hashable {
        var tenant: TenantID
        var source: String
        var tools: [String]
        /// What is wrong, in words for the operator.
        var problems: [String]
    }

    private let sources: [Source]
    private let tenants: TenantTools
    private let log: Logger

    init(
        _ configuration: Configuration,
        into tenants: TenantTools,
        transport: any HTTPTransport,
        loops: EventLoopGroup,
        callers: CallerTokens,
        log: Logger
    ) {
        self.tenants = tenants
        self.log = log
        let urlGuard = URLGuard(allowsPrivate: configuration.toolsAllowPrivate)
        sources = configuration.tenants.values.sorted { $0.id < $1.id }.flatMap { tenant in
            tenant.toolSources.map { source in
                let key = source.apiKey
                var service = RemoteService(
                    name: source.name,
                    transport: transport,
                    urlGuard: urlGuard,
                    clock: ContinuousClock(),
                    timeout: source.timeout,
                    key: { key?.reveal() }
                )
                service.users = source.userOrigin.map { (callers, $0) }
                service.believesLabels = source.believesLabels
                service.later = { work in loops.next().spawn { await work() } }
                return Self.source(tenant.id, source, service, loops)
            }
        }
    }

    private static func source(
        _ tenant: TenantID,
        _ source: Configuration.ToolSource,
        _ service: RemoteService,
        _ loops: EventLoopGroup
    ) -> Source {
        switch source.kind {
        case .openAPI(let document, let base):
            return Source(
                tenant: tenant,
                name: source.name,
                load: {
                    try await OpenAPISource(
                        service,
                        document: try place(document),
                        base: base,
                        allowed: source.allowed
                    ).load()
                },
                close: {}
            )
        case .mcp(let url):
            let server = MCPSource(service, url: url, allowed: source.allowed)
            return Source(
                tenant: tenant,
                name: source.name,
                load: { try await server.load() },
                close: { await server.close() }
            )
        case .program(let command):
            // Nothing of our own environment but what a program needs to run at all.
            var environment = ["PATH", "HOME", "LANG", "TMPDIR"].reduce(into: [String: String]()) { kept, name in
                kept[name] = ProcessInfo.processInfo.environment[name]
            }
            if let key = source.apiKey { environment["API_KEY"] = key.reveal() }
            let server = MCPSource(
                service,
                command: command,
                environment: environment,
                loop: loops.next(),
                allowed: source.allowed
            )
            return Source(
                tenant: tenant,
                name: source.name,
                load: { try await server.load() },
                close: { await server.close() }
            )
        }
    }

    private static func place(_ document: String) throws -> OpenAPISource.Place {
        if document.hasPrefix("http://") || document.hasPrefix("https://") { return .url(document) }
        do {
            return .bytes(Array(try Data(contentsOf: URL(fileURLWithPath: document))))
        } catch {
            throw AgentError(
                .invalidArgument,
                "The OpenAPI document \(document) cannot be read.",
                underlying: "\(error)"
            )
        }
    }

    /// Loads every source once, side by side.
    @discardableResult
    func load() async -> [Outcome] {
        await withTaskGroup(of: Outcome.self) { group in
            for source in sources { group.addTask { await load(source) } }
            var outcomes: [Outcome] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes.sorted { ($0.tenant, $0.source) < ($1.tenant, $1.source) }
        }
    }

    /// Loads every source once, for no longer than a while: turns that a former process left may need their tools.
    func load(within limit: Duration, clock: any Clock<Duration>) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await load() }
            // What is not there by then is loaded later; a cancelled sleep ends the wait as well.
            group.addTask { try? await clock.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }

    private func load(_ source: Source) async -> Outcome {
        do {
            let (tools, faults) = try await source.load()
            try tenants.put(tools, of: source.name, for: source.tenant)
            return Outcome(
                tenant: source.tenant,
                source: source.name,
                tools: tools.map(\.declaration.name),
                problems: faults
            )
        } catch {
            let words = (error as? AgentError)?.message ?? "\(error)"
            return Outcome(tenant: source.tenant, source: source.name, tools: [], problems: [words])
        }
    }

    /// Ends the connections, and the programs that were started.
    func close() async { for source in sources { await source.close() } }

    /// Keeps the sources fresh until cancelled, then closes them.
    func run(clock: any Clock<Duration>) async throws {
        await withTaskGroup(of: Void.self) { group in
            for source in sources { group.addTask { await keep(source, clock) } }
        }
        await close()
        try Task.checkCancellation()
    }

    private func keep(_ source: Source, _ clock: any Clock<Duration>) async {
        var pause = Duration.seconds(2)
        var known: [String] = []
        while !Task.isCancelled {
            let outcome = await load(source)
            if Task.isCancelled { return }
            if outcome.problems != known, let first = outcome.problems.first {
                log.error(
                    "tools of a server are missing",
                    [
                        "tenant": .string("\(source.tenant)"), "source": .string(source.name),
                        "error": .string(first), "problems": .integer(outcome.problems.count),
                    ]
                )
            }
            known = outcome.problems
            let isLoaded = !outcome.tools.isEmpty
            // A cancelled sleep is looked at by the loop's condition.
            try? await clock.sleep(for: isLoaded ? Self.interval : pause)
            pause = isLoaded ? .seconds(2) : min(pause * 2, Self.longestPause)
        }
    }
}

extension Configuration {
    /// Tenants with a service that is asked with its users' own tokens.
    var tenantsAskingAsUsers: Set<TenantID> {
        Set(
            tenants.values
                .filter { $0.domain?.forwardsUser == true || $0.toolSources.contains { $0.userOrigin != nil } }
                .map(\.id)
        )
    }
}
