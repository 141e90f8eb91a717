// What an offline answer is made of. Figures are pointers into tool results, never text, so an answer cannot hold a
// number that no tool gave.

/// A piece of an answer before it is worded.
package enum Segment: Sendable, Hashable {
    /// Words of the program; they hold no digit.
    case text(String)
    /// A figure out of a tool's result.
    case figure(Figure)
    /// A name, label or passage out of a tool's result or the tenant's data; it may hold digits.
    case data(String)
    /// A stretch of time.
    case period(Period)
    /// A day.
    case date(CalendarDate)
    /// The user's own words.
    case echo(String)
    /// The number of a list's entry.
    case ordinal(Int)
}

/// A value inside the result of one call.
package struct FigureReference: Sendable, Hashable {
    package var call: ToolCallID
    /// A JSON pointer (RFC 6901) into the result's content.
    package var pointer: String

    package init(_ call: ToolCallID, _ pointer: String) {
        self.call = call
        self.pointer = pointer
    }

    package func value(in content: JSONValue) -> JSONValue? {
        var value = content
        for step in pointer.split(separator: "/") {
            let name = String(step).replacing("~1", with: "/").replacing("~0", with: "~")
            if let next = value[name] {
                value = next
            } else if let index = Int(name), let next = value[index] {
                value = next
            } else {
                return nil
            }
        }
        return value
    }
}

/// A figure to show: where it comes from, what is done with it, how it is written.
package struct Figure: Sendable, Hashable {
    package enum Derivation: Sendable, Hashable {
        case value
        /// The value less the other.
        case difference(from: FigureReference)
        /// The difference over the other's magnitude.
        case change(from: FigureReference)
        case ratio(to: FigureReference)
        /// The value with the others added.
        case sum([FigureReference])
        /// That sum over its count.
        case mean([FigureReference])
        /// The number of elements of an array.
        case count
        /// The number of elements of an array that are not called so.
        case countWithout(name: String)
        /// One less the value (the rest of a share).
        case complement
    }

    package enum Format: Sendable, Hashable {
        case money
        /// Thousands and millions as K and M.
        case shortMoney
        /// A ratio as a percentage.
        case percent
        /// A ratio as a percentage without decimals.
        case wholePercent
        /// A difference of ratios in percentage points.
        case points
        case number
    }

    package var reference: FigureReference
    package var derivation: Derivation
    package var format: Format
    /// Whether a plus is written before positive values.
    package var isSigned: Bool
    /// Whether the sign is left out, as the words around it say it.
    package var isMagnitude: Bool

    package init(
        _ reference: FigureReference,
        _ derivation: Derivation = .value,
        format: Format,
        isSigned: Bool = false,
        isMagnitude: Bool = false
    ) {
        self.reference = reference
        self.derivation = derivation
        self.format = format
        self.isSigned = isSigned
        self.isMagnitude = isMagnitude
    }

    /// The figure's value; `nil` when the result has no such number or a divisor is zero.
    package func value(in contents: [ToolCallID: JSONValue]) -> ExactNumber? {
        func number(_ reference: FigureReference) -> ExactNumber? {
            contents[reference.call].flatMap(reference.value)?.exact
        }
        func sum(_ others: [FigureReference]) -> ExactNumber? {
            var total = number(reference)
            for other in others { total = total.flatMap { sum in number(other).flatMap(sum.adding) } }
            return total
        }
        let result: ExactNumber?
        switch derivation {
        case .value: result = number(reference)
        case .difference(let other):
            result = number(reference).flatMap { value in number(other).flatMap(value.subtracting) }
        case .change(let other):
            result = number(other).flatMap { base in
                base.isZero
                    ? nil
                    : number(reference).flatMap { $0.subtracting(base) }?.divided(by: base.magnitude, places: 12)
            }
        case .ratio(let other):
            result = number(other).flatMap { base in
                base.isZero ? nil : number(reference)?.divided(by: base, places: 12)
            }
        case .sum(let others): result = sum(others)
        case .mean(let others): result = sum(others)?.divided(by: ExactNumber(others.count + 1), places: 8)
        case .count:
            result = contents[reference.call].flatMap(reference.value)?.array.map { ExactNumber($0.count) }
        case .countWithout(let name):
            let elements = contents[reference.call].flatMap(reference.value)?.array
            result = elements.map { ExactNumber($0.count { $0["name"]?.string != name }) }
        case .complement: result = number(reference).flatMap(ExactNumber(1).subtracting)
        }
        return isMagnitude ? result?.magnitude : result
    }
}
