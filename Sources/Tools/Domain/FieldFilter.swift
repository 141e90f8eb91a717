package import AgentRuntime

// Lists are filtered by field and operator (`amount_gte=100000`, `stage_in=Proposal,Negotiation`). What a list's fields
// are is the list's business; what an operator means is the same for all of them and stands here.

/// What a field of a listed item holds.
package enum FieldKind: Sendable, Hashable {
    case text
    case number
    case date
}

/// The value of a field.
package enum FieldValue: Sendable, Hashable {
    case text(String)
    case number(ExactNumber)
    case date(CalendarDate)

    /// Reads what a query says; `nil` for a text that is no such value.
    package init?(_ text: String, _ kind: FieldKind) {
        let text = text.trimmingBlanks()
        switch kind {
        case .text: self = .text(text)
        case .number:
            guard let number = ExactNumber(text) else { return nil }
            self = .number(number)
        case .date:
            guard let date = CalendarDate(text) else { return nil }
            self = .date(date)
        }
    }

    /// Texts without regard to case; values of different kinds are in no order.
    package static func isBefore(_ left: FieldValue, _ right: FieldValue) -> Bool {
        switch (left, right) {
        case (.text(let left), .text(let right)): left.lowercased() < right.lowercased()
        case (.number(let left), .number(let right)): left < right
        case (.date(let left), .date(let right)): left < right
        default: false
        }
    }

    package static func isSame(_ left: FieldValue, _ right: FieldValue) -> Bool {
        if case .text(let left) = left, case .text(let right) = right { return left.lowercased() == right.lowercased() }
        return left == right
    }
}

/// How a field is compared; the raw value is the suffix of a parameter's name.
package enum FieldOperator: String, Sendable, CaseIterable {
    case equals = ""
    case notEquals = "_ne"
    case greater = "_gt"
    case atLeast = "_gte"
    case less = "_lt"
    case atMost = "_lte"
    case isOneOf = "_in"
    case contains = "_contains"
    case between = "_between"

    /// The operators that make sense for a kind of field.
    package static func of(_ kind: FieldKind) -> [FieldOperator] {
        switch kind {
        case .text: [.equals, .notEquals, .isOneOf, .contains]
        case .number, .date: [.equals, .notEquals, .greater, .atLeast, .less, .atMost, .isOneOf, .between]
        }
    }
}

/// Keeps the items whose field compares so with some values.
package struct FieldFilter: Sendable, Hashable {
    /// Values that one filter may list.
    package static let valuesMax = 100

    package let field: String
    package let comparison: FieldOperator
    private let values: [FieldValue]

    /// Takes the text of a parameter: one value, several with commas between them, or two for a range.
    ///
    /// - Throws: `invalid_argument`; its detail names the parameter.
    package init(_ field: String, _ comparison: FieldOperator, _ text: String, kind: FieldKind) throws(AgentError) {
        self.field = field
        self.comparison = comparison
        func refuse(_ reason: String) -> AgentError {
            AgentError(
                .invalidArgument,
                "A filter does not hold: \(field)\(comparison.rawValue) \(reason).",
                details: [.init(field: field + comparison.rawValue, message: reason)]
            )
        }
        let isList = comparison == .isOneOf || comparison == .between
        let texts = isList ? text.split(separator: ",").map(String.init) : [text]
        guard (1...FieldFilter.valuesMax).contains(texts.count) else {
            throw refuse("must list 1 to \(FieldFilter.valuesMax) values with commas between them")
        }
        var values: [FieldValue] = []
        for text in texts {
            guard let value = FieldValue(text, kind) else {
                throw refuse(kind == .date ? "must be a date of the form YYYY-MM-DD" : "must be a number")
            }
            values.append(value)
        }
        if comparison == .between {
            guard values.count == 2, !FieldValue.isBefore(values[1], values[0]) else {
                throw refuse("must be two values, the lower one first, with a comma between them")
            }
        }
        self.values = values
    }

    /// An item without a value is only ever unequal.
    package func accepts(_ value: FieldValue?) -> Bool {
        guard let value, let first = values.first, let last = values.last else { return comparison == .notEquals }
        switch comparison {
        case .equals: return FieldValue.isSame(value, first)
        case .notEquals: return !FieldValue.isSame(value, first)
        case .greater: return FieldValue.isBefore(first, value)
        case .atLeast: return !FieldValue.isBefore(value, first)
        case .less: return FieldValue.isBefore(value, first)
        case .atMost: return !FieldValue.isBefore(first, value)
        case .isOneOf: return values.contains { FieldValue.isSame(value, $0) }
        case .between: return !FieldValue.isBefore(value, first) && !FieldValue.isBefore(last, value)
        case .contains:
            guard case .text(let text) = value, case .text(let part) = first else { return false }
            return text.lowercased().contains(part.lowercased())
        }
    }
}
