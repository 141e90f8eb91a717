internal import AgentRuntime

/// One assumption of a scenario, read from what a client or a model wrote.
///
/// `percentage` moves its targets by that many percent, `absolute` adds an amount in every month, `headcount` adds
/// people at a yearly cost, `timing` moves the targets so many months later (earlier when negative). An assumption
/// without a target that tells a yearly cost gives it to the headcount assumptions; any other is kept as a note.
struct Assumption: Sendable {
    enum Kind: String, Sendable, CaseIterable { case percentage, absolute, headcount, timing, salary, note }

    var id: String
    var name: String
    var kind: Kind
    var value: Double
    var appliesTo: [String]
    var costPerHead: Double?
    /// From this month on, and until that one.
    var start: Int?
    var end: Int?
    var source: JSONObject

    static let schema: JSONValue = [
        "type": "array", "maxItems": .integer(Scenario.assumptionsMax),
        "items": [
            "type": "object",
            "properties": [
                "id": ["type": "string", "maxLength": 64], "category": ["type": "string", "maxLength": 200],
                "name": ["type": "string", "minLength": 1, "maxLength": 200],
                "type": ["type": "string", "enum": ["percentage", "absolute", "headcount", "timing"]],
                "value": ["type": "number"], "unit": ["type": "string", "maxLength": 40],
                "currency": ["type": "string", "maxLength": 8], "timing": ["type": "string", "maxLength": 40],
                "start_date": ["type": "string", "maxLength": 10], "end_date": ["type": "string", "maxLength": 10],
                "applies_to": [
                    "type": "array", "maxItems": 20, "items": ["type": "string", "minLength": 1, "maxLength": 200],
                ],
                "cost_per_head": ["type": "number"], "notes": ["type": "string", "maxLength": 2000],
            ],
            "required": ["name", "value"],
            "additionalProperties": false,
        ],
    ]

    static func list(_ value: JSONValue?, settings: TenantSettings) throws(FigureFailure) -> [Assumption] {
        guard let value, !value.isNull else { return [] }
        guard let items = value.array, items.count <= Scenario.assumptionsMax else {
            throw .invalidArgument("assumptions", "must be a list that is not too long")
        }
        var assumptions: [Assumption] = []
        for (index, item) in items.enumerated() {
            do throws(FigureFailure) {
                assumptions.append(try Assumption(item, index: index, settings: settings))
            } catch {
                throw error.placed(at: place(index))
            }
        }
        return assumptions
    }

    /// Where an assumption stands in a scenario.
    static func place(_ index: Int) -> String { "assumptions[\(index)]" }

    init(_ item: JSONValue, index: Int, settings: TenantSettings) throws(FigureFailure) {
        guard let object = item.object, let name = object["name"]?.string, !name.isEmpty else {
            throw .invalidArgument("name", "is needed")
        }
        guard let value = object["value"]?.exact?.double, value.isFinite, abs(value) <= 1e12 else {
            throw .invalidArgument("value", "must be a number in range")
        }
        id = object["id"]?.string ?? "asm_" + (index < 9 ? "00" : "0") + "\(index + 1)"
        self.name = name
        self.value = value
        appliesTo = (object["applies_to"]?.array ?? []).compactMap(\.string)
        costPerHead = object["cost_per_head"]?.exact?.double
        var kind = object["type"]?.string.flatMap(Kind.init(rawValue:))
        if kind == nil {
            switch object["unit"]?.string?.lowercased() {
            case "headcount", "heads", "people", "fte": kind = .headcount
            case "percent", "percentage", "%": kind = .percentage
            case "currency": kind = appliesTo.isEmpty ? .salary : .absolute
            default: kind = .note
            }
        }
        self.kind = kind ?? .note
        if self.kind == .percentage, value < -100 {
            throw .invalidArgument("value", "cannot take away more than there is")
        }
        if self.kind == .headcount, abs(value) > 1e6 { throw .invalidArgument("value", "is too many heads") }
        start = try Self.month(object, object["start_date"] == nil ? "timing" : "start_date", settings, isEnd: false)
        end = try Self.month(object, "end_date", settings, isEnd: true)
        if let start, let end, end < start { throw .invalidArgument("end_date", "must not be before the start") }
        source = object
        source["id"] = .string(id)
    }

    /// "2026-04", "2026-04-01", "Q2 2026": the month in which it begins, or ends.
    private static func month(
        _ object: JSONObject,
        _ name: String,
        _ settings: TenantSettings,
        isEnd: Bool
    ) throws(FigureFailure) -> Int? {
        guard let text = object[name]?.string, !text.isEmpty else { return nil }
        let start = settings.fiscalYearStart
        let turned = text.split(separator: " ")
        let normal = turned.count == 2 ? "\(turned[1])-\(turned[0])" : text
        guard let period = Period(text, fiscalYearStart: start) ?? Period(normal, fiscalYearStart: start) else {
            throw .invalidArgument(name, "must be a month, quarter or date")
        }
        return (isEnd ? period.end : period.start).monthNumber
    }
}
