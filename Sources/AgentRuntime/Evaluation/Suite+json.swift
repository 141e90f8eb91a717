// The own format, JSON5 (version 1). `docs/evaluation.md` is its description for people.

extension EvaluationSuite {
    /// Reads a suite; `folder` is where its relative paths begin.
    ///
    /// - Throws: `SuiteError` with every problem and its place.
    package init(json: JSONValue, folder: String) throws(SuiteError) {
        var reader = SuiteReader(folder: folder)
        let suite = reader.suite(json)
        guard reader.problems.isEmpty else { throw SuiteError(problems: reader.problems) }
        self = suite
    }
}

/// What is wrong with a suite: each problem begins with its place.
package struct SuiteError: Error, Sendable, Hashable, CustomStringConvertible {
    package var problems: [String]

    package init(problems: [String]) { self.problems = problems }

    package var description: String { problems.joined(separator: "\n") }
}

/// Reads the own format and gathers every problem on the way.
struct SuiteReader {
    let folder: String
    private(set) var problems: [String] = []

    static let casesMax = 100_000

    init(folder: String) { self.folder = folder }

    mutating func suite(_ json: JSONValue) -> EvaluationSuite {
        guard let object = json.object else {
            problems.append("suite: an object is needed")
            return EvaluationSuite(name: "", cases: [])
        }
        allow(["format", "name", "description", "defaults", "cases"], object, "suite")
        if let format = object["format"], format != 1 { problems.append("format: this program reads format 1") }
        let name = text(object["name"], "name") ?? ""
        if name.isEmpty, object["name"]?.string != nil { problems.append("name: is empty") }
        let defaults = self.object(object["defaults"], "defaults")
        allow(["setting", "assertions", "at_least", "tags"], defaults, "defaults")
        var cases: [EvaluationCase] = []
        var seen: Set<String> = []
        for (index, value) in (object["cases"]?.array ?? []).prefix(Self.casesMax).enumerated() {
            let place = "cases[\(index)]"
            let known = problems.count
            let read = self.evaluationCase(value, defaults, place)
            nameCase(value["id"]?.string, from: known, place)
            guard let item = read else { continue }
            if !seen.insert(item.id).inserted { problems.append("\(place).id: “\(item.id)” stands there twice") }
            cases.append(item)
        }
        if let list = object["cases"], list.array == nil {
            problems.append("cases: a list is needed")
        } else if cases.isEmpty, problems.isEmpty {
            problems.append("cases: there are none")
        }
        if let list = object["cases"]?.array, list.count > Self.casesMax {
            problems.append("cases: there are \(list.count), more than \(Self.casesMax)")
        }
        return EvaluationSuite(name: name, summary: textIfAny(object["description"], "description") ?? "", cases: cases)
    }

    /// Says beside the number of a case what it is called.
    private mutating func nameCase(_ id: String?, from known: Int, _ place: String) {
        guard let id, !id.isEmpty else { return }
        for index in problems.indices.dropFirst(known) where problems[index].hasPrefix(place) {
            problems[index] += " (the case “\(id)”)"
        }
    }

    private mutating func evaluationCase(_ json: JSONValue, _ defaults: JSONObject, _ place: String) -> EvaluationCase?
    {
        guard let object = json.object else {
            problems.append("\(place): an object is needed")
            return nil
        }
        allow(
            ["id", "tags", "setting", "say", "turns", "assertions", "criteria", "at_least", "recording"],
            object,
            place
        )
        guard let id = text(object["id"], "\(place).id") else { return nil }
        if id.isEmpty { problems.append("\(place).id: is empty") }
        var settingObject = self.object(defaults["setting"], "defaults.setting")
        for member in self.object(object["setting"], "\(place).setting") { settingObject[member.name] = member.value }
        guard let setting = setting(settingObject, "\(place).setting") else { return nil }
        let common = assertions(defaults["assertions"], "defaults.assertions")
        var turns: [EvaluationTurn] = []
        if let say = object["say"]?.string {
            turns = [
                EvaluationTurn(
                    message: say,
                    assertions: assertions(object["assertions"], "\(place).assertions") + common,
                    criteria: texts(object["criteria"], "\(place).criteria")
                )
            ]
            if object["turns"] != nil { problems.append("\(place): either `say` or `turns`") }
        } else if let list = object["turns"]?.array, !list.isEmpty {
            for (index, turn) in list.enumerated() {
                let place = "\(place).turns[\(index)]"
                guard let object = turn.object, let say = text(object["say"], "\(place).say") else {
                    if turn.object == nil { problems.append("\(place): an object is needed") }
                    continue
                }
                allow(["say", "assertions", "criteria"], object, place)
                turns.append(
                    EvaluationTurn(
                        message: say,
                        assertions: assertions(object["assertions"], "\(place).assertions") + common,
                        criteria: texts(object["criteria"], "\(place).criteria")
                    )
                )
            }
            if object["assertions"] != nil || object["criteria"] != nil {
                problems.append("\(place): with `turns`, assertions and criteria stand in each turn")
            }
        } else {
            problems.append("\(place): `say` (a text) or `turns` (a list) is missing")
        }
        if turns.contains(where: { $0.message.allSatisfy(\.isWhitespace) }) {
            problems.append("\(place): `say` is empty")
        }
        return EvaluationCase(
            id: id,
            tags: texts(object["tags"] ?? defaults["tags"], "\(place).tags"),
            setting: setting,
            turns: turns,
            atLeast: whole(object["at_least"] ?? defaults["at_least"], "\(place).at_least", 1...10_000),
            recording: recording(object["recording"], "\(place).recording")
        )
    }

