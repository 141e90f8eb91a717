internal import AgentRuntime

/// What makes a forecast of a monthly series differ from the average of its last year.
///
/// The season is how far the same months lay from that average a year before, the trend how far the last three months
/// do; the contribution of each is its share of both distances together. Series of less than a year have no season.
struct ForecastFactors: Sendable {
    private static let recentMonths = 3

    var items: [(name: String, effect: Double, contribution: Double)]

    /// `steps` are the forecast months that are asked for, counted from 0 after the last of the series.
    init(_ series: [Double], steps: Range<Int>) {
        let year = Array(series.suffix(Forecast.season))
        let level = Sample.mean(year)
        let recent = Sample.mean(Array(series.suffix(Self.recentMonths)))
        var effects: [(String, Double)] = []
        if year.count == Forecast.season, !steps.isEmpty {
            let season = steps.reduce(0.0) { $0 + year[max(0, $1) % Forecast.season] - level } / Double(steps.count)
            effects.append(("Seasonal pattern", season))
        }
        if year.count > Self.recentMonths {
            effects.append((recent < level ? "Recent decline" : "Recent growth", recent - level))
        }
        let total = effects.reduce(0) { $0 + abs($1.1) }
        items =
            total > 0
            ? effects.filter { $0.1 != 0 }.map { ($0.0, $0.1, abs($0.1) / total) }.sorted { $0.2 > $1.2 } : []
    }

    var json: JSONValue {
        .array(
            items.map { item in
                [
                    "name": .string(item.name), "impact": item.effect < 0 ? "negative" : "positive",
                    "contribution": .exact(ExactNumber(rounding: item.contribution, places: 2)),
                ]
            }
        )
    }
}
