/// Reads promptfoo's assertions of one test; `not-` before a type negates it.
///
/// Their meaning is promptfoo's where it differs from that of our own assertions: texts are compared with all their white
/// space, bounds may be reached, lists may be written with commas, and a threshold of a test or of an `assert-set` is one
/// of the weighted mean. https://www.promptfoo.dev/docs/configuration/expected-outputs/
struct PromptfooAssertions {
    private(set) var criteria: [String] = []
    private(set) var unsupported: [String] = []
    private(set) var problems: [String] = []
    private let templates: JSONObject
    private let threshold: Double?
    private var items: [Item] = []

    private struct Item {
        var content: Content
        var weight: Double

        enum Content {
            case one(JSONObject, place: String)
            case set([Item], threshold: Double?)
        }
    }

    private static let setsMax = 16
    private static let members: Set<String> = ["type", "value", "threshold", "weight", "metric"]
    /// Members that promptfoo knows and that are not worked out here.
    private static let foreignMembers: Set<String> = [
        "provider", "rubricPrompt", "transform", "contextTransform", "config", "assert", "assertScoringFunction",
        "$ref",
    ]

    /// `templates` are the configuration's `assertTemplates`; `threshold` is the test's.
    init(templates: JSONObject, threshold: Double?) {
        self.templates = templates
        self.threshold = threshold
    }

    mutating func take(_ json: JSONValue, _ place: String) {
        if let item = item(json, place, depth: 0) { items.append(item) }
    }

    /// What is judged, with the values of one combination of variables; one that these make senseless is a problem.
    mutating func assertions(_ template: PromptfooTemplate) -> [Assertion] {
        var members: [AssertionGroup.Member] = []
        for item in items { if let member = member(item, template) { members.append(member) } }
        guard let threshold else {
            return members.map { $0.weight > 0 ? $0.assertion : Assertion(.group(AssertionGroup([$0]))) }
        }
        return members.isEmpty ? [] : [Assertion(.group(AssertionGroup(members, threshold: threshold)))]
    }

    private mutating func member(_ item: Item, _ template: PromptfooTemplate) -> AssertionGroup.Member? {
        switch item.content {
        case .one(let object, let place):
            guard let assertion = make(object, template) else {
                let problem = place + (fault(object, template)?.words ?? ".value: it does not fit")
                if !problems.contains(problem) { problems.append(problem) }
                return nil
            }
            return AssertionGroup.Member(assertion, weight: item.weight)
        case .set(let items, let threshold):
            var members: [AssertionGroup.Member] = []
            for item in items { if let member = member(item, template) { members.append(member) } }
            guard !members.isEmpty else { return nil }
            let group = AssertionGroup(members, threshold: threshold)
            return AssertionGroup.Member(Assertion(.group(group)), weight: item.weight)
        }
    }

    // MARK: Reading

    private mutating func item(_ json: JSONValue, _ place: String, depth: Int) -> Item? {
        guard depth < Self.setsMax else {
            problems.append("\(place): sets lie more than \(Self.setsMax) deep in each other")
            return nil
        }
        if let reference = json["$ref"]?.string {
            let name = reference.split(separator: "/").last.map(String.init) ?? ""
            guard let template = templates[name] else {
                problems.append("\(place): there is no template “\(name)” in assertTemplates")
                return nil
            }
            return item(template, place, depth: depth + 1)
        }
        guard let object = json.object, let type = object["type"]?.string else {
            problems.append("\(place): an assertion needs a type")
            return nil
        }
        for name in ["weight", "threshold"] {
            guard let value = object[name], !value.isNull, value.double == nil else { continue }
            problems.append("\(place).\(name): a number is needed")
            return nil
        }
        for name in object.names where !Self.members.contains(name) && !Self.foreignMembers.contains(name) {
            let hint = NearestName.of(name, among: Self.members.sorted()).map { "; did you mean “\($0)”?" } ?? ""
            problems.append("\(place): there is no member “\(name)”\(hint)")
            return nil
        }
        let weight = max(0, object["weight"]?.double ?? 1)
        if type == "assert-set" {
            guard let list = object["assert"]?.array else {
                problems.append("\(place).assert: a list is needed")
                return nil
            }
            var items: [Item] = []
            for (index, json) in list.enumerated() {
                if let item = item(json, "\(place).assert[\(index)]", depth: depth + 1) { items.append(item) }
            }
            return Item(content: .set(items, threshold: object["threshold"]?.double), weight: weight)
        }
        let bare = type.hasPrefix("not-") ? String(type.dropFirst(4)) : type
        guard PromptfooTypes.all.contains(bare) || bare.contains(":") else {
            let hint = NearestName.of(bare, among: PromptfooTypes.all.sorted()).map { "; did you mean “\($0)”?" } ?? ""
            problems.append("\(place).type: there is no assertion “\(type)”\(hint)")
            return nil
        }
        if ["llm-rubric", "model-graded-closedqa", "factuality"].contains(type) {
            if depth > 0 || threshold != nil { note("\(type): it is judged apart from thresholds and sets") }
            if let value = object["value"]?.string {
                criteria.append(value)
            } else {
                problems.append("\(place).value: a text is needed")
            }
            return nil
        }
        if let name = object.names.first(where: { !Self.members.contains($0) }) {
            note("assertions of type \(type) with \(name)")
            return nil
        }
        if object["value"]?.string?.hasPrefix("file://") == true {
            note("values from other files")
            return nil
        }
        guard PromptfooTypes.judged.contains(bare) else {
            note("assertions of type \(type)")
            return nil
        }
        if let fault = fault(object, PromptfooTemplate([:])) {
            if fault.isOurs {
                note("assertions of type \(type) whose value \(fault.words)")
            } else {
                problems.append("\(place)\(fault.words)")
            }
            return nil
        }
        if type.hasSuffix("is-refusal") {
            note("is-refusal as promptfoo does it, by phrases; it is decided by `refuses`")
        }
        return Item(content: .one(object, place: place), weight: weight)
    }

