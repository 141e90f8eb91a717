internal import AgentRuntime

/// What a code becomes on a wire: the status and the profile's own name for it.
struct WireError: Sendable, Hashable {
    var status: Int
    var name: String

    init(_ status: Int, _ name: String) {
        self.status = status
        self.name = name
    }
}

/// A profile's one table of errors; a code that is not in it is an internal error.
struct ErrorTable: Sendable {
    private let wires: [AgentError.Code: WireError]

    init(_ wires: [AgentError.Code: WireError]) { self.wires = wires }

    /// What an error is called on a route, which may have names of its own for some.
    func wire(_ error: AgentError, on route: Route? = nil) -> WireError {
        let naming = route?.errorNamings.first { naming in
            naming.code == error.code
                && (naming.field == nil || error.details.contains { naming.matches($0.field) })
        }
        return naming?.wire ?? self[error.code]
    }

    subscript(code: AgentError.Code) -> WireError { wires[code] ?? WireError(500, "INTERNAL_ERROR") }

    /// Every name with its status, for documents.
    var all: [WireError] {
        Set(wires.values).union([WireError(500, "INTERNAL_ERROR")]).sorted {
            ($0.status, $0.name) < ($1.status, $1.name)
        }
    }
}

/// A route's own name for an error, or for a wrong field.
struct ErrorNaming: Sendable, Hashable {
    var code: AgentError.Code
    /// The field that must be among the details; any error of the code when `nil`.
    var field: String?
    var wire: WireError

    init(_ code: AgentError.Code, field: String? = nil, _ status: Int, _ name: String) {
        self.code = code
        self.field = field
        wire = WireError(status, name)
    }

    /// Field errors name a member by its path (`query`, `/query`, `query/0`).
    fileprivate func matches(_ path: String) -> Bool {
        let path = path.hasPrefix("/") ? path.dropFirst() : path[...]
        return path.prefix { $0 != "/" && $0 != "." && $0 != "[" } == field.map { $0[...] }
    }
}
