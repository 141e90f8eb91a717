internal import AgentRuntime
internal import Tools

/// A forecast that an answer rests on, as the profile tells it: value, confidence, range, and what makes it.
struct SMBPrediction: Sendable {
    let json: JSONValue
    let factors: JSONValue

    /// `nil` for a call that is no forecast.
    init?(_ call: CompletedCall) {
        guard call.status == .completed, !call.result.isError else { return nil }
        let content = call.result.content
        let value: JSONValue?
        let range: JSONValue
        let error: ExactNumber?
        switch call.call.name {
        case "forecast_metric":
            value = content["total"]?["value"]
            range = ["lower": content["total"]?["low_80"] ?? .null, "upper": content["total"]?["high_80"] ?? .null]
            error = content["backtest"]?["mape"]?.exact
        case "revenue_forecast":
            value = content["expected"]
            let bounds = content["intervals"]?["80"]
            range = ["lower": bounds?["lower"] ?? .null, "upper": bounds?["upper"] ?? .null]
            error = content["mape"]?.exact
        case "demand_forecast":
            let first = content["forecasts"]?[0]
            value = first?["quantity"]
            range = ["lower": first?["lower_80"] ?? .null, "upper": first?["upper_80"] ?? .null]
            error = content["mape"]?.exact
        default: return nil
        }
        guard let value, value.exact != nil else { return nil }
        // How near the method came to months that it had not seen.
        let confidence = error.flatMap(ExactNumber(1).subtracting).map { $0.isNegative ? .zero : $0.rounded(places: 2) }
        json = ["value": value, "confidence": confidence.map(JSONValue.exact) ?? .null, "range": range]
        factors = content["factors"] ?? []
    }
}
