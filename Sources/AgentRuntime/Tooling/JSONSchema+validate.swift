// Checks a value and names every field that is wrong. Bounds, so that a hostile value costs no more than its size:
// 100,000 visits, 128 levels, 100 violations; what is cut off by them is itself a violation.

extension JSONSchema {
    /// All that is wrong with the value; empty when it is valid.
    ///
    /// Fields are named by their path (`filters[0].dimension`); the value itself is the empty path.
    package func violations(in value: JSONValue) -> [AgentError.Detail] {
        var validation = Validation(nodes: nodes)
        validation.check(value, root)
        return validation.violations
    }
}

/// One run over one value.
struct Validation {
    static let deepest = 128
    static let mostVisits = 100_000
    static let mostViolations = 100

    enum Step {
        case name(String)
        case index(Int)
    }

    let nodes: [JSONSchema.Node]
    var violations: [AgentError.Detail] = []
    private var path: [Step] = []
    private var visitsLeft = Validation.mostVisits
    private var hasGivenUp = false

    init(nodes: [JSONSchema.Node]) { self.nodes = nodes }

    mutating func check(_ value: JSONValue, _ index: Int) {
        guard !hasGivenUp else { return }
        visitsLeft -= 1
        guard visitsLeft > 0, path.count <= Validation.deepest else { return giveUp() }
        let node = nodes[index]
        if node.isNever { return report("is not allowed") }
        if let types = node.types, !admits(types, value) {
            return report("must be \(Validation.phrase(types))")
        }
        if let constant = node.constant, constant != value {
            report("must be \(Validation.shown(constant))")
        }
        if let allowed = node.enumeration, !allowed.contains(value) {
            report("must be one of \(allowed.prefix(32).map(Validation.shown).joined(separator: ", "))")
        }
        switch value {
        case .object(let object): check(object, node)
        case .array(let elements): check(elements, node)
        case .string(let text): check(text, node)
        case .number(let number): check(number, node)
        case .null, .bool: break
        }
        if let reference = node.reference { check(value, reference) }
        for branch in node.allOf { check(value, branch) }
        if !node.anyOf.isEmpty { checkChoice(value, node.anyOf, isExclusive: false) }
        if !node.oneOf.isEmpty { checkChoice(value, node.oneOf, isExclusive: true) }
    }

    private mutating func check(_ object: JSONObject, _ node: JSONSchema.Node) {
        if let most = node.maxProperties, object.count > most { report("must have at most \(most) fields") }
        if let least = node.minProperties, object.count < least { report("must have at least \(least) fields") }
        for name in node.required where object[name] == nil {
            at(.name(name)) { $0.report("is required") }
        }
        for member in object {
            guard !hasGivenUp else { return }
            if let property = node.property(member.name) {
                at(.name(member.name)) { $0.check(member.value, property) }
            } else if case .schema(let schema) = node.additional {
                at(.name(member.name)) { validation in
                    guard validation.nodes[schema].isNever else { return validation.check(member.value, schema) }
                    let nearest = NearestName.of(member.name, among: node.properties.map(\.name))
                    validation.report("is not a known field" + (nearest.map { "; did you mean \($0)?" } ?? ""))
                }
            }
        }
    }

    private mutating func check(_ elements: [JSONValue], _ node: JSONSchema.Node) {
        if let least = node.minItems, elements.count < least {
            report("must have at least \(least) element\(least == 1 ? "" : "s")")
        }
        if let most = node.maxItems, elements.count > most {
            // Elements past the bound are not looked at: there may be very many.
            return report("must have at most \(most) element\(most == 1 ? "" : "s")")
        }
        if node.uniqueItems {
            visitsLeft -= elements.count
            guard visitsLeft > 0 else { return giveUp() }
            if Set(elements).count < elements.count { report("must not repeat an element") }
        }
        guard let items = node.items else { return }
        for (index, element) in elements.enumerated() where !hasGivenUp {
            at(.index(index)) { $0.check(element, items) }
        }
    }

    private mutating func check(_ text: String, _ node: JSONSchema.Node) {
        if node.minLength != nil || node.maxLength != nil {
            let length = text.unicodeScalars.count
            if let least = node.minLength, length < least {
                report(least == 1 ? "must not be empty" : "must have at least \(least) characters")
            }
            if let most = node.maxLength, length > most { report("must have at most \(most) characters") }
        }
        if let pattern = node.pattern, !pattern.matches(text) {
            report("must match the pattern \(pattern.source)")
        }
        switch node.format {
        case .date where CalendarDate(text) == nil: report("must be a date, YYYY-MM-DD")
        case .dateTime where !TextFormat.isDateTime(text): report("must be a date and time, YYYY-MM-DDThh:mm:ssZ")
        case .email where !TextFormat.isEmail(text): report("must be an address such as name@example.com")
        case .uuid where !TextFormat.isUUID(text): report("must be a UUID")
        default: break
        }
    }

