internal import AgentRuntime

/// Answers `causal_simulate` over the tenant's relationships, or over those of the call.
struct CausalSimulation {
    static let horizonDefault = 90
    static let horizonMax = 1_095
    static let changeMax = 1_000

    private let arguments: JSONObject
    private let settings: TenantSettings
    private let ledger: LedgerSnapshot
    private let graph: CausalGraph
    private let model: CausalModel?
    private let start: Int?
    private let change: Double
    private let horizon: Int

    init(
        _ arguments: JSONObject,
        ledger: LedgerSnapshot,
        connection: SQLiteConnection,
        settings: TenantSettings
    ) throws {
        self.arguments = arguments
        self.settings = settings
        self.ledger = ledger
        let metric = arguments["metric"]?.string
        let graph: CausalGraph
        change = try metric == nil ? 0 : Self.change(arguments)
        horizon = try Self.horizon(arguments)
        if let given = arguments["relationships"], !given.isNull {
            model = nil
            graph = try CausalGraph(relationships: Self.relationships(given), basis: .given)
        } else {
            let model = try CausalModel(
                ledger: ledger,
                relationships: try RelationshipStore(connection).all(),
                orders: try OrderStore(connection).all(),
                customers: try CustomerStore(connection).all(),
                metric: metric,
                settings: settings
            )
            self.model = model
            graph = model.graph
        }
        self.graph = graph
        guard !graph.nodes.isEmpty else { throw FigureFailure.none(of: "ledger rows or relationships") }
        start = try metric.map { try Self.node($0, in: graph, ledger) }
    }

    private static func change(_ arguments: JSONObject) throws(FigureFailure) -> Double {
        guard let value = arguments["change_percent"]?.exact?.double, value.isFinite else {
            throw .invalidArgument("change_percent", "is needed: by how many percent the measure changes")
        }
        guard value >= -100, value <= Double(changeMax) else {
            throw .invalidArgument("change_percent", "takes away more than there is, or is more than ten times as much")
        }
        return value / 100
    }

    private static func horizon(_ arguments: JSONObject) throws(FigureFailure) -> Int {
        guard let value = arguments["horizon_days"], !value.isNull else { return horizonDefault }
        guard let days = value.int, (1...horizonMax).contains(days) else {
            throw .invalidArgument(
                "horizon_days",
                "must be a whole number of days, at least one and at most three years"
            )
        }
        return days
    }

    private static func relationships(_ value: JSONValue) throws(FigureFailure) -> [Relationship] {
        guard let items = value.array, !items.isEmpty else {
            throw .invalidArgument("relationships", "must be a list of at least one")
        }
        var relationships: [Relationship] = []
        for item in items {
            guard let source = item["source"]?.string, let target = item["target"]?.string,
                !source.trimmingBlanks().isEmpty, !target.trimmingBlanks().isEmpty
            else { throw .invalidArgument("relationships", "need a source and a target each") }
            guard let weight = item["weight"]?.exact?.double, weight.isFinite, weight != 0,
                abs(weight) <= Double(CausalGraph.weightMax)
            else { throw .invalidArgument("relationships", "need a weight each that is not zero nor out of range") }
            let lag = item["lag_days"]?.int ?? 0
            let confidence = item["confidence"]?.exact?.double
            guard (0...RelationshipImport.lagMax).contains(lag), confidence.map({ $0 > 0 && $0 <= 1 }) ?? true else {
                throw .invalidArgument("relationships", "have a lag or a confidence that is out of range")
            }
            relationships.append(
                Relationship(
                    source: source,
                    target: target,
                    weight: Int64((weight * 10_000).rounded()),
                    lagDays: lag,
                    confidence: confidence.map { Int64(($0 * 10_000).rounded()) }
                )
            )
        }
        return relationships
    }

    /// A node by its own name, with "spend" behind it, or as a metric is called otherwise.
    private static func node(_ name: String, in graph: CausalGraph, _ ledger: LedgerSnapshot) throws -> Int {
        if let place = graph.place(of: name) ?? graph.place(of: name + " spend") { return place }
        if let metric = try? MetricCatalogue.find(name, in: ledger), let place = graph.place(of: metric.id) {
            return place
        }
        let known = graph.nodes.flatMap { [$0.id, $0.label] }
        let nearest = NearestName.of(name, among: known)
        let hint = nearest.map { "; did you mean “\($0)”?" } ?? "."
        throw FigureFailure(
            code: "unknown_metric",
            message: "No relationship is known of “\(shown(name))”\(hint)",
            more: [
                "argument": "metric", "metric": .string(shown(name)), "nearest": .optional(nearest),
                "metrics": .array(graph.nodes.map { .string($0.id) }),
            ]
        )
    }