    private mutating func note(_ part: String) {
        if !unsupported.contains(part) { unsupported.append(part) }
    }

    // MARK: Meaning

    /// What is wrong with an assertion of a type that is judged, and whether it is only not understood here.
    private func fault(_ object: JSONObject, _ template: PromptfooTemplate) -> (words: String, isOurs: Bool)? {
        guard make(object, template) == nil, let type = object["type"]?.string else { return nil }
        let text = object["value"].flatMap { $0.string ?? ($0.isNull ? nil : $0.text) }.map(template.filled)
        switch type.hasPrefix("not-") ? String(type.dropFirst(4)) : type {
        case "cost", "latency": return (".threshold: a number is needed", false)
        case "regex":
            guard let text else { return (".value: is missing", false) }
            do {
                _ = try SuitePattern(text)
                return nil
            } catch {
                // What another engine takes is right, and only our search does not have it.
                let isOurs = (try? Regex(text)) != nil
                return (
                    isOurs ? "/\(text)/ \(error.message)" : ".value: the regular expression “\(text)” \(error.message)",
                    isOurs
                )
            }
        case "is-json": return (".value: it is no schema", false)
        default: return (".value: is missing", false)
        }
    }

    private func make(_ object: JSONObject, _ template: PromptfooTemplate) -> Assertion? {
        guard let type = object["type"]?.string else { return nil }
        let isNegated = type.hasPrefix("not-")
        return check(isNegated ? String(type.dropFirst(4)) : type, object, template).map {
            Assertion($0, isNegated: isNegated)
        }
    }

    private func check(_ type: String, _ object: JSONObject, _ template: PromptfooTemplate) -> Assertion.Check? {
        let text = object["value"].flatMap { $0.string ?? ($0.isNull ? nil : $0.text) }.map(template.filled)
        func texts() -> [String] {
            if let list = object["value"]?.array { return list.map { template.filled($0.string ?? $0.text) } }
            return Self.list(text ?? "")
        }
        switch type {
        case "equals":
            if let value = object["value"], value.object != nil || value.array != nil {
                return .isJSON(schema: ["const": value])
            }
            return text.map { .equals($0, isExact: true) }
        case "contains": return text.map { .contains($0, ignoresCase: false) }
        case "icontains": return text.map { .contains($0, ignoresCase: true) }
        case "contains-any", "contains-all", "icontains-any", "icontains-all":
            guard text != nil else { return nil }
            let ignoresCase = type.hasPrefix("i")
            return type.hasSuffix("any")
                ? .containsAny(texts(), ignoresCase: ignoresCase) : .containsAll(texts(), ignoresCase: ignoresCase)
        case "starts-with": return text.map { .startsWith($0) }
        case "regex": return text.flatMap(pattern)
        case "is-json": return json(object["value"])
        case "levenshtein": return text.map { .distance($0, atMost: Int(object["threshold"]?.double ?? 5)) }
        case "cost": return (object["threshold"]?.exact).map { .costAtMost($0) }
        case "latency":
            // promptfoo's times are whole milliseconds, and the bound may be reached.
            return (object["threshold"]?.int).map { .latencyBelow(.milliseconds($0 + 1)) }
        case "is-refusal": return .refuses
        default: return nil
        }
    }

    private func pattern(_ source: String) -> Assertion.Check? {
        do {
            return .matches(try SuitePattern(source))
        } catch {
            // Told as an assertion of a type that is not judged.
            return nil
        }
    }

    /// A schema stands there as a mapping, or as text in JSON or YAML.
    private func json(_ value: JSONValue?) -> Assertion.Check? {
        guard let value, !value.isNull, value.string != "" else { return .isJSON(schema: nil) }
        do {
            let document = try value.string.map { try YAMLReader.document(Array($0.utf8)) } ?? value
            _ = try JSONSchema(document, .foreign)
            return .isJSON(schema: document)
        } catch {
            // Told as an assertion of a type that is not judged.
            return nil
        }
    }

    /// `a, "b, c"`: fields between commas; in quotes, a quote is written twice or after a backslash.
    static func list(_ text: String) -> [String] {
        var fields: [String] = []
        var rest = Substring(text).drop { $0.isWhitespace || $0 == "," }
        while let first = rest.first {
            var field = ""
            if first == "\"" {
                rest.removeFirst()
                while let character = rest.popFirst() {
                    if (character == "\\" || character == "\"")
                        && (rest.first == "\"" || character == "\\" && rest.first == "\\")
                    {
                        field.append(rest.removeFirst())
                    } else if character == "\"" {
                        break
                    } else {
                        field.append(character)
                    }
                }
            } else {
                field = String(rest.prefix { $0 != "," })
                rest = rest.dropFirst(field.count)
                while field.last?.isWhitespace == true { field.removeLast() }
            }
            fields.append(field)
            rest = rest.drop { $0.isWhitespace || $0 == "," }
        }
        return fields
    }
}
