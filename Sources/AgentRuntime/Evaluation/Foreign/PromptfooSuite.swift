/// promptfoo's `promptfooconfig.yaml`: prompts with `{{variables}}`, tests with variables and assertions.
///
/// Every prompt is asked with every test, as promptfoo does; what is asked is this program, whatever `providers` says.
/// Assertions on code, on embeddings and on other services are listed as unsupported and not judged.
package enum PromptfooSuite {
    /// Tests times prompts of one file.
    package static let casesMax = 100_000

    /// `name` is what a suite without a description is called.
    package static func suite(
        _ json: JSONValue,
        name: String = "promptfoo",
        tenant: String?
    ) throws(SuiteError) -> EvaluationSuite {
        guard let object = json.object else { throw SuiteError(problems: ["a mapping is needed"]) }
        guard let tenant = tenant ?? object["metadata"]?["tenant"]?.string else {
            throw SuiteError(problems: ["promptfoo names no tenant; name one with --tenant, or in metadata.tenant"])
        }
        var reader = PromptfooReader(object, tenant: tenant)
        reader.read()
        guard reader.problems.isEmpty else { throw SuiteError(problems: reader.problems) }
        return EvaluationSuite(
            name: object["description"]?.string ?? name,
            cases: reader.cases,
            unsupported: reader.unsupported
        )
    }
}

/// Reads one configuration and gathers every problem on the way.
private struct PromptfooReader {
    private let object: JSONObject
    private let tenant: String
    private(set) var cases: [EvaluationCase] = []
    private(set) var problems: [String] = []
    private(set) var unsupported: [String] = []
    private var ids: Set<String> = []

    private static let members: Set<String> = [
        "description", "prompts", "providers", "tests", "defaultTest", "metadata", "tags", "outputPath", "sharing",
        "assertTemplates", "$schema",
    ]
    private static let testMembers: Set<String> = ["description", "vars", "assert", "metadata", "threshold"]
    /// Members that promptfoo knows and that are not worked out here.
    private static let foreignMembers: Set<String> = [
        "author", "commandLineOptions", "config", "derivedMetrics", "env", "evaluateOptions", "extensions", "id",
        "nunjucksFilters", "plugins", "redteam", "scenarios", "strategies", "targets", "tracing", "version",
        "writeLatestResults",
    ]
    private static let foreignTestMembers: Set<String> = [
        "assertScoringFunction", "config", "id", "options", "prompts", "provider", "providerOutput", "providers",
        "repeat", "tags",
    ]

    init(_ object: JSONObject, tenant: String) {
        self.object = object
        self.tenant = tenant
    }

    mutating func read() {
        for name in object.names where !Self.members.contains(name) {
            guard known(name, Self.members, Self.foreignMembers, "") else { continue }
            note("the member \(name)")
        }
        if let providers = object["providers"], !providers.isNull { note("providers: this program answers") }
        let prompts = prompts()
        let defaults = mapping(object["defaultTest"], "defaultTest", mayBeFile: true)
        for name in defaults.names where !Self.testMembers.contains(name) {
            guard known(name, Self.testMembers, Self.foreignTestMembers, "defaultTest: ") else { continue }
            note("defaultTest: \(name)")
        }
        let tests = object["tests"]
        if tests?.string != nil {
            note("tests from other files")
        } else if let tests, !tests.isNull, tests.array == nil {
            problems.append("tests: a list is needed")
        }
        for (index, test) in (tests?.array ?? []).enumerated() {
            if let test = test.object {
                take(test, defaults, prompts, index)
            } else if test.string != nil {
                note("tests from other files")
            } else {
                problems.append("tests[\(index)]: a mapping is needed")
            }
        }
        if cases.isEmpty, problems.isEmpty {
            let words =
                unsupported.contains("tests from other files") ? "they all stand in other files" : "there are none"
            problems.append("tests: \(words)")
        }
    }

