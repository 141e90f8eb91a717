package import AgentRuntime

/// What can be done with scenarios: made, read with their projection, set side by side, simulated.
///
/// Tools and pages both come here, so that they can never show different figures.
package struct ScenarioDesk: Sendable {
    static let comparedMax = 10
    static let chainMax = 10

    let ledger: LedgerStore
    package let book: ScenarioBook

    package init(_ databases: DomainDatabases) {
        ledger = LedgerStore(databases)
        book = ScenarioBook(databases)
    }

    // MARK: Making

    /// Reads and checks a scenario, its projection with it, and stores it at most once per effect.
    func create(
        _ arguments: JSONObject,
        owner: (id: String, name: String),
        effectID: String,
        settings: TenantSettings,
        now: Timestamp
    ) async throws -> (scenario: Scenario, json: JSONObject) {
        let scenario = try Self.scenario(arguments, owner: owner, effectID: effectID, settings: settings, now: now)
        let json = try await ledger.read(settings.tenant) { ledger, connection in
            try Self.details(of: scenario, ledger, ScenarioStore(connection), settings)
        }
        let stored = try await book.add(scenario, effectID: effectID, to: settings.tenant)
        return (stored, json)
    }

    static func scenario(
        _ arguments: JSONObject,
        owner: (id: String, name: String),
        effectID: String,
        settings: TenantSettings,
        now: Timestamp
    ) throws(FigureFailure) -> Scenario {
        let name = (arguments["name"]?.string ?? "").trimmingBlanks()
        guard !name.isEmpty, name.count <= Scenario.nameMax else {
            throw .invalidArgument("name", "must be given and not be too long")
        }
        let details = arguments["description"]?.string ?? ""
        guard details.count <= Scenario.textMax else { throw .invalidArgument("description", "is too long") }
        let kinds = Scenario.Kind.allCases.map(\.rawValue)
        let kind = try arguments.choice("type", kinds).flatMap(Scenario.Kind.init(rawValue:)) ?? .whatIf
        let basis = try arguments.choice("basis", ScenarioBase.Basis.allCases.map(\.rawValue)) ?? "forecast"
        let period = try horizon(arguments["time_horizon"], settings)
        let assumptions = try Assumption.list(arguments["assumptions"], settings: settings)
        return Scenario(
            id: "scen_" + SHA256.hex(effectID).prefix(16),
            name: name,
            details: details,
            kind: kind,
            status: .draft,
            ownerID: owner.id,
            ownerName: owner.name,
            createdAt: now,
            updatedAt: now,
            baseID: arguments["base_scenario_id"]?.string,
            start: period.start,
            end: period.end,
            basis: basis,
            assumptions: .array(assumptions.map { .object($0.source) })
        )
    }

    /// The months of a horizon; the twelve that come next where none is named.
    static func horizon(_ value: JSONValue?, _ settings: TenantSettings) throws(FigureFailure) -> Period {
        let next = settings.today.isEndOfMonth ? settings.today.adding(days: 1) : settings.today.startOfMonth
        guard let value, !value.isNull else {
            guard let period = Period(start: next, end: next.adding(months: 11).endOfMonth) else {
                throw .invalidPeriod("it has no days")
            }
            return period
        }
        var days = value
        if var object = value.object {
            object["granularity"] = nil
            days = .object(object)
        }
        let asked = try PeriodArgument(days, settings: settings).period
        guard let period = Period(start: asked.start.startOfMonth, end: asked.end.endOfMonth) else {
            throw .invalidPeriod("it has no days")
        }
        guard period.end.monthNumber - period.start.monthNumber < ScenarioBase.monthsMax else {
            throw .invalidPeriod("a horizon has at most three years")
        }
        return period
    }

    // MARK: Reading

    /// The assumptions of the scenarios that a scenario builds on, the first of them first.
    static func inherited(
        _ scenario: Scenario,
        _ store: ScenarioStore,
        _ settings: TenantSettings
    ) throws -> [Assumption] {
        var assumptions: [Assumption] = []
        var seen: Set<String> = [scenario.id]
        var next = scenario.baseID
        while let id = next {
            guard let base = try store.scenario(id) else {
                throw FigureFailure(
                    code: "not_found",
                    message: "there is no scenario of the name \(shown(id)) to build on",
                    more: ["argument": "base_scenario_id", "name": .string(id)]
                )
            }
            guard seen.insert(id).inserted, seen.count <= chainMax else {
                throw FigureFailure.invalidArgument(
                    "base_scenario_id",
                    "leads through too many scenarios or in a circle"
                )
            }
            assumptions = try Assumption.list(base.assumptions, settings: settings) + assumptions
            next = base.baseID
        }
        return assumptions
    }

    static func projection(
        _ scenario: Scenario,
        _ ledger: LedgerSnapshot,
        _ store: ScenarioStore,
        _ settings: TenantSettings
    ) throws -> (projection: ScenarioProjection, inherited: [Assumption]) {
        guard let period = Period(start: scenario.start, end: scenario.end) else {
            throw FigureFailure.invalidPeriod("it has no days")
        }
        let inherited = try inherited(scenario, store, settings)
        let base = try ScenarioBase(
            period,
            basis: ScenarioBase.Basis(rawValue: scenario.basis) ?? .forecast,
            ledger: ledger,
            settings: settings
        )
        let projection = try ScenarioProjection(
            scenario,
            inherited: inherited,
            base: base,
            ledger: ledger,
            settings: settings
        )
        return (projection, inherited)
    }

    static func details(
        of scenario: Scenario,
        _ ledger: LedgerSnapshot,
        _ store: ScenarioStore,
        _ settings: TenantSettings
    ) throws -> JSONObject {
        let (projection, inherited) = try projection(scenario, ledger, store, settings)
        var json = scenario.json.object ?? [:]
        json["currency"] = .string(settings.currency)
        json["summary"] = projection.summary
        json["projections"] = projection.projections
        json["comparison_to_base"] = projection.comparison
        json["sensitivity_analysis"] = try projection.sensitivity(inherited: inherited)
        if let id = scenario.baseID, let base = try store.scenario(id) {
            json["base_scenario"] = ["id": .string(id), "name": .string(base.name)]
        } else {
            json["base_scenario"] = .null
        }
        return json
    }

    /// The scenario of a name, whatever its capitals; the newest of several.
    private static func named(_ name: String, _ store: ScenarioStore) throws -> Scenario? {
        let wanted = name.trimmingBlanks().lowercased()
        return try store.all().first { $0.name.lowercased() == wanted }
    }

    static func compare(
        _ arguments: JSONObject,
        _ ledger: LedgerSnapshot,
        _ store: ScenarioStore,
        _ settings: TenantSettings
    ) throws -> (content: JSONObject, scenarios: [Scenario]) {
        let ids = (arguments["scenario_ids"]?.array ?? []).compactMap(\.string)
        guard ids.count <= comparedMax else { throw FigureFailure.invalidArgument("scenario_ids", "are too many") }
        var scenarios: [Scenario] = []
        if ids.isEmpty {
            scenarios = Array(try store.all().prefix(comparedMax))
        } else {
            for id in ids {
                guard let scenario = try store.scenario(id) ?? named(id, store) else {
                    throw FigureFailure(
                        code: "not_found",
                        message: "there is no such scenario",
                        more: ["argument": "scenario_ids", "name": .string(shown(id))]
                    )
                }
                if !scenarios.contains(scenario) { scenarios.append(scenario) }
            }
        }
        guard !scenarios.isEmpty else {
            throw FigureFailure(code: "not_found", message: "there are no scenarios yet", more: ["name": "scenario"])
        }
        var names = (arguments["metrics"]?.array ?? []).compactMap(\.string)
        if names.isEmpty { names = ["revenue", "costs", "ebitda"] }
        for name in names where MonteCarlo.Outcome.named(name) == nil && name != "headcount" {
            throw FigureFailure.invalidArgument("metrics", "hold a measure that scenarios do not have")
        }
        let projections = try scenarios.map { try projection($0, ledger, store, settings).projection }
        var comparison = JSONObject()
        var series: JSONObject = [:]
        let first = projections.map { $0.base.months[0] }.min() ?? 0
        let last = projections.map { $0.base.months[$0.base.months.count - 1] }.max() ?? 0
        let months = last < first ? [] : Array(first...last)
        series["periods"] = .array(
            months.compactMap { MonthlySeries.month($0).map { .string(String($0.start.description.prefix(7))) } }
        )
        for name in names {
            var totals = JSONObject()
            var lines = JSONObject()
            for (scenario, projection) in zip(scenarios, projections) {
                guard let outcome = MonteCarlo.Outcome.named(name) else {
                    totals[scenario.id] = .rounded(projection.heads.max() ?? 0)
                    continue
                }
                totals[scenario.id] = .rounded(projection.total(name))
                lines[scenario.id] = .array(
                    months.map { month in
                        guard let index = projection.base.months.firstIndex(of: month) else { return .null }
                        return .rounded(ScenarioProjection.month(outcome, projection.parts, index))
                    }
                )
            }
            comparison[name] = .object(totals)
            if name != "headcount" { series[name] = .object(lines) }
        }
        let rows = zip(scenarios, projections).map { scenario, projection -> JSONValue in
            var row: JSONObject = [
                "id": .string(scenario.id), "name": .string(scenario.name), "status": .string(scenario.status.rawValue),
                "type": .string(scenario.kind.rawValue), "summary": projection.summary,
                "start_date": .string(scenario.start.description), "end_date": .string(scenario.end.description),
            ]
            for name in names where name != "headcount" { row[name] = .rounded(projection.total(name)) }
            return .object(row)
        }
        let content: JSONObject = [
            "scenarios": .array(rows), "comparison": .object(comparison), "time_series": .object(series),
            "currency": .string(settings.currency),
        ]
        return (content, scenarios)
    }
}