    private mutating func check(_ number: JSONNumber, _ node: JSONSchema.Node) {
        guard let value = ExactNumber(number.literal) else {
            return report("must be a number of at most 38 digits")
        }
        if let bound = node.minimum, value < bound { report("must be \(bound.literal) or more") }
        if let bound = node.maximum, bound < value { report("must be \(bound.literal) or less") }
        if let bound = node.exclusiveMinimum, !(bound < value) { report("must be more than \(bound.literal)") }
        if let bound = node.exclusiveMaximum, !(value < bound) { report("must be less than \(bound.literal)") }
        if let divisor = node.multipleOf, !value.isMultiple(of: divisor) {
            report("must be a multiple of \(divisor.literal)")
        }
    }

    /// Checks the branches apart; when none holds, the one that fits the value's type says why.
    private mutating func checkChoice(_ value: JSONValue, _ branches: [Int], isExclusive: Bool) {
        var matches = 0
        var complaints: [[AgentError.Detail]] = []
        for branch in branches {
            var attempt = self
            attempt.violations = []
            attempt.check(value, branch)
            visitsLeft = attempt.visitsLeft
            if attempt.hasGivenUp { return giveUp() }
            if attempt.violations.isEmpty {
                matches += 1
                if !isExclusive { return }
            } else if nodes[branch].constant == nil, admits(types(of: branch), value) {
                complaints.append(attempt.violations)
            }
        }
        if matches == 1 { return }
        if matches > 1 { return report("fits \(matches) of the allowed forms, and must fit exactly one") }
        if complaints.count == 1 {
            for complaint in complaints[0] { add(complaint) }
        } else {
            let forms = branches.map(form)
            report("must be \(Validation.orList(forms.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }))")
        }
    }

    private func types(of index: Int) -> JSONSchema.TypeSet {
        let node = nodes[index]
        if let types = node.types { return types }
        if let reference = node.reference { return types(of: reference) }
        if let constant = node.constant { return Validation.type(of: constant) }
        if let values = node.enumeration {
            return values.reduce(into: JSONSchema.TypeSet()) { $0.insert(Validation.type(of: $1)) }
        }
        return JSONSchema.TypeSet(rawValue: 127)
    }

    private func form(_ index: Int) -> String {
        let node = nodes[index]
        if let constant = node.constant { return Validation.shown(constant) }
        if let values = node.enumeration {
            return "one of " + values.prefix(32).map(Validation.shown).joined(separator: ", ")
        }
        if let reference = node.reference { return form(reference) }
        return Validation.phrase(types(of: index))
    }

    private func admits(_ types: JSONSchema.TypeSet, _ value: JSONValue) -> Bool {
        if case .number(let number) = value {
            if types.contains(.number) { return true }
            guard types.contains(.integer), let exact = ExactNumber(number.literal) else { return false }
            return exact.exponent >= 0
        }
        return types.contains(Validation.type(of: value))
    }
}

extension Validation {
    private mutating func at(_ step: Step, _ body: (inout Validation) -> Void) {
        path.append(step)
        body(&self)
        path.removeLast()
    }

    private mutating func report(_ message: String) {
        add(AgentError.Detail(field: fieldName, message: message))
    }

    private mutating func add(_ violation: AgentError.Detail) {
        guard violations.count < Validation.mostViolations else {
            hasGivenUp = true
            return
        }
        violations.append(violation)
    }

    private mutating func giveUp() {
        if !hasGivenUp {
            hasGivenUp = true
            violations.append(AgentError.Detail(field: "", message: "is too large or too deeply nested to be checked"))
        }
    }

    private var fieldName: String {
        var text = ""
        for step in path {
            switch step {
            case .index(let index): text += "[\(index)]"
            case .name(let name): text += text.isEmpty ? name : ".\(name)"
            }
        }
        // A hostile name must not become a hostile message.
        return text.unicodeScalars.count <= 200 ? text : String(text.unicodeScalars.prefix(200)) + "…"
    }

    static func type(of value: JSONValue) -> JSONSchema.TypeSet {
        switch value {
        case .null: .null
        case .bool: .boolean
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    static func phrase(_ types: JSONSchema.TypeSet) -> String {
        let phrases: [(JSONSchema.TypeSet, String)] = [
            (.string, "a string"), (.integer, "a whole number"), (.number, "a number"), (.boolean, "true or false"),
            (.array, "an array"), (.object, "an object"), (.null, "null"),
        ]
        return orList(phrases.filter { types.contains($0.0) }.map(\.1))
    }

    static func orList(_ parts: [String]) -> String {
        guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
        return parts.dropLast().joined(separator: ", ") + " or " + last
    }

    /// A short form of a value of the schema.
    static func shown(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .number(let number): number.literal
        case .string(let text): text
        case .array: "a certain array"
        case .object: "a certain object"
        }
    }
}
