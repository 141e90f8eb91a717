internal import AgentRuntime
internal import Foundation

/// Runs the suites of a daemon's prompts folder, one at a time, and keeps their reports
/// (`DATA/evaluations/TENANT/ID.json`), which are for the tenant that had them made alone.
actor EvaluationDesk {
    /// Reports of a tenant that are kept; the oldest goes first.
    static let reportsMax = 200

    private let configuration: Configuration
    private let folder: String
    private let journal: any Journal
    private let identifiers = TimeOrderedIdentifiers()
    private var running: Task<Result<JSONValue, any Error>, Never>?
    private var isStopped = false

    init(_ configuration: Configuration, folder: String, journal: any Journal) {
        self.configuration = configuration
        self.folder = folder + "/evaluations"
        self.journal = journal
    }

    /// The names of the suites that can be run.
    func suites() throws -> [String] {
        // Without the folder there is no suite.
        guard let place = place, let names = try? FileManager.default.contentsOfDirectory(atPath: place) else {
            return []
        }
        return names.filter { $0.hasSuffix(".json5") }.map { String($0.dropLast(6)) }.sorted()
    }

    private var place: String? {
        PromptLibrary.folder(named: configuration.prompts, executable: Environment.executablePath).map {
            $0 + "/suites"
        }
    }

    /// Runs a suite to its end; the report has been kept and recorded when this returns.
    ///
    /// - Throws: `not_found` for a suite that is not there, `conflict` while another runs, `unavailable` once the desk
    ///   has been stopped, `CancellationError` when it is stopped meanwhile.
    func run(
        _ name: String,
        _ options: EvaluationOptions,
        by principal: Principal,
        on loop: EventLoop,
        progress: @escaping @Sendable (CaseReport, _ done: Int, _ all: Int) async -> Void
    ) async throws -> JSONValue {
        guard try suites().contains(name), let place else {
            throw AgentError(.notFound, "There is no suite “\(name)”.")
        }
        guard !isStopped else { throw AgentError(.unavailable, "The daemon is about to end.", isRetryable: true) }
        guard running == nil else {
            throw AgentError(.conflict, "Another evaluation is running; wait for its end.", isRetryable: true)
        }
        let task = loop.spawn {
            do {
                return Result<JSONValue, any Error>.success(
                    try await self.carryOut(name, in: place, options, by: principal, progress: progress)
                )
            } catch {
                return .failure(error)
            }
        }
        running = task
        defer { running = nil }
        return try await withTaskCancellationHandler {
            try await task.value.get()
        } onCancel: {
            task.cancel()
        }
    }

    /// Takes no more runs and breaks off the one that goes on; returns when it has left nothing behind.
    func stop() async {
        isStopped = true
        running?.cancel()
        _ = await running?.value
    }

    private func carryOut(
        _ name: String,
        in place: String,
        _ options: EvaluationOptions,
        by principal: Principal,
        progress: @escaping @Sendable (CaseReport, _ done: Int, _ all: Int) async -> Void
    ) async throws -> JSONValue {
        let suites: [EvaluationSuite]
        do {
            suites = try SuiteFiles.suites(
                at: ["\(place)/\(name).json5"],
                defaultTenant: nil,
                fixturesWithin: URL(fileURLWithPath: place).deletingLastPathComponent().path
            )
        } catch let error as SuiteError {
            throw AgentError(.invalidArgument, "The suite “\(name)” cannot be run: \(error.problems[0])")
        }
        let evaluation = Evaluation(configuration: configuration, verdicts: "\(place)/verdicts.json")
        let report = try await evaluation.run(suites, options, progress: progress)
        let id = identifiers.next("eval")
        var object = report.json.object ?? [:]
        object["id"] = .string(id)
        object["suite"] = .string(name)
        try keep(.object(object), id, of: principal.tenant)
        let payload: JSONValue = [
            "evaluation": .string(id), "suite": .string(name), "holds": .bool(report.holds),
            "cases": .integer(report.cases.count), "failed": .array(report.failed.map { .string($0.name) }),
        ]
        let draft = RecordDraft(
            kind: RecordKind("evaluation.completed"),
            actor: "user:\(principal.user)",
            payload: payload
        )
        _ = try await journal.append(JournalAppend(tenant: principal.tenant, drafts: [draft]))
        return .object(object)
    }

    /// Where the reports of a tenant lie; a tenant's name is fit for a folder.
    private func folder(of tenant: TenantID) throws -> String {
        guard TenantID.isValid(tenant.rawValue) else {
            throw AgentError(.notFound, "There is no such tenant.")
        }
        return "\(folder)/\(tenant)"
    }

    private func keep(_ report: JSONValue, _ id: String, of tenant: TenantID) throws {
        let folder = try folder(of: tenant)
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(report.bytes()).write(to: URL(fileURLWithPath: "\(folder)/\(id).json"), options: .atomic)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            for name in names.dropLast(Self.reportsMax) {
                try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
            }
        } catch {
            throw AgentError(.storageFailed, "The report cannot be kept.", underlying: "\(error)")
        }
    }

    /// Ids of the kept reports, the newest first.
    func reports(of tenant: TenantID) -> [String] {
        guard let folder = try? folder(of: tenant) else { return [] }  // no such tenant has reports
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []  // none has been kept yet
        return names.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted(by: >)
    }

    /// - Throws: `not_found` for an id without a report.
    func report(_ id: String, of tenant: TenantID) throws -> JSONValue {
        let folder = try folder(of: tenant)
        let isName = id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        guard isName, let data = FileManager.default.contents(atPath: "\(folder)/\(id).json") else {
            throw AgentError(.notFound, "There is no evaluation “\(id)”.")
        }
        return try JSONValue(parsing: Array(data))
    }
}
