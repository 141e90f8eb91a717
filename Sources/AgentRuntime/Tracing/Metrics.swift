internal import Synchronization

/// The few series that tell an operator how the daemon does, in the Prometheus text format (version 0.0.4).
///
/// Series are declared once and never made from user input, so their number is bounded.
package final class Metrics: Sendable {
    package enum Kind: String, Sendable {
        case counter
        case gauge
        case histogram
    }

    private struct Series {
        var kind: Kind
        var help: String
        var values: [String: Double] = [:]
        var buckets: [Double] = []
        var counts: [String: [UInt64]] = [:]
    }

    private let series = Mutex<[String: Series]>([:])

    package init() {}

    /// Declares a series; `buckets` are the upper bounds of a histogram, ascending.
    package func declare(_ name: String, _ kind: Kind, help: String, buckets: [Double] = []) {
        series.withLock { $0[name] = Series(kind: kind, help: help, buckets: buckets) }
    }

    /// Adds to a counter or gauge.
    ///
    /// `labels` come from the code, never from a request.
    package func add(_ name: String, _ amount: Double = 1, labels: KeyValuePairs<String, String> = [:]) {
        let key = Self.key(labels)
        series.withLock { $0[name]?.values[key, default: 0] += amount }
    }

    package func set(_ name: String, _ value: Double, labels: KeyValuePairs<String, String> = [:]) {
        series.withLock { $0[name]?.values[Self.key(labels)] = value }
    }

    /// Counts an observation into a histogram.
    package func observe(_ name: String, _ value: Double, labels: KeyValuePairs<String, String> = [:]) {
        let key = Self.key(labels)
        series.withLock { all in
            guard let buckets = all[name]?.buckets else { return }
            let bucket = buckets.firstIndex { value <= $0 } ?? buckets.count
            // In its place, so that nothing is copied.
            all[name]?.counts[key, default: Array(repeating: 0, count: buckets.count + 1)][bucket] += 1
            all[name]?.values[key, default: 0] += value
        }
    }

    /// All series as text, sorted by name.
    package var text: String {
        series.withLock { all in
            var text = ""
            for (name, series) in all.sorted(by: { $0.key < $1.key }) {
                text += "# HELP \(name) \(series.help)\n# TYPE \(name) \(series.kind.rawValue)\n"
                if series.kind == .histogram {
                    for (labels, counts) in series.counts.sorted(by: { $0.key < $1.key }) {
                        text += Self.histogram(name, labels, counts, series)
                    }
                } else {
                    let values = series.values.isEmpty ? ["": 0] : series.values
                    for (labels, value) in values.sorted(by: { $0.key < $1.key }) {
                        text += "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(Self.number(value))\n"
                    }
                }
            }
            return text
        }
    }

    private static func histogram(_ name: String, _ labels: String, _ counts: [UInt64], _ series: Series) -> String {
        var text = ""
        var total: UInt64 = 0
        let prefix = labels.isEmpty ? "" : labels + ","
        for (bound, count) in zip(series.buckets.map(number) + ["+Inf"], counts) {
            total += count
            text += "\(name)_bucket{\(prefix)le=\"\(bound)\"} \(total)\n"
        }
        let suffix = labels.isEmpty ? "" : "{\(labels)}"
        return text + "\(name)_sum\(suffix) \(number(series.values[labels] ?? 0))\n\(name)_count\(suffix) \(total)\n"
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
    }

    private static func key(_ labels: KeyValuePairs<String, String>) -> String {
        var text = ""
        for (name, value) in labels {
            if !text.isEmpty { text += "," }
            text += name
            text += "=\""
            text += escaped(value)
            text += "\""
        }
        return text
    }

    private static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 == 0x5C || $0 == 0x22 || $0 == 0x0A }) else { return value }
        var text = ""
        for character in value {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.append(character)
            }
        }
        return text
    }
}
