internal import AgentRuntime
internal import Tools

/// The daemon: a deployment with a door to it.
struct Daemon: Sendable {
    let deployment: Deployment
    let stores: AccountStores
    let isDemonstration: Bool

    private var configuration: Configuration { deployment.configuration }

    /// Serves until told to stop, then lets running turns finish for as long as the configuration says.
    ///
    /// `stop` ends the daemon when it yields; `listening` is told the address once requests are taken.
    func run(until stop: AsyncStream<Signal>, listening: @Sendable (String) -> Void) async throws {
        let deployment = deployment
        let transport = deployment.transport
        let keySets = KeySets(
            own: stores.issuer.key,
            sets: configuration.auth.keySets,
            log: deployment.log,
            read: { place in try await KeySetReader(transport: transport).read(place) }
        )
        let remote = RemoteTools(
            configuration,
            into: deployment.domain.registry.tenants,
            transport: transport,
            loops: deployment.loops,
            callers: deployment.callers,
            log: deployment.log
        )
        let scenarioApprovals = scenarioApprovals
        await deployment.approvals.setHandler(for: ScenarioApprovals.type) { approval, decider in
            try await scenarioApprovals.carryOut(approval, decider)
        }
        let readiness = Guarded(false)
        let evaluations = EvaluationDesk(
            configuration,
            folder: deployment.folder.path,
            journal: deployment.journal
        )
        let door = try gateway(keySets, evaluations, isReady: { readiness.with { $0 } })
        var limits = HTTPLimits()
        limits.connections = configuration.limits.connections
        let service = HTTPService(
            handler: door,
            errorBody: { status, reason, request in door.failure(status, reason, request) },
            limits: limits,
            wallClock: SystemWallClock()
        )
        let address = configuration.listen
        let server = HTTPServer(
            .tcp(host: address.host, port: address.port),
            on: deployment.loops.loops,
            service: service
        )
        try await stores.idempotency.recover()
        await keySets.refresh()
        // Whoever asks first wakes a conversation whose turn a former process left: its tools must be there by then.
        if try await !deployment.journal.unsettledSessions().isEmpty {
            await remote.load(within: .milliseconds(1500), clock: ContinuousClock())
        }
        let port = try await server.start()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await deployment.projections.run(clock: ContinuousClock()) { error in
                    deployment.log.error("the views are behind", ["error": .string("\(error)")])
                }
            }
            group.addTask {
                try await deployment.checkpointer.run(clock: ContinuousClock()) { error in
                    deployment.log.error("a checkpoint failed", ["error": .string("\(error)")])
                }
            }
            group.addTask { try await stores.accounts.run() }
            group.addTask { try await runApprovals() }
            group.addTask { try await RetentionControl(deployment: deployment).run(clock: ContinuousClock()) }
            group.addTask {
                do {
                    try await ConfigurationTrail(deployment: deployment).record()
                } catch {
                    deployment.log.error("the configuration was not recorded", ["error": .string("\(error)")])
                }
            }
            group.addTask { try await keySets.run(clock: ContinuousClock()) }
            group.addTask { try await remote.run(clock: ContinuousClock()) }
            group.addTask { try await control().run() }
            group.addTask { try await webhooks(transport).run() }
            group.addTask {
                try await deployment.domain.outbox.run(clock: ContinuousClock()) { error in
                    deployment.log.error("waiting mail cannot be sent now", ["error": .string("\(error)")])
                }
            }
            group.addTask {
                try await deployment.settle()
                await deployment.forgetFormerTails()
            }
            readiness.with { $0 = true }
            listening("http://\(ListenAddress(host: address.host, port: port))")
            for await signal in stop {
                deployment.log.info("draining", ["signal": .string("\(signal)")])
                break
            }
            readiness.with { $0 = false }
            async let evaluationEnd: Void = evaluations.stop()
            await server.drain(within: configuration.drain)
            await evaluationEnd
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
    }

    private func gateway(
        _ keySets: KeySets,
        _ evaluations: EvaluationDesk,
        isReady: @escaping @Sendable () -> Bool
    ) throws -> Gateway {
        let configuration = configuration
        let log = deployment.log
        let authenticator = Authenticator(
            keySets: keySets,
            accounts: stores.accounts,
            keys: stores.keys,
            clock: SystemWallClock(),
            callers: deployment.callers
        )
        let proxies = TrustedProxies(networks: configuration.trustedProxies)
        let access = AccessControl(
            authenticator: authenticator,
            proxies: proxies,
            limiter: RateLimiter(table: configuration.limits.rates, clock: SystemWallClock()),
            repeats: RepeatGuard(store: stores.idempotency),
            log: log,
            record: AccountStores.recording(to: deployment.journal)
        )
        let services = ProfileServices(
            conversations: deployment.conversations,
            history: deployment.history,
            usage: UsageView(deployment.projections),
            audit: AuditView(deployment.projections),
            approvals: deployment.approvals,
            scenarioApprovals: scenarioApprovals,
            places: deployment.places,
            accounts: stores.accounts,
            domain: deployment.domainServices(),
            agents: deployment.domain.agents,
            evaluations: evaluations,
            proxies: proxies,
            configuration: configuration,
            wallClock: SystemWallClock(),
            webhooks: WebhookActions(
                store: stores.webhooks,
                urlGuard: webhookGuard,
                journal: deployment.journal,
                identifiers: TimeOrderedIdentifiers(),
                random: SystemRandom(),
                wallClock: SystemWallClock()
            )
        )
        var mounted: [MountedProfile] = []
        for settings in configuration.profiles {
            guard let profile = profile(settings, services) else { continue }
            mounted.append(
                MountedProfile(
                    profile: profile,
                    mount: settings.mount.split(separator: "/").map(String.init),
                    hosts: settings.hosts,
                    router: try access.router(for: profile)
                )
            )
        }
        let page = PageConfiguration(
            mount: configuration.profiles.first { $0.name == .aether }?.mount ?? ProfileName.aether.defaultMount,
            demoAccounts: isDemonstration ? Demonstration.accounts : []
        )
        let site = SiteRoutes(
            metrics: deployment.metrics,
            isReady: isReady,
            mayReadMetrics: { request in
                if proxies.client(of: request)?.isLoopback ?? true { return true }
                guard let identity = try? await access.identity(of: request) else { return false }
                return identity.principal.may(.analyticsRead)
            },
            page: { page },
            profiles: mounted,
            links: links(proxies).routes
        )
        return Gateway(
            mounted,
            site: site.router,
            services: GatewayServices(
                wallClock: SystemWallClock(),
                identifiers: TimeOrderedIdentifiers(),
                random: SystemRandom(),
                log: log,
                metrics: deployment.metrics,
                crossOrigin: CrossOrigin(origins: configuration.corsOrigins),
                compression: ResponseCompression(workers: deployment.workers)
            )
        )
    }

    private func profile(_ settings: ProfileSettings, _ services: ProfileServices) -> (any Profile)? {
        switch settings.name {
        case .aether: AetherProfile(services, mount: settings.mount)
        case .openai: OpenAIProfile(services)
        case .aems: AEMSProfile(services, mount: settings.mount)
        case .mcp: MCPProfile(services)
        case .cnc: CNCProfile(services, mount: settings.mount)
        case .smb: SMBProfile(services, mount: settings.mount)
        }
    }

    private var scenarioApprovals: ScenarioApprovals {
        ScenarioApprovals(
            desk: deployment.approvals,
            scenarios: ScenarioDesk(deployment.domain.databases),
            policy: configuration.rules.approvals,
            journal: deployment.journal,
            wallClock: SystemWallClock()
        )
    }

    private func links(_ proxies: TrustedProxies) -> ApprovalLinkRoutes {
        ApprovalLinkRoutes(
            desk: deployment.approvals,
            accounts: stores.accounts,
            key: ApprovalLink.key(from: stores.secret),
            places: deployment.places,
            proxies: proxies,
            wallClock: SystemWallClock(),
            log: deployment.log
        )
    }

    /// Ends approvals that nobody decides in time, and tells people by mail of those that wait.
    private func runApprovals() async throws {
        let log = deployment.log
        let desk = deployment.approvals
        let place = deployment.places.place(on: deployment.loops.loops[0])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await desk.run(on: place, clock: ContinuousClock()) { error in
                    log.error("the end of an approval was not recorded", ["error": .string("\(error)")])
                }
            }
            if let base = configuration.approvalLinkBase {
                let mailer = ApprovalMailer(
                    base: base,
                    key: ApprovalLink.key(from: stores.secret),
                    desk: desk,
                    accounts: stores.accounts,
                    journal: deployment.journal,
                    senders: deployment.domain.mail,
                    transports: deployment.domain.mailTransports,
                    wallClock: SystemWallClock()
                )
                group.addTask {
                    try await mailer.run(clock: ContinuousClock()) { error in
                        log.error("people could not be told of an approval", ["error": .string("\(error)")])
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private var webhookGuard: URLGuard { URLGuard(allowsPrivate: configuration.webhooksAllowPrivate) }

    private func webhooks(_ transport: any HTTPTransport) -> WebhookDispatcher {
        WebhookDispatcher(
            store: stores.webhooks,
            journal: deployment.journal,
            transport: transport,
            urlGuard: webhookGuard,
            wallClock: SystemWallClock(),
            clock: ContinuousClock(),
            log: deployment.log,
            approval: { [projections = deployment.projections, approvals = deployment.approvals] record in
                guard let payload = record.payload, let decision = ApprovalDecision(json: payload),
                    let id = payload["approval_id"]?.string
                else { return nil }
                try await projections.caughtUp(record.tenant, to: record.sequence)
                return try await approvals.approval(ApprovalID(id), in: record.tenant)?.after(decision)
            }
        )
    }

    private func control() -> ControlServer {
        ControlServer(
            path: deployment.folder.socket,
            handler: ControlRouter([
                AccountControl(accounts: stores.accounts, keys: stores.keys),
                WebhookControl(store: stores.webhooks, wallClock: SystemWallClock()),
                DeploymentControl(deployment: deployment),
                ReplayControl(deployment: deployment),
                PromptControl(deployment: deployment, gate: SuiteReleaseGate(configuration: deployment.configuration)),
                EvidenceControl(checkpointer: deployment.checkpointer),
                RetentionControl(deployment: deployment),
                PolicyControl(deployment: deployment),
                SubjectControl(deployment: deployment, accounts: stores.accounts),
            ]),
            log: deployment.log
        )
    }
}