    private mutating func setting(_ object: JSONObject, _ place: String) -> EvaluationSetting? {
        allow(["tenant", "role", "as_of", "currency", "locale", "fiscal_year_start", "fixtures"], object, place)
        guard let tenant = text(object["tenant"], "\(place).tenant") else { return nil }
        guard TenantID.isValid(tenant) else {
            problems.append("\(place).tenant: “\(tenant)” cannot name a tenant")
            return nil
        }
        var setting = EvaluationSetting(
            tenant: tenant,
            role: textIfAny(object["role"], "\(place).role") ?? "finance_analyst"
        )
        if let day = object["as_of"], !day.isNull {
            setting.asOf = day.string.flatMap(CalendarDate.init)
            if setting.asOf == nil { problems.append("\(place).as_of: a date such as \"2026-01-31\" is needed") }
        }
        setting.currency = textIfAny(object["currency"], "\(place).currency")
        setting.locale = textIfAny(object["locale"], "\(place).locale")
        setting.fiscalYearStart = whole(object["fiscal_year_start"], "\(place).fiscal_year_start", 1...12)
        for (index, fixture) in list(object["fixtures"], "\(place).fixtures").enumerated() {
            let place = "\(place).fixtures[\(index)]"
            guard let fixture = fixture.object else {
                problems.append("\(place): an object is needed")
                continue
            }
            allow(["type", "path"], fixture, place)
            guard let type = text(fixture["type"], "\(place).type"), let path = text(fixture["path"], "\(place).path")
            else { continue }
            setting.fixtures.append(.init(type: type, path: path.hasPrefix("/") ? path : "\(folder)/\(path)"))
        }
        return setting
    }

    /// What `eval capture` has recorded; a part that is not understood would be a call that is not answered.
    private mutating func recording(_ json: JSONValue?, _ place: String) -> Recording? {
        guard let json, !json.isNull else { return nil }
        guard let object = json.object else {
            problems.append("\(place): an object is needed, as `agentd eval capture` writes it")
            return nil
        }
        allow(["tools", "steps"], object, place)
        for (index, tool) in list(object["tools"], "\(place).tools").enumerated() {
            let place = "\(place).tools[\(index)]"
            _ = text(tool["call"], "\(place).call")
            if tool["result"] == nil { problems.append("\(place).result: is missing") }
        }
        for (index, turn) in list(object["steps"], "\(place).steps").enumerated() {
            let steps = list(turn, "\(place).steps[\(index)]")
            for (number, step) in steps.enumerated() where step.object == nil {
                problems.append("\(place).steps[\(index)][\(number)]: an object is needed")
            }
        }
        return Recording(json: json)
    }

    // MARK: Assertions

    mutating func assertions(_ json: JSONValue?, _ place: String) -> [Assertion] {
        guard let json, !json.isNull else { return [] }
        guard let list = json.array else {
            problems.append("\(place): a list is needed")
            return []
        }
        return list.enumerated().compactMap { assertion($1, "\(place)[\($0)]") }
    }

    private mutating func assertion(_ json: JSONValue, _ place: String) -> Assertion? {
        // A bare name stands for an assertion that needs nothing more.
        let object = json.string.map { ["type": .string($0)] } ?? json.object
        guard let object, let type = text(object["type"], "\(place).type") else {
            if json.object == nil { problems.append("\(place): an object with `type` is needed") }
            return nil
        }
        var allowed: Set<String> = ["type", "not"]
        guard let check = check(type, object, place, &allowed) else { return nil }
        allow(allowed, object, place)
        return Assertion(check, isNegated: flag(object["not"], "\(place).not"))
    }