// MARK: For pages

extension ScenarioDesk {
    /// One page of scenarios, the one changed last first, each with what it changes.
    package func page(
        status: String?,
        kind: String?,
        owner: String?,
        filters: [FieldFilter] = [],
        sort: ScenarioOrder = .updated,
        isAscending: Bool = false,
        offset: Int,
        limit: Int,
        settings: TenantSettings
    ) async throws -> (scenarios: [JSONObject], total: Int) {
        try await asked(settings) { ledger, connection in
            let store = ScenarioStore(connection)
            let all = try store.all().filter { scenario in
                (status == nil || scenario.status.rawValue == status)
                    && (kind == nil || scenario.kind.rawValue == kind)
                    && (owner == nil || scenario.ownerID.lowercased() == owner?.lowercased())
                    && filters.allSatisfy { $0.accepts(scenario.value(of: $0.field)) }
            }
            let items = try sort.sorted(all, isAscending: isAscending).dropFirst(offset).prefix(limit).map {
                scenario -> JSONObject in
                var json = scenario.json.object ?? [:]
                do {
                    json["summary"] = try Self.projection(scenario, ledger, store, settings).projection.summary
                } catch is FigureFailure {
                    // Its accounts or months may have gone from the data since.
                    json["summary"] = .null
                }
                return json
            }
            return (items, all.count)
        }
    }

