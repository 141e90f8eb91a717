internal import AgentRuntime

// The declaration in its two printed forms: JSON Schema for editors and programs, Markdown for people.

extension Configuration {
    /// The JSON Schema of the file, for `agentd config schema`.
    static var schema: JSONValue {
        var schema: JSONObject = [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Configuration of agentd",
        ]
        for member in Shape.group(declaration).schema { schema[member.name] = member.value }
        schema["$defs"] = ["secret": Shape.secretSchema]
        return .object(schema)
    }

    static let compiledSchema: JSONSchema = {
        do {
            return try JSONSchema(schema)
        } catch {
            preconditionFailure("the configuration's own schema does not hold: \(error)")
        }
    }()

    /// The reference page, `docs/configuration.md`.
    static var documentation: String {
        var text = """
            # Configuration

            One file in JSON5 (`--config FILE` or `AGENTD_CONFIG`), the environment above it, flags above both.
            An unknown key is an error that names the nearest known one; `agentd config check` says everything that is wrong.

            - In the environment a key is `AGENTD_` and its names with `__` between levels: `AGENTD_LISTEN`, `AGENTD_LIMITS__STEPS`, `AGENTD_TENANTS__ten_x__AS_OF`.
            - Lists and objects in the environment are JSON5 text; names of tenants are written as they are.
            - A secret is a text, `{"file": PATH}` or `{"env": NAME}`; it is never logged or printed.
            - A variable with the prefix `AGENTD_` that is no key is an error when it looks like one, else a remark of `agentd config check`.
            - `null` is the same as not setting a key.

            | key | holds | when not set | what for |
            |---|---|---|---|

            """
        for line in rows(declaration, "") { text += line + "\n" }
        return text
    }

    private static func rows(_ settings: [Setting], _ prefix: String) -> [String] {
        settings.flatMap { setting -> [String] in
            let path = prefix + setting.name
            let isPlainGroup = if case .group = setting.shape { true } else { false }
            let initial =
                setting.isRequired
                ? "required" : isPlainGroup ? "" : setting.initial.map { "`\($0.text)`" } ?? ""
            let row = [path, setting.shape.phrase, initial, setting.documentation]
            let cells = row.map { $0.replacing("|", with: "\\|") }
            let line = "| `\(cells[0])` | \(cells[1]) | \(cells[2]) | \(cells[3]) |"
            return [line] + innerRows(setting.shape, path)
        }
    }

    private static func innerRows(_ shape: Shape, _ path: String) -> [String] {
        switch shape {
        case .group(let settings): rows(settings, path + ".")
        case .map(let inner, let placeholder, _): innerRows(inner, "\(path).\(placeholder)")
        case .list(let inner): innerRows(inner, "\(path)[]")
        case .unless(_, let inner): innerRows(inner, path)
        case .either(let first, let second): innerRows(first, path) + innerRows(second, path)
        default: []
        }
    }
}
