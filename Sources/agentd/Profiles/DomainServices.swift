internal import AgentRuntime
internal import Tools

/// The business side that profiles translate to: the tools of the agent, and the books that people change by hand.
///
/// Reads go through the tools wherever there is one, so that a page and an answer can never show different figures.
struct DomainServices: Sendable {
    /// Larger results than a model is shown: a statement of thousands of accounts.
    static let resultBytesMax = 8 << 20

    let tools: ToolExecutor
    let settings: any TenantSettingsSource
    let anomalies: AnomalyBook
    let deals: DealBook
    let mails: MailBook
    let articles: ArticleBook
    let catalogue: Catalogue
    let scenarios: ScenarioDesk
    let suggestions: SuggestionBook
    let importer: Importer
    let news: ImportNews
    let articleSource: any ArticleSource
    let ledger: LedgerStore
    let journal: any Journal

    /// What a tool answers for a principal; `nil` where the data holds nothing of what was asked.
    ///
    /// `fields` are the names under which the request knows the tool's arguments, for error details.
    /// What the asker can mend is thrown as `invalid_parameter`.
    func content(
        of tool: String,
        _ arguments: JSONObject,
        for principal: Principal,
        fields: [String: String] = [:]
    ) async throws -> JSONValue? {
        let call = ToolCall(id: ToolCallID("call_http"), name: tool, arguments: arguments)
        // Only tools that read are called from here, so no identifier of an effect is ever looked at.
        let done = try await tools.run(
            call,
            for: principal,
            session: SessionID("http"),
            turn: TurnID("http"),
            effectID: ""
        )
        let content = done.result.content
        guard done.result.isError || done.status != .completed else { return content }
        let code = content["code"]?.string ?? ""
        if code == "no_data" { return nil }
        throw AgentError(tool: content, code, fields: fields)
    }

    /// The first and the last day that the ledger has rows for; `nil` where it has none, or is held elsewhere.
    func ledgerRange(of tenant: TenantID) async throws -> (first: CalendarDate, last: CalendarDate)? {
        do {
            return try await ledger.read(tenant) { ledger, _ in
                guard let first = ledger.firstDate, let last = ledger.lastDate else { return nil }
                return (first, last)
            }
        } catch let error as AgentError where error.code == .notFound {
            return nil
        }
    }

    /// The database of a tenant's articles; `nil` for a tenant without data.
    func articles(of tenant: TenantID) async throws -> Database? {
        do {
            return try await articleSource.articles(of: tenant)
        } catch let error as AgentError where error.code == .notFound {
            return nil
        }
    }

    /// Appends a fact that a user has brought about; `isPersonal` seals what it says with the user's own key.
    func record(
        _ kind: String,
        _ payload: JSONValue,
        by principal: Principal,
        isPersonal: Bool = false
    ) async throws {
        var payload = payload
        if case .object(var object) = payload, let origin = principal.origin {
            object["origin"] = origin.json
            payload = .object(object)
        }
        let draft = RecordDraft(
            kind: RecordKind(kind),
            actor: "user:\(principal.user)",
            subject: isPersonal ? SubjectID("user:\(principal.user)") : nil,
            payload: payload
        )
        _ = try await journal.append(JournalAppend(tenant: principal.tenant, drafts: [draft]))
    }
}

extension AgentError {
    /// What a tool refused, as an error of a request: what names an argument of the tool names the parameter.
    fileprivate init(tool content: JSONValue, _ code: String, fields: [String: String]) {
        let message = content["message"]?.string ?? "The request does not hold."
        let argument: String?
        switch code {
        case "unknown_metric": argument = "metric"
        case "unknown_dimension": argument = "group_by"
        case "unknown_value": argument = content["argument"]?.string ?? content["dimension"]?.string
        case "invalid_period": argument = "period"
        case "not_found" where content["argument"] != nil: argument = content["argument"]?.string
        case "invalid_argument":
            argument = content["argument"]?.string
            if let all = content["details"]?.array, !all.isEmpty {
                let details = all.map { detail in
                    Detail(
                        field: Self.named(detail["field"]?.string ?? "request", fields),
                        message: detail["message"]?.string ?? message
                    )
                }
                self.init(.invalidParameter, message, details: details)
                return
            }
        default:
            self.init(Self.codes[code] ?? .internalError, message)
            return
        }
        let field = argument.map { Self.named($0, fields) } ?? "request"
        self.init(.invalidParameter, message, details: [.init(field: field, message: message)])
    }

    /// A path in a tool's arguments as the request writes it: its first member may have another name there.
    fileprivate static func named(_ path: String, _ fields: [String: String]) -> String {
        let first = path.prefix { $0 != "." && $0 != "[" }
        return (fields[String(first)] ?? String(first)) + path.dropFirst(first.count)
    }

    private static let codes: [String: Code] = [
        "forbidden": .forbidden, "not_found": .notFound, "timeout": .timeout, "storage_failed": .storageFailed,
        "unavailable": .unavailable, "result_too_large": .limitExceeded,
    ]
}

extension AgentError.Detail {
    /// The same about a field that has another name in the request: the first member of its path.
    func renamed(_ names: [String: String]) -> AgentError.Detail {
        AgentError.Detail(field: AgentError.named(field, names), message: message)
    }
}

/// Which members of listed items a client wants (`fields=id,name`).
struct FieldSelection: Sendable {
    private let names: [String]?

    static func parameter(_ known: [String]) -> RouteParameter {
        RouteParameter(
            "fields",
            summary: "Only these members, with commas between them: \(known.joined(separator: ", ")).",
            schema: ["type": "string", "minLength": 1]
        )
    }

    /// - Throws: `invalid_parameter` that names every unknown member.
    init(_ query: JSONObject, parameter: String = "fields", known: [String]) throws(AgentError) {
        guard let text = query[parameter]?.string else {
            names = nil
            return
        }
        let names = text.split(separator: ",").map { String($0.trimmingOptionalWhitespace()) }
        let unknown = names.isEmpty ? [text] : names.filter { !known.contains($0) }
        guard unknown.isEmpty else {
            throw AgentError(
                .invalidParameter,
                "There are no such fields: \(unknown.joined(separator: ", ")).",
                details: unknown.map { name in
                    let hint = NearestName.of(name, among: known).map { "; did you mean “\($0)”?" } ?? ""
                    return AgentError.Detail(field: parameter, message: "“\(name)” is no field\(hint)")
                }
            )
        }
        self.names = names
    }

    func includes(_ name: String) -> Bool { names?.contains(name) ?? true }

    func apply(_ item: JSONObject) -> JSONValue {
        guard let names else { return .object(item) }
        return .object(JSONObject(uniqueMembers: item.members.filter { names.contains($0.name) }))
    }
}
