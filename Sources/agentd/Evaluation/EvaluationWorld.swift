internal import AgentRuntime
internal import Foundation
internal import Tools

/// A deployment of its own with the data of one setting: what is asked there touches nobody's data.
///
/// It lies in a temporary folder that `close` removes. A demonstration tenant is generated, a tenant with fixtures is
/// imported, any other is copied out of the configured data folder.
struct EvaluationWorld: Sendable {
    let deployment: Deployment
    let shelf: RecordingShelf
    let tenant: TenantID

    /// - Throws: `AgentError` when the tenant is nowhere to be found or a fixture cannot be imported.
    static func make(
        _ setting: EvaluationSetting,
        _ configuration: Configuration,
        in folder: String
    ) async throws
        -> EvaluationWorld
    {
        let tenant = TenantID(setting.tenant)
        var configuration = configuration
        let source = configuration.data
        configuration.data = folder
        configuration.durability = .process
        configuration.loops = 1
        configuration.offlinePace = .zero
        if Demonstration.holds(tenant) { configuration = Demonstration.configured(configuration) }
        var settings = configuration.tenant(tenant)
        if let day = setting.asOf { settings.asOf = day }
        if let currency = setting.currency { settings.currency = currency }
        if let locale = setting.locale { settings.locale = locale }
        if let month = setting.fiscalYearStart { settings.fiscalYearStart = month }
        configuration.tenants[tenant] = settings
        let shelf = RecordingShelf()
        let deployment = try Deployment.open(
            configuration,
            log: Logger(level: .error, format: .text, wallClock: SystemWallClock()),
            standIns: StandIns(
                tool: { RecordedTool($0, shelf: shelf) },
                model: { RecordedModel($0, shelf: shelf) }
            )
        )
        let world = EvaluationWorld(deployment: deployment, shelf: shelf, tenant: tenant)
        do {
            try await world.fill(setting, from: source)
        } catch {
            deployment.close()
            throw error
        }
        return world
    }

    private func fill(_ setting: EvaluationSetting, from source: String) async throws {
        if Demonstration.holds(tenant) {
            try await Demonstration.install(tenant, in: deployment.domain.databases)
        } else if setting.fixtures.isEmpty {
            try copy(from: "\(source)/tenants/\(tenant.rawValue).db")
        }
        let control = DeploymentControl(deployment: deployment)
        for fixture in setting.fixtures {
            let arguments: JSONObject = [
                "type": .string(fixture.type), "path": .string(fixture.path), "tenant": .string(tenant.rawValue),
            ]
            _ = try await control.handle("import", arguments, progress: { _ in })
        }
    }

    private func copy(from path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw AgentError(
                .notFound,
                "There is no tenant “\(tenant)”: it is none of the demonstration's, has no fixtures and no data in the folder."
            )
        }
        let target = deployment.folder.tenant(tenant)
        try FileManager.default.createDirectory(atPath: deployment.folder.tenants, withIntermediateDirectories: true)
        do {
            // A consistent copy while someone else writes: https://www.sqlite.org/lang_vacuum.html#vacuuminto
            let source = try SQLiteConnection(path: path, mode: .readOnly)
            // Writing the copy counts as a write of the connection; the file itself stays open for reading only.
            try source.execute("PRAGMA query_only = OFF")
            try source.execute("VACUUM INTO ?", [.text(target)])
        } catch {
            throw AgentError(.storageFailed, "The data of “\(tenant)” cannot be copied.", underlying: "\(error)")
        }
    }
}

/// The worlds of a run, one for each setting, made before its cases begin.
actor EvaluationWorlds: EvaluationSubject {
    /// Worlds that are kept open; each has a few threads and files of its own.
    static let worldsMax = 64

    private struct Key: Hashable {
        var setting: EvaluationSetting

        /// Whose data and which day; the role is another user of the same world.
        init(_ setting: EvaluationSetting) {
            self.setting = setting
            self.setting.role = ""
        }
    }

    private let configuration: Configuration
    private let folder: String
    private var worlds: [Key: Result<EvaluationWorld, any Error>] = [:]

    /// Worlds lie below `folder`, which is made when needed.
    init(_ configuration: Configuration, folder: String) {
        self.configuration = configuration
        self.folder = folder
    }

    func begin(_ item: EvaluationCase) async throws -> any EvaluationConversation {
        let role = Role(item.setting.role)
        guard RolePermissions.roles.contains(role) else {
            let nearest = NearestName.closest(to: role.rawValue, among: RolePermissions.roles.map(\.rawValue)) ?? ""
            throw AgentError(.invalidArgument, "There is no role “\(role)”; the nearest one is \(nearest).")
        }
        let world = try world(item.setting)
        let principal = Principal(
            tenant: world.tenant,
            user: UserID("evaluation"),
            name: "Evaluation",
            roles: [role],
            permissions: RolePermissions.permissions(of: [role])
        )
        let loop = world.deployment.loops.next()
        let conversation = try await world.deployment.conversations.create(
            NewConversation(owner: principal),
            on: loop
        )
        if let recording = item.recording { world.shelf[conversation.id] = recording }
        return WorldConversation(world: world, session: conversation.id, principal: principal, loop: loop)
    }

    /// Makes the worlds that the cases need, one after the other; what cannot be made fails its cases when they begin.
    func prepare(_ cases: [EvaluationCase]) async {
        for item in cases where worlds[Key(item.setting)] == nil && !Task.isCancelled {
            guard worlds.count < Self.worldsMax else {
                let words = "A run may have at most \(Self.worldsMax) different settings."
                worlds[Key(item.setting)] = .failure(AgentError(.limitExceeded, words))
                continue
            }
            let place = "\(folder)/world-\(worlds.count + 1)"
            do {
                worlds[Key(item.setting)] = .success(try await .make(item.setting, configuration, in: place))
            } catch {
                worlds[Key(item.setting)] = .failure(error)
            }
        }
    }

    private func world(_ setting: EvaluationSetting) throws -> EvaluationWorld {
        guard let world = worlds[Key(setting)] else {
            throw AgentError(.internalError, "The setting of a case was not prepared.")
        }
        return try world.get()
    }

    /// Ends all worlds and removes what they wrote.
    func close() {
        for case .success(let world) in worlds.values { world.deployment.close() }
        worlds = [:]
        try? FileManager.default.removeItem(atPath: folder)  // what stays is in a temporary folder
    }
}
