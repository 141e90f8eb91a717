/// promptfoo's `promptfooconfig.yaml`: prompts with `{{variables}}`, tests with variables and assertions.
///
/// Every prompt is asked with every test, as promptfoo does; what is asked is this program, whatever `providers` says.
/// Assertions on code, on embeddings and on other services are listed as unsupported and not judged.
package enum PromptfooSuite {
    /// Tests times prompts of one file.
    package static let casesMax = 100_000

    package static func suite(_ json: JSONValue, folder: String, tenant: String?) throws(SuiteError) -> EvaluationSuite
    {
        guard let object = json.object else { throw SuiteError(problems: ["a mapping is needed"]) }
        guard let tenant = tenant ?? object["metadata"]?["tenant"]?.string else {
            throw SuiteError(problems: ["promptfoo names no tenant; name one with --tenant, or in metadata.tenant"])
        }
        var unsupported = Unsupported()
        for name in object.names where !known.contains(name) { unsupported.add("the member \(name)") }
        if let providers = object["providers"], !providers.isNull { unsupported.add("providers: this program answers") }
        let prompts = prompts(object["prompts"], &unsupported)
        let defaults = object["defaultTest"]?.object ?? [:]
        var problems: [String] = []
        var cases: [EvaluationCase] = []
        for (index, test) in (object["tests"]?.array ?? []).enumerated() {
            guard let test = test.object else {
                if test.string != nil {
                    unsupported.add("tests from other files")
                } else {
                    problems.append("tests[\(index)]: a mapping is needed")
                }
                continue
            }
            for name in test.names where !["description", "vars", "assert", "metadata", "threshold"].contains(name) {
                unsupported.add("tests: \(name)")
            }
            if test["threshold"] != nil { unsupported.add("threshold: every assertion must hold") }
            var variables = defaults["vars"]?.object ?? [:]
            for member in test["vars"]?.object ?? [:] { variables[member.name] = member.value }
            var reader = AssertionReader()
            for item in (defaults["assert"]?.array ?? []) + (test["assert"]?.array ?? []) {
                reader.take(item, variables)
            }
            for part in reader.unsupported { unsupported.add(part) }
            problems += reader.problems.map { "tests[\(index)].assert: \($0)" }
            let label = test["description"]?.string ?? "test \(index + 1)"
            for combination in combinations(variables) {
                for (place, prompt) in prompts.enumerated() where cases.count < casesMax {
                    var id = label
                    if prompts.count > 1 { id += " / prompt \(place + 1)" }
                    while cases.contains(where: { $0.id == id }) { id += " +" }
                    cases.append(
                        EvaluationCase(
                            id: id,
                            setting: EvaluationSetting(
                                tenant: tenant,
                                role: test["metadata"]?["role"]?.string ?? "finance_analyst"
                            ),
                            turns: [
                                EvaluationTurn(
                                    message: filled(prompt, combination),
                                    assertions: reader.assertions(combination),
                                    criteria: reader.criteria.map { filled($0, combination) }
                                )
                            ]
                        )
                    )
                }
            }
        }
        if cases.isEmpty, problems.isEmpty { problems.append("tests: there are none") }
        guard problems.isEmpty else { throw SuiteError(problems: problems) }
        return EvaluationSuite(
            name: object["description"]?.string ?? "promptfoo",
            cases: cases,
            unsupported: unsupported.parts
        )
    }

    private static let known: Set<String> = [
        "description", "prompts", "providers", "tests", "defaultTest", "metadata", "tags", "outputPath", "sharing",
    ]

    private struct Unsupported {
        var parts: [String] = []
        mutating func add(_ part: String) { if !parts.contains(part) { parts.append(part) } }
    }

    private static func prompts(_ json: JSONValue?, _ unsupported: inout Unsupported) -> [String] {
        let list = json?.array ?? json.map { [$0] } ?? []
        var prompts: [String] = []
        for item in list {
            if let text = item.string, !text.hasPrefix("file://") {
                prompts.append(text)
            } else if let text = item["raw"]?.string {
                prompts.append(text)
            } else {
                unsupported.add("prompts from other files")
            }
        }
        return prompts.isEmpty ? ["{{message}}"] : prompts
    }

    /// A variable with a list of values stands for one test with each of them.
    private static func combinations(_ variables: JSONObject) -> [JSONObject] {
        var all: [JSONObject] = [[:]]
        for member in variables {
            let values = member.value.array ?? [member.value]
            all = all.flatMap { object in
                values.map { value in
                    var next = object
                    next[member.name] = value
                    return next
                }
            }
            if all.count > 1000 { all = Array(all.prefix(1000)) }
        }
        return all
    }

    /// `{{name}}` by its value; places without one stay as they are.
    static func filled(_ text: String, _ variables: JSONObject) -> String {
        var text = text
        for member in variables {
            let value = member.value.string ?? member.value.text
            text = text.replacing("{{\(member.name)}}", with: value).replacing("{{ \(member.name) }}", with: value)
        }
        return text
    }
}