    package func details(_ id: String, settings: TenantSettings) async throws -> JSONObject {
        try await asked(settings) { ledger, connection in
            let store = ScenarioStore(connection)
            guard let scenario = try store.scenario(id) else {
                throw AgentError(.notFound, "There is no such scenario.")
            }
            return try Self.details(of: scenario, ledger, store, settings)
        }
    }

    package func comparison(_ arguments: JSONObject, settings: TenantSettings) async throws -> JSONObject {
        try await asked(settings) { ledger, connection in
            try Self.compare(arguments, ledger, ScenarioStore(connection), settings).content
        }
    }

    package func simulation(_ id: String, _ body: JSONObject, settings: TenantSettings) async throws -> JSONObject {
        var arguments = body
        arguments["scenario_id"] = .string(id)
        let asked = arguments
        return try await self.asked(settings) { ledger, connection in
            guard try ScenarioStore(connection).scenario(id) != nil else {
                throw AgentError(.notFound, "There is no such scenario.")
            }
            return try ScenarioSimulation(asked, ledger: ledger, store: ScenarioStore(connection), settings: settings)
                .content()
        }
    }

    package func made(
        _ arguments: JSONObject,
        owner: (id: String, name: String),
        effectID: String,
        settings: TenantSettings,
        now: Timestamp
    ) async throws -> JSONObject {
        do {
            return try await create(arguments, owner: owner, effectID: effectID, settings: settings, now: now).json
        } catch let failure as FigureFailure {
            throw AgentError(failure)
        }
    }

