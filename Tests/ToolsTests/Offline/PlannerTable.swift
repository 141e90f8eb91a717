import AgentRuntime
import Foundation

/// Questions with what they must ask of the tools, read from `Tests/Fixtures/planner`.
///
/// `QUESTION => CALL ; CALL`, or `=> refuse KIND WORDS…`; a line starting with `> ` goes on with the conversation.
/// `UPDATE_GOLDEN=1` writes what comes out; the difference is reviewed like code.
struct PlannerTable: Sendable {
    struct Row: Sendable {
        var question: String
        var expected: String
        var continues: Bool
    }

    var rows: [Row]

    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/planner")

    init(_ name: String) throws {
        let text = try String(contentsOf: Self.folder.appendingPathComponent(name + ".txt"), encoding: .utf8)
        rows = text.split(separator: "\n").compactMap { line in
            guard let arrow = line.range(of: " => ", options: .backwards) else { return nil }
            let question = String(line[..<arrow.lowerBound])
            let continues = question.hasPrefix("> ")
            return Row(
                question: continues ? String(question.dropFirst(2)) : question,
                expected: String(line[arrow.upperBound...]),
                continues: continues
            )
        }
    }
}

/// A plan on one line: `metrics_query revenue 2025-04-01..2025-06-30 vs=prior_year by=region only=region:EMEA`.
enum CallSignature {
    static func text(of calls: [ToolCall], notes: [JSONValue]) -> String {
        var parts = notes.flatMap { $0["questions"]?.array ?? [] }.compactMap { question -> String? in
            guard let reply = question["reply"] else { return nil }
            let words = (reply["words"]?.array ?? []).compactMap(\.string)
            return (["refuse", reply["kind"]?.string ?? ""] + words).joined(separator: " ")
        }
        parts += calls.map(text)
        return parts.joined(separator: " ; ")
    }

    static func text(of call: ToolCall) -> String {
        var parts = [call.name]
        for member in call.arguments {
            switch member.name {
            case "metric": parts.append(member.value.string ?? "")
            case "period": parts.append(period(member.value))
            case "compare_to": parts.append("vs=" + (member.value.string ?? period(member.value["period"] ?? .null)))
            case "group_by", "by": parts.append("by=" + (member.value.string ?? ""))
            case "granularity": parts.append("per=" + (member.value.string ?? ""))
            case "filters": parts += (member.value.array ?? []).map(filter)
            case "order_by": parts.append("sort=" + (member.value.string ?? ""))
            case "measure": parts.append("plan")
            case "close_period": parts.append("closing=" + period(member.value))
            default: parts.append(member.name + "=" + (member.value.string ?? member.value.text))
            }
        }
        return parts.joined(separator: " ")
    }

    private static func period(_ value: JSONValue) -> String {
        (value["start_date"]?.string ?? "?") + ".." + (value["end_date"]?.string ?? "?")
    }

    private static func filter(_ value: JSONValue) -> String {
        let values = (value["values"]?.array ?? []).compactMap(\.string).joined(separator: "+")
        return (value["exclude"]?.bool == true ? "not=" : "only=") + (value["dimension"]?.string ?? "") + ":" + values
    }
}
