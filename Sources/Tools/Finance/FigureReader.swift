internal import AgentRuntime

/// Reads one call's result and points into it.
struct FigureReader {
    let call: CompletedCall

    init(_ call: CompletedCall) { self.call = call }

    var content: JSONValue { call.result.content }
    var citations: [Citation] { call.result.citations }

    func reference(_ pointer: String) -> FigureReference { FigureReference(call.call.id, pointer) }
    func value(_ pointer: String) -> JSONValue? { reference(pointer).value(in: content) }
    func exact(_ pointer: String) -> ExactNumber? { value(pointer)?.exact }
    func text(_ pointer: String) -> String? { value(pointer)?.string }
    func count(_ pointer: String) -> Int { value(pointer)?.array?.count ?? 0 }

    /// A period as results write it.
    func period(_ pointer: String, in situation: Situation) -> Period? {
        guard let start = text(pointer + "/start_date").flatMap(CalendarDate.init),
            let end = text(pointer + "/end_date").flatMap(CalendarDate.init)
        else { return nil }
        return Period(start: start, end: end, fiscalYearStart: situation.settings.fiscalYearStart)
    }

    /// The difference between two values; `nil` when one is missing.
    func difference(_ pointer: String, _ baseline: String) -> ExactNumber? {
        exact(pointer).flatMap { value in exact(baseline).flatMap(value.subtracting) }
    }
}

/// Charts in the shape that clients draw: `{type, title, data: {labels, datasets}, config}`.
enum ChartShape {
    static func chart(
        _ type: String,
        title: String,
        labels: [String],
        datasets: [(label: String, values: [JSONValue])],
        unit: String,
        currency: String
    ) -> JSONValue {
        var config: JSONObject = ["unit": .string(unit)]
        if unit == "currency" { config["currency"] = .string(currency) }
        return [
            "type": .string(type),
            "title": .string(title),
            "data": [
                "labels": .array(labels.map(JSONValue.string)),
                "datasets": .array(
                    datasets.map { ["label": .string($0.label), "data": .array($0.values)] }
                ),
            ],
            "config": .object(config),
        ]
    }
}