    private mutating func take(_ test: JSONObject, _ defaults: JSONObject, _ prompts: [String], _ index: Int) {
        let place = "tests[\(index)]"
        for name in test.names where !Self.testMembers.contains(name) {
            guard known(name, Self.testMembers, Self.foreignTestMembers, "\(place): ") else { continue }
            note("tests: \(name)")
        }
        var variables = mapping(defaults["vars"], "defaultTest.vars", mayBeFile: true)
        for member in mapping(test["vars"], "\(place).vars", mayBeFile: true) { variables[member.name] = member.value }
        let threshold = test["threshold"] ?? defaults["threshold"]
        if let threshold, !threshold.isNull, threshold.double == nil {
            problems.append("\(place).threshold: a number is needed")
        }
        var assertions = PromptfooAssertions(
            templates: mapping(object["assertTemplates"], "assertTemplates"),
            threshold: threshold?.double
        )
        for (source, place) in [(defaults["assert"], "defaultTest"), (test["assert"], place)] {
            guard let source, !source.isNull else { continue }
            if source.array == nil { say("\(place).assert: a list is needed") }
            for (index, item) in (source.array ?? []).enumerated() {
                assertions.take(item, "\(place).assert[\(index)]")
            }
        }
        for part in assertions.unsupported { note(part) }
        let label = test["description"]?.string ?? "test \(index + 1)"
        defer {
            for problem in assertions.problems {
                say(problem.hasPrefix("defaultTest") ? problem : problem + " (the test “\(label)”)")
            }
        }
        for combination in combinations(variables) {
            let template = PromptfooTemplate(combination)
            for (place, prompt) in prompts.enumerated() where cases.count < PromptfooSuite.casesMax {
                var id = label
                if prompts.count > 1 { id += " / prompt \(place + 1)" }
                while !ids.insert(id).inserted { id += " +" }
                if template.hasMore(prompt) { note("templates with more than names of variables") }
                let turn = EvaluationTurn(
                    message: template.filled(prompt),
                    assertions: assertions.assertions(template),
                    criteria: assertions.criteria.map(template.filled)
                )
                let role = test["metadata"]?["role"]?.string ?? object["metadata"]?["role"]?.string
                let setting = EvaluationSetting(tenant: tenant, role: role ?? "finance_analyst")
                cases.append(EvaluationCase(id: id, setting: setting, turns: [turn]))
            }
        }
    }

    private mutating func prompts() -> [String] {
        guard let json = object["prompts"], !json.isNull else { return ["{{prompt}}"] }
        var prompts: [String] = []
        for item in json.array ?? [json] {
            if let text = item.string ?? item["raw"]?.string, !text.hasPrefix("file://") {
                prompts.append(text)
            } else {
                note("prompts from other files")
            }
        }
        if prompts.isEmpty { problems.append("prompts: none of them is a text") }
        return prompts
    }

    /// A variable with a list of values stands for one test with each of them.
    private func combinations(_ variables: JSONObject) -> [JSONObject] {
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

    /// Whether a member is one that promptfoo has; another is a problem.
    private mutating func known(
        _ name: String,
        _ read: Set<String>,
        _ foreign: Set<String>,
        _ place: String
    ) -> Bool {
        guard !foreign.contains(name) else { return true }
        let hint = NearestName.of(name, among: read.union(foreign).sorted()).map { "; did you mean “\($0)”?" } ?? ""
        say("\(place)there is no member “\(name)”\(hint)")
        return false
    }

    private mutating func mapping(_ json: JSONValue?, _ place: String, mayBeFile: Bool = false) -> JSONObject {
        guard let json, !json.isNull else { return [:] }
        guard let object = json.object else {
            if mayBeFile, json.string != nil || json.array != nil {
                note("\(place) from other files")
            } else {
                say("\(place): a mapping is needed")
            }
            return [:]
        }
        return object
    }

    private mutating func say(_ problem: String) {
        if !problems.contains(problem) { problems.append(problem) }
    }

    private mutating func note(_ part: String) {
        if !unsupported.contains(part) { unsupported.append(part) }
    }
}