    private mutating func check(
        _ type: String,
        _ object: JSONObject,
        _ place: String,
        _ allowed: inout Set<String>
    ) -> Assertion.Check? {
        func take(_ names: String...) { allowed.formUnion(names) }
        switch type {
        case "equals", "contains", "icontains", "starts_with", "regex":
            take("value")
            guard let value = text(object["value"], "\(place).value") else { return nil }
            switch type {
            case "equals": return .equals(value, isExact: false)
            case "starts_with": return .startsWith(value)
            case "regex":
                let pattern: SuitePattern
                do {
                    pattern = try SuitePattern(value)
                } catch {
                    problems.append("\(place).value: the regular expression “\(value)” \(error.message)")
                    return nil
                }
                return .matches(pattern)
            default:
                guard !value.isEmpty else {
                    problems.append("\(place).value: an empty text is in every answer")
                    return nil
                }
                return .contains(value, ignoresCase: type == "icontains")
            }
        case "contains_any", "contains_all":
            take("values", "ignore_case")
            let values = texts(object["values"], "\(place).values")
            guard !values.isEmpty else {
                problems.append("\(place).values: a list of texts is needed")
                return nil
            }
            let ignoresCase = flag(object["ignore_case"], "\(place).ignore_case")
            return type == "contains_any"
                ? .containsAny(values, ignoresCase: ignoresCase) : .containsAll(values, ignoresCase: ignoresCase)
        case "json_path":
            take("path", "equals", "contains")
            guard let path = path(object["path"], "\(place).path") else { return nil }
            let part = textIfAny(object["contains"], "\(place).contains")
            if part != nil, object["equals"] != nil { problems.append("\(place): either `equals` or `contains`") }
            return .path(path, equals: object["equals"], contains: part)
        case "number":
            take("value", "tolerance", "path")
            guard let value = object["value"]?.exact else {
                problems.append("\(place).value: a number is needed")
                return nil
            }
            var at: JSONPath?
            if object["path"] != nil {
                guard let path = path(object["path"], "\(place).path") else { return nil }
                at = path
            }
            let tolerance = object["tolerance"]?.isNull == false ? object["tolerance"] : nil
            if let tolerance, tolerance.exact == nil { problems.append("\(place).tolerance: a number is needed") }
            return .number(value, tolerance: tolerance?.exact?.magnitude ?? .zero, at: at)
        case "tool_called":
            take("tool", "times")
            guard let tool = text(object["tool"], "\(place).tool") else { return nil }
            return .toolCalled(tool, times: whole(object["times"], "\(place).times", 0...1000))
        case "tool_args":
            take("tool", "args")
            guard let tool = text(object["tool"], "\(place).tool") else { return nil }
            guard let arguments = object["args"]?.object else {
                problems.append("\(place).args: an object is needed")
                return nil
            }
            return .toolArguments(tool, arguments)
        case "trajectory":
            take("mode", "calls")
            let mode = textIfAny(object["mode"], "\(place).mode") ?? "exact"
            guard let order = Assertion.Order(rawValue: mode) else {
                problems.append("\(place).mode: exact, in_order or any_order")
                return nil
            }
            var calls: [Assertion.ExpectedCall] = []
            if object["calls"] == nil { problems.append("\(place).calls: is missing") }
            for (index, call) in list(object["calls"], "\(place).calls").enumerated() {
                let place = "\(place).calls[\(index)]"
                if let members = call.object { allow(["tool", "args"], members, place) }
                guard let tool = call.string ?? text(call["tool"], "\(place).tool") else { continue }
                if let arguments = call["args"], arguments.object == nil {
                    problems.append("\(place).args: an object is needed")
                }
                calls.append(.init(tool: tool, arguments: call["args"]?.object))
            }
            return .trajectory(order, calls)
        case "similar", "rouge":
            take("value", "threshold")
            guard let value = text(object["value"], "\(place).value") else { return nil }
            let given = object["threshold"]?.isNull == false ? object["threshold"] : nil
            guard let bound = given == nil ? 0.8 : given?.double, (0...1).contains(bound) else {
                problems.append("\(place).threshold: 0 to 1")
                return nil
            }
            return type == "similar" ? .similar(value, atLeast: bound) : .rouge(value, atLeast: bound)
        case "levenshtein":
            take("value", "max")
            if object["max"] == nil { problems.append("\(place).max: is missing") }
            guard let value = text(object["value"], "\(place).value"),
                let bound = whole(object["max"], "\(place).max", 0...100_000)
            else { return nil }
            return .distance(value, atMost: bound)
        case "cost_below":
            take("value")
            guard let value = object["value"]?.exact else {
                problems.append("\(place).value: an amount is needed")
                return nil
            }
            return .costBelow(value)
        case "ttft_below", "latency_below":
            take("ms")
            guard let milliseconds = whole(object["ms"], "\(place).ms", 1...3_600_000) else {
                if object["ms"] == nil { problems.append("\(place).ms: is missing") }
                return nil
            }
            let bound = Duration.milliseconds(milliseconds)
            return type == "ttft_below" ? .firstTextBelow(bound) : .latencyBelow(bound)
        case "status":
            take("value")
            guard let status = object["value"]?.string.flatMap(TurnStatus.init(rawValue:)) else {
                problems.append("\(place).value: completed, cancelled, interrupted, failed or awaiting_approval")
                return nil
            }
            return .status(status)
        case "number_grounded": return .numberGrounded
        case "citation_valid": return .citationValid
        case "refuses": return .refuses
        case "no_tainted_sink": return .noTaintedSink
        case "audit_chain_ok": return .auditChainHolds
        case "is_json":
            take("schema")
            guard let schema = object["schema"] else { return .isJSON(schema: nil) }
            do {
                _ = try JSONSchema(schema, .foreign)
                return .isJSON(schema: schema)
            } catch {
                problems.append("\(place).schema: \(error)")
                return nil
            }
        default:
            let hint = NearestName.of(type, among: Self.types).map { "; did you mean “\($0)”?" } ?? ""
            problems.append("\(place).type: there is no assertion “\(type)”\(hint)")
            return nil
        }
    }

