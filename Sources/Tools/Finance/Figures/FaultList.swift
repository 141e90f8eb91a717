internal import AgentRuntime

/// Everything that is wrong with the arguments of one call, each by the path of its field, so that whoever sent them
/// mends all of it at once.
struct FaultList {
    private(set) var failures: [FigureFailure] = []
    /// What went wrong beside them, such as a store that cannot be read.
    private var other: (any Error)?

    var isEmpty: Bool { failures.isEmpty }

    /// Goes on after what is wrong with one argument; `place` is the path of what it stands in (`variables[0]`).
    ///
    /// `argument` names what a failure is about that does not say so itself.
    @discardableResult
    mutating func take<Value>(
        at place: String = "",
        argument: String? = nil,
        _ body: () throws -> Value
    ) -> Value? {
        do {
            return try body()
        } catch let failure as FigureFailure {
            failures.append(failure.placed(at: place, argument: argument))
        } catch {
            other = other ?? error
        }
        return nil
    }

    mutating func add(_ field: String, _ reason: String) { failures.append(.invalidArgument(field, reason)) }

    /// - Throws: what went wrong beside the arguments.
    func rethrow() throws {
        if let other { throw other }
    }

    var details: [AgentError.Detail] { failures.flatMap(\.details) }

    /// - Throws: the first failure with the details of all of them, or what else went wrong; nothing when all went well.
    func check() throws {
        try rethrow()
        guard var first = failures.first else { return }
        guard failures.count > 1 else { throw first }
        first.more["details"] = .array(
            details.map { ["field": .string($0.field), "message": .string($0.message)] }
        )
        throw first
    }
}

extension FigureFailure {
    /// The same about an argument that stands somewhere within the call's arguments.
    func placed(at place: String, argument: String? = nil) -> FigureFailure {
        guard let name = more["argument"]?.string ?? argument else { return self }
        var failure = self
        failure.more["argument"] = .string(place.isEmpty || name.hasPrefix(place) ? name : "\(place).\(name)")
        return failure
    }

    /// What is wrong, by field.
    var details: [AgentError.Detail] {
        if let all = more["details"]?.array {
            return all.map { .init(field: $0["field"]?.string ?? "", message: $0["message"]?.string ?? "") }
        }
        let field = more["argument"]?.string ?? (code == "invalid_period" ? "period" : "request")
        return [.init(field: field, message: message)]
    }
}
