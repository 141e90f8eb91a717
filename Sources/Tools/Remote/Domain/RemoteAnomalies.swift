package import AgentRuntime

/// `anomalies` as another service's `/dashboard/anomalies` lists them.
package struct RemoteAnomaliesTool: Tool {
    private let domain: RemoteDomain
    package let declaration: ToolDeclaration

    package init(_ domain: RemoteDomain, like own: any Tool) {
        self.domain = domain
        declaration = own.declaration.remote(domain.service)
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await domain.answer(context) { asker, _ in
            let settings = context.settings
            let period = try arguments["period"].map { value throws(FigureFailure) in
                try PeriodArgument(value, settings: settings)
            }
            let limit = try arguments.count(
                "limit",
                default: AnomaliesTool.limitDefault,
                max: AnomaliesTool.limitMax
            )
            var query: [RemoteQuery] = []
            for name in ["severity", "status", "category"] {
                if let word = arguments[name]?.string { query.append(RemoteQuery(name, word)) }
            }
            let remote = RemoteAnomalies(domain: domain, asker: asker)
            var found = try await remote.list(in: period, query)
            if let name = arguments["account"]?.string {
                let wanted = name.trimmingBlanks().lowercased()
                let code = wanted.hasPrefix("account:") ? String(wanted.dropFirst(8)) : wanted
                found = found.filter { anomaly in
                    [anomaly["account_code"], anomaly["metric_name"]].contains { $0?.string?.lowercased() == code }
                }
            }
            var content: JSONObject = [
                "anomalies": .array(Array(found.prefix(limit))), "total": .integer(found.count),
                "currency": .string(settings.currency),
            ]
            if let period { content["period"] = period.json }
            let shown = found.prefix(min(limit, AnomaliesTool.citationsMax))
            var citations = shown.map(Citation.anomaly)
            if citations.isEmpty {
                let asked = Citation.query(AnomaliesTool.name, arguments)
                let address = domain.address(RemoteAnomalies.path, query)
                citations = [
                    Citation(
                        source: "anomaly",
                        id: "anomalies_" + SHA256.hex(asked).prefix(16),
                        text: "No anomaly was listed",
                        fields: ["query": .string(asked), "request": .string("GET \(address)")]
                    )
                ]
            }
            return ToolResult(content: .object(content), citations: citations)
        }
    }
}

/// The anomalies of another service.
struct RemoteAnomalies {
    static let path = "/dashboard/anomalies"
    /// What results show of an anomaly.
    private static let members = [
        "id", "severity", "category", "metric_name", "account_code", "section", "description", "current_value",
        "expected_value", "variance_amount", "variance_percent", "score", "basis", "period", "detected_at", "status",
        "assigned_to", "notes", "updated_at",
    ]

    let domain: RemoteDomain
    let asker: Asker

    func list(in period: PeriodArgument?, _ query: [RemoteQuery] = []) async throws -> [JSONValue] {
        var query = query
        if let period {
            query.append(RemoteQuery("start_date", period.period.start.description))
            query.append(RemoteQuery("end_date", period.period.end.description))
        }
        return try await domain.list(Self.path, query, for: asker).map { item in
            var anomaly = JSONObject()
            for name in Self.members { anomaly[name] = item[name] }
            if let person = item["assigned_to"]?["id"] { anomaly["assigned_to"] = person }
            return .object(anomaly)
        }
    }

    /// The gravest one of each account; none where the user may not see them.
    func gravest(in period: PeriodArgument) async throws -> [String: JSONValue] {
        let found: [JSONValue]
        do {
            found = try await list(in: period)
        } catch let failure as FigureFailure where failure.code == "refused" {
            return [:]
        }
        func rank(_ anomaly: JSONValue) -> Anomaly.Severity {
            anomaly["severity"]?.string.flatMap(Anomaly.Severity.init) ?? .low
        }
        let pairs = found.filter { $0["status"] != "dismissed" }
            .compactMap { anomaly in anomaly["account_code"]?.string.map { ($0, anomaly) } }
        return Dictionary(pairs) { rank($0) >= rank($1) ? $0 : $1 }
    }
}

extension Citation {
    /// An anomaly as another service tells it.
    static func anomaly(_ anomaly: JSONValue) -> Citation {
        Citation(
            source: "anomaly",
            id: anomaly["id"]?.string ?? "",
            text: anomaly["description"]?.string ?? "",
            fields: ["account": anomaly["account_code"] ?? .null]
        )
    }
}