    static let types = [
        "equals", "contains", "icontains", "starts_with", "regex", "contains_any", "contains_all", "json_path",
        "number",
        "tool_called", "tool_args", "trajectory", "similar", "rouge", "levenshtein", "cost_below", "ttft_below",
        "latency_below", "status", "number_grounded", "citation_valid", "refuses", "no_tainted_sink", "audit_chain_ok",
        "is_json",
    ]

    // MARK: Values

    private mutating func object(_ json: JSONValue?, _ place: String) -> JSONObject {
        guard let json, !json.isNull else { return [:] }
        if json.object == nil { problems.append("\(place): an object is needed") }
        return json.object ?? [:]
    }

    private mutating func path(_ json: JSONValue?, _ place: String) -> JSONPath? {
        guard let text = text(json, place) else { return nil }
        do {
            return try JSONPath(text)
        } catch {
            problems.append("\(place): \(error)")
            return nil
        }
    }

    private mutating func text(_ json: JSONValue?, _ place: String) -> String? {
        guard let text = json?.string else {
            problems.append("\(place): \(json == nil ? "is missing" : "a text is needed")")
            return nil
        }
        return text
    }

    /// A text where one may be left out.
    private mutating func textIfAny(_ json: JSONValue?, _ place: String) -> String? {
        guard let json, !json.isNull else { return nil }
        return text(json, place)
    }

    private mutating func flag(_ json: JSONValue?, _ place: String) -> Bool {
        guard let json, !json.isNull else { return false }
        if json.bool == nil { problems.append("\(place): true or false is needed") }
        return json.bool ?? false
    }

    private mutating func list(_ json: JSONValue?, _ place: String) -> [JSONValue] {
        guard let json, !json.isNull else { return [] }
        if json.array == nil { problems.append("\(place): a list is needed") }
        return json.array ?? []
    }

    private mutating func texts(_ json: JSONValue?, _ place: String) -> [String] {
        guard let json, !json.isNull else { return [] }
        guard let list = json.array, list.allSatisfy({ $0.string != nil }) else {
            problems.append("\(place): a list of texts is needed")
            return []
        }
        return list.compactMap(\.string)
    }

    private mutating func whole(_ json: JSONValue?, _ place: String, _ range: ClosedRange<Int>) -> Int? {
        guard let json, !json.isNull else { return nil }
        guard let number = json.int, range.contains(number) else {
            problems.append("\(place): a whole number, \(range.lowerBound) to \(range.upperBound), is needed")
            return nil
        }
        return number
    }

    private mutating func allow(_ names: Set<String>, _ object: JSONObject, _ place: String) {
        for name in object.names where !names.contains(name) {
            let hint = NearestName.of(name, among: names.sorted()).map { "; did you mean “\($0)”?" } ?? ""
            problems.append("\(place): there is no member “\(name)”\(hint)")
        }
    }
}

extension Recording {
    package var json: JSONValue {
        let sorted = tools.sorted { $0.key < $1.key }
        return [
            "tools": .array(sorted.map { ["call": .string($0.key), "result": $0.value] }),
            "steps": .array(steps.map(JSONValue.array)),
        ]
    }

    init(json: JSONValue) {
        self.init()
        for item in json["tools"]?.array ?? [] {
            guard let call = item["call"]?.string, let result = item["result"] else { continue }
            tools[call] = result
        }
        steps = (json["steps"]?.array ?? []).map { $0.array ?? [] }
    }
}