extension PromptfooSuite {
    /// Reads promptfoo's assertions; `not-` before a type negates it.
    struct AssertionReader {
        private(set) var criteria: [String] = []
        private(set) var unsupported: [String] = []
        private(set) var problems: [String] = []
        private var items: [JSONObject] = []

        mutating func take(_ json: JSONValue, _ variables: JSONObject) {
            guard let object = json.object, let type = object["type"]?.string else {
                problems.append("an assertion needs a type")
                return
            }
            if type == "assert-set" {
                for item in object["assert"]?.array ?? [] { take(item, variables) }
                return
            }
            if type == "llm-rubric" || type == "model-graded-closedqa" || type == "factuality" {
                if let value = object["value"]?.string { criteria.append(value) }
                return
            }
            guard make(object, variables) != nil else {
                unsupported.append("assertions of type \(type)")
                return
            }
            items.append(object)
        }

        func assertions(_ variables: JSONObject) -> [Assertion] { items.compactMap { make($0, variables) } }

        private func make(_ object: JSONObject, _ variables: JSONObject) -> Assertion? {
            guard let type = object["type"]?.string else { return nil }
            let isNegated = type.hasPrefix("not-")
            guard let check = check(isNegated ? String(type.dropFirst(4)) : type, object, variables) else { return nil }
            return Assertion(check, isNegated: isNegated)
        }

        private func check(_ type: String, _ object: JSONObject, _ variables: JSONObject) -> Assertion.Check? {
            func text() -> String? {
                object["value"].flatMap { $0.string ?? ($0.isNull ? nil : $0.text) }.map { filled($0, variables) }
            }
            func texts() -> [String] {
                (object["value"]?.array ?? []).map { filled($0.string ?? $0.text, variables) }
            }
            switch type {
            case "equals": return text().map { .equals($0) }
            case "contains": return text().map { .contains($0, ignoresCase: false) }
            case "icontains": return text().map { .contains($0, ignoresCase: true) }
            case "contains-any": return .containsAny(texts(), ignoresCase: false)
            case "contains-all": return .containsAll(texts(), ignoresCase: false)
            case "icontains-any": return .containsAny(texts(), ignoresCase: true)
            case "icontains-all": return .containsAll(texts(), ignoresCase: true)
            case "starts-with": return text().map { .startsWith($0) }
            case "regex": return text().flatMap { (try? Regex($0)) == nil ? nil : .matches($0) }
            case "is-json": return object["value"] == nil ? .isJSON : nil
            case "levenshtein":
                guard let value = text() else { return nil }
                return .distance(value, atMost: object["threshold"]?.int ?? 5)
            case "rouge-n":
                guard let value = text() else { return nil }
                return .rouge(value, atLeast: object["threshold"]?.double ?? 0.75)
            case "cost":
                guard let bound = object["threshold"]?.exact else { return nil }
                return .costBelow(bound)
            case "latency":
                guard let bound = object["threshold"]?.int else { return nil }
                return .latencyBelow(.milliseconds(bound))
            case "is-refusal": return .refuses
            default: return nil
            }
        }
    }
}
