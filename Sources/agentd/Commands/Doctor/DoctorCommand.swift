internal import AgentRuntime
internal import Foundation
internal import Tools

/// `agentd doctor`: tries everything that the configuration names, and says what is wrong and how to mend it.
struct DoctorCommand: Command {
    /// Below this the journal may soon find no room.
    private static let freeBytesMin = 1 << 30

    let syntax = CommandSyntax(
        "doctor",
        "Tries what the configuration names, and says what is wrong and how to mend it.",
        flags: [Flag("json", .boolean, "Prints the findings as JSON.")],
        notes: "The exit status is 0 when nothing is wrong. Each configured model is asked one small question."
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let findings = await examine(arguments, context)
        let isWell = !findings.contains { $0.state == .bad }
        if arguments.isSet("json") {
            let report: JSONValue = ["ok": .bool(isWell), "findings": .array(findings.map(\.json))]
            context.print(report.pretty + "\n")
        } else {
            for finding in findings { context.print(finding.text) }
            context.print(isWell ? "nothing is wrong\n" : "\(findings.count { $0.state == .bad }) to mend\n")
        }
        return isWell ? 0 : 1
    }

    private func examine(_ arguments: Arguments, _ context: CommandContext) async -> [Finding] {
        let configuration: Configuration
        do throws(ConfigurationError) {
            configuration = try context.configuration(arguments)
        } catch {
            return error.problems.map { .bad("configuration", "\($0)", "`agentd config schema` lists the keys.") }
        }
        var findings: [Finding] = [.good("configuration", "it holds")]
        findings += configuration.warnings.map { .note("configuration", $0) }
        findings.append(folder(configuration.data))
        findings.append(prompts(configuration))
        findings += governed(configuration)
        findings.append(.good("http", CurlTransport.libraryDescription))
        findings.append(.good("memory", Allocator.name))
        do {
            let loops = try EventLoopGroup(count: 1)
            let transport = CurlTransport(loops: loops.loops, options: .ofEnvironment)
            findings += await keySets(configuration, transport)
            findings += await models(configuration, transport)
            findings += await toolSources(configuration, transport, loops, context)
            findings += await domains(configuration, transport)
            await transport.shutDown()
            loops.stop()
        } catch {
            findings.append(.bad("process", "no event loop: \(error)", "Raise the limit of open files (ulimit -n)."))
        }
        return findings
    }

    // MARK: The machine

    private func folder(_ path: String) -> Finding {
        let subject = "data folder \(path)"
        let files = FileManager.default
        guard files.fileExists(atPath: path) else {
            var above = URL(fileURLWithPath: path).deletingLastPathComponent()
            while !files.fileExists(atPath: above.path), above.path != "/" { above.deleteLastPathComponent() }
            return files.isWritableFile(atPath: above.path)
                ? .note(subject, "it is not there yet and will be made")
                : .bad(subject, "it is not there and cannot be made", "Make \(above.path) writable, or use --data.")
        }
        guard files.isWritableFile(atPath: path) else {
            return .bad(subject, "it cannot be written", "Give it to the user that agentd runs as.")
        }
        do throws(DataFolderError) {
            _ = try DataFolder(path: path).lock()
        } catch {
            guard case .inUse(_, let process) = error else {
                return .bad(subject, "\(error)", "Use the program that wrote it, or another folder.")
            }
            return .good(subject, "it is served" + (process.map { " by process \($0)" } ?? ""))
        }
        // A system that does not tell is no reason to worry.
        let attributes = try? files.attributesOfFileSystem(forPath: path)
        if let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value, free < Self.freeBytesMin {
            return .note(subject, "its disk has \(free >> 20) MiB left", "Make room: a full disk stops all answers.")
        }
        return .good(subject, "it can be written, and nobody serves it now")
    }

    private func prompts(_ configuration: Configuration) -> Finding {
        do {
            _ = try Domain.prompts(configuration)
            return .good("prompts", "they can be read")
        } catch {
            let words = (error as? AgentError)?.message ?? "\(error)"
            return .bad("prompts", words, "Name the folder with --prompts, or put it beside the program.")
        }
    }