    /// All that is wrong with the body of a new scenario beyond its schema.
    package func creationFaults(_ body: JSONObject, settings: TenantSettings) async throws -> [AgentError.Detail] {
        do {
            return try await ledger.read(settings.tenant) { ledger, connection in
                try Self.faults(in: body, ledger, ScenarioStore(connection), settings)
            }
        } catch let error as AgentError where error.code == .notFound {
            return []  // without data the making itself says what is missing
        }
    }

    private static func faults(
        in body: JSONObject,
        _ ledger: LedgerSnapshot,
        _ store: ScenarioStore,
        _ settings: TenantSettings
    ) throws -> [AgentError.Detail] {
        var faults = FaultList()
        let period = faults.take(argument: "time_horizon") { try horizon(body["time_horizon"], settings) }
        var assumptions: [JSONValue] = []
        var places: [Int] = []
        for (index, item) in (body["assumptions"]?.array ?? []).prefix(Scenario.assumptionsMax).enumerated() {
            let read = faults.take(at: Assumption.place(index)) {
                try Assumption(item, index: index, settings: settings)
            }
            guard let read else { continue }
            assumptions.append(.object(read.source))
            places.append(index)
        }
        guard let period else { return faults.details }
        let now = Timestamp(startOf: settings.today)
        var scenario = Scenario(
            id: "",
            name: body["name"]?.string ?? "",
            details: "",
            kind: .whatIf,
            status: .draft,
            ownerID: "",
            ownerName: "",
            createdAt: now,
            updatedAt: now,
            baseID: body["base_scenario_id"]?.string,
            start: period.start,
            end: period.end,
            basis: body["basis"]?.string ?? "forecast",
            assumptions: .array(assumptions)
        )
        let hasBase = faults.take { try inherited(scenario, store, settings) } != nil
        if !hasBase { scenario.baseID = nil }
        var projected = FaultList()
        projected.take { try projection(scenario, ledger, store, settings) }
        try faults.rethrow()
        try projected.rethrow()
        let moved = projected.details.map { detail -> AgentError.Detail in
            // Assumptions that were left out have moved those behind them up.
            guard
                let (position, place) = places.enumerated().last(where: { entry in
                    entry.offset != entry.element && detail.field.hasPrefix(Assumption.place(entry.offset) + ".")
                })
            else { return detail }
            let rest = detail.field.dropFirst(Assumption.place(position).count)
            return .init(field: Assumption.place(place) + rest, message: detail.message)
        }
        return faults.details + moved
    }

    /// All that is wrong with the body of a simulation.
    ///
    /// - Throws: `not_found` for a scenario that is not there.
    package func simulationFaults(
        _ id: String,
        _ body: JSONObject,
        settings: TenantSettings
    ) async throws -> [AgentError.Detail] {
        try await asked(settings) { _, connection in
            guard try ScenarioStore(connection).scenario(id) != nil else {
                throw AgentError(.notFound, "There is no such scenario.")
            }
            return ScenarioSimulation.faults(in: body)
        }
    }

    private func asked<T: Sendable>(
        _ settings: TenantSettings,
        _ body: @escaping @Sendable (LedgerSnapshot, SQLiteConnection) throws -> T
    ) async throws -> T {
        do {
            return try await ledger.read(settings.tenant, body)
        } catch let failure as FigureFailure {
            throw AgentError(failure)
        }
    }
}

extension AgentError {
    fileprivate init(_ failure: FigureFailure) {
        let message: String = failure.message.prefix(1).uppercased() + failure.message.dropFirst()
        let field = failure.more["argument"]?.string ?? (failure.code == "invalid_period" ? "time_horizon" : "request")
        let isMissing = failure.code == "not_found" && field != "base_scenario_id"
        self.init(
            isMissing ? .notFound : .invalidArgument,
            message,
            details: isMissing
                ? []
                : failure.more["details"] == nil ? [.init(field: field, message: message)] : failure.details
        )
    }
}