    // MARK: Result

    func result() throws -> ToolResult {
        let key = JSONValue.object(arguments).canonicalBytes() + Array("\(ledger.dataVersion)".utf8)
        var content: JSONObject = [
            "currency": .string(settings.currency),
            "nodes": .array(graph.nodes.indices.map(node)),
            "edges": .array(graph.edges.map(edge)),
            "learned_from": .null,
            "tried": .integer(model?.tried ?? 0),
        ]
        if let months = model?.months {
            content["learned_from"] = PeriodArgument(months, settings: settings).json
        }
        if let start {
            let (within, beyond) = graph.effects(of: change, at: start, horizonDays: horizon)
            content["simulation_id"] = .string("sim_" + SHA256.hex(String(decoding: key, as: UTF8.self)).prefix(16))
            content["horizon_days"] = .integer(horizon)
            content["input"] = .object(moved(graph.nodes[start], by: change))
            content["effects"] = .array(within.map { .object(self.effect($0)) })
            content["beyond_horizon"] = .array(beyond.map { .object(self.effect($0)) })
        }
        return ToolResult(content: .object(content), citations: try citations())
    }

    private func node(_ place: Int) -> JSONValue {
        let node = graph.nodes[place]
        return [
            "id": .string(node.id), "label": .string(node.label), "type": .string(graph.kind(of: place)),
            "monthly": node.monthly.map { .rounded($0) } ?? .null,
        ]
    }

    private func edge(_ edge: CausalGraph.Edge) -> JSONValue {
        var object: JSONObject = [
            "source": .string(graph.nodes[edge.source].id), "target": .string(graph.nodes[edge.target].id),
            "source_name": .string(graph.nodes[edge.source].label),
            "target_name": .string(graph.nodes[edge.target].label),
            "weight": .rounded(edge.weight, places: 4), "lag_days": .integer(edge.lagDays),
            "confidence": .rounded(edge.confidence, places: 4), "basis": .string(edge.basis.rawValue),
        ]
        if let relation = edge.relation {
            object["correlation"] = .rounded(relation.correlation, places: 4)
            object["p_value"] = .rounded(relation.probability, places: 6)
            object["pairs"] = .integer(relation.pairs)
        }
        return .object(object)
    }

    /// A measure with its change; in money where the data holds it.
    private func moved(_ node: CausalGraph.Node, by change: Double) -> JSONObject {
        var object: JSONObject = [
            "metric": .string(node.id), "name": .string(node.label), "change": .rounded(change, places: 6),
            "change_percent": .rounded(change * 100, places: 2), "monthly": .null, "monthly_change": .null,
            "is_money": .bool(node.isMoney),
        ]
        if let monthly = node.monthly {
            object["monthly"] = .rounded(monthly)
            object["monthly_change"] = .rounded(abs(monthly) * change)
        }
        return object
    }

    private func effect(_ effect: CausalGraph.Effect) -> JSONObject {
        var object = moved(graph.nodes[effect.node], by: effect.change)
        object["confidence"] = .rounded(effect.confidence, places: 4)
        object["lag_days"] = .integer(effect.lagDays)
        object["steps"] = .integer(effect.steps)
        object["via"] = .string(graph.nodes[effect.via].id)
        object["basis"] = .string(effect.basis.rawValue)
        return object
    }

    /// The months that were learned from, and the imported rows.
    private func citations() throws -> [Citation] {
        var citations: [Citation] = []
        if let months = model?.months {
            let calculator = try FigureCalculator(
                try MetricCatalogue.find("revenue", in: ledger),
                filters: [],
                ledger: ledger,
                settings: settings
            )
            citations.append(
                .ledger(
                    calculator,
                    PeriodArgument(months, settings: settings),
                    tool: CausalSimulateTool.name,
                    arguments: arguments
                )
            )
        }
        let count = model?.importedCount ?? graph.edges.count
        if count > 0 {
            citations.append(
                .rows(
                    "relationship",
                    "\(count) \(model == nil ? "given" : "imported") relationship\(count == 1 ? "" : "s")",
                    rows: count,
                    tool: CausalSimulateTool.name,
                    arguments
                )
            )
        }
        return citations
    }
}