    /// Whether policy and prompts are those that were put on record.
    private func governed(_ configuration: Configuration) -> [Finding] {
        do {
            guard let governed = try GovernedVersions(beside: configuration) else { return [] }
            let faults = governed.faults(of: configuration)
            let good = [("policy", governed.policy), ("prompts", governed.prompts)].compactMap { subject, version in
                version.map { Finding.good("\(subject) on record", "\($0.prefix(12)) is active") }
            }
            return good.filter { finding in !faults.contains { "\($0.subject) on record" == finding.subject } }
                + faults.map { .bad("\($0.subject) on record", $0.words, $0.remedy) }
        } catch {
            let words = (error as? AgentError)?.message ?? "\(error)"
            return [.bad("journal", words, "`agentd audit verify` says where it does not hold.")]
        }
    }

    // MARK: Other servers

    private func keySets(_ configuration: Configuration, _ transport: CurlTransport) async -> [Finding] {
        var findings: [Finding] = []
        for set in configuration.auth.keySets {
            let subject = "key set of \(set.issuer)"
            do {
                let document = try await KeySetReader(transport: transport).read(set.place)
                let keys = try JWKS.keys(document, issuer: set.issuer, audience: set.audience)
                findings.append(.good(subject, "it has \(keys.count) keys that can be used"))
            } catch {
                let words = (error as? AgentError)?.message ?? "it cannot be read: \(error)"
                findings.append(.bad(subject, words, "Look at auth.jwks[]: its file or url."))
            }
        }
        return findings
    }

    private func models(_ configuration: Configuration, _ transport: CurlTransport) async -> [Finding] {
        guard !configuration.models.isEmpty else {
            return [.note("models", "none is configured; the offline planner answers")]
        }
        var findings = await withTaskGroup(of: Finding.self) { group in
            for settings in configuration.models {
                group.addTask {
                    await ModelExamination(settings: settings, transport: transport, clock: ContinuousClock()).run()
                }
            }
            var findings: [Finding] = []
            for await finding in group { findings.append(finding) }
            return findings.sorted { $0.subject < $1.subject }
        }
        if configuration.modelChain.isEmpty {
            let names = configuration.models.map(\.name).joined(separator: ", ")
            findings.append(
                .note("models", "none of them answers: `model` names none", "Set `model` to one or more of \(names).")
            )
        }
        return findings
    }

    private func toolSources(
        _ configuration: Configuration,
        _ transport: CurlTransport,
        _ loops: EventLoopGroup,
        _ context: CommandContext
    ) async -> [Finding] {
        let remote = RemoteTools(
            configuration,
            into: TenantTools(),
            transport: transport,
            loops: loops,
            callers: CallerTokens(of: configuration.tenantsAskingAsUsers),
            log: Logger(level: .error, format: .text, wallClock: context.clock)
        )
        let outcomes = await remote.load()
        await remote.close()
        return outcomes.flatMap { outcome in
            let subject = "tools of \(outcome.source) for \(outcome.tenant)"
            let faults = outcome.problems.map {
                Finding.bad(subject, $0, "Look at tenants.\(outcome.tenant).tool_sources.")
            }
            return faults.isEmpty ? [.good(subject, outcome.tools.joined(separator: ", "))] : faults
        }
    }

    /// Services that hold tenants' data: that they answer is all that can be tried without a user.
    private func domains(_ configuration: Configuration, _ transport: CurlTransport) async -> [Finding] {
        let callers = CallerTokens(of: [])
        var findings: [Finding] = []
        let domains = Domain.remoteDomains(configuration, transport: transport, callers: callers)
        for (tenant, domain) in domains.sorted(by: { $0.key < $1.key }) {
            let subject = "data of \(tenant)"
            let advice = "Look at tenants.\(tenant).domain."
            do {
                let status = try await domain.status()
                let key = configuration.tenants[tenant]?.domain?.apiKey != nil
                switch status {
                case 200: findings.append(.good(subject, "the service answers"))
                case 401 where !key: findings.append(.good(subject, "the service answers, and asks who is there"))
                case 401, 403: findings.append(.bad(subject, "the service does not accept the key", advice))
                default: findings.append(.bad(subject, "the service answers with status \(status)", advice))
                }
            } catch {
                findings.append(.bad(subject, (error as? AgentError)?.message ?? "\(error)", advice))
            }
        }
        return findings
    }
}
