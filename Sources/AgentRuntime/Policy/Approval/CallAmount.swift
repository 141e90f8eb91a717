/// How much money a call is about.
///
/// A tool that says where its amount stands is believed. Of any other (another server's, most often) it is the largest
/// number under a name that amounts have, at any depth: an approval too many costs a moment, one too few the money.
package enum CallAmount {
    /// The magnitude; `nil` for a call that names no amount.
    package static func of(_ call: ToolCall, _ declaration: ToolDeclaration) -> ExactNumber? {
        if let name = declaration.amountArgument { return call.arguments[name]?.exact?.magnitude }
        return largest(in: .object(call.arguments), isNamed: false)
    }

    private static func largest(in value: JSONValue, isNamed: Bool) -> ExactNumber? {
        switch value {
        case .object(let object):
            return object.members.compactMap { largest(in: $0.value, isNamed: isAmount($0.name)) }.max()
        case .array(let elements): return elements.compactMap { largest(in: $0, isNamed: isNamed) }.max()
        case .number: return isNamed ? value.exact?.magnitude : nil
        case .string(let text): return isNamed ? number(text) : nil
        default: return nil
        }
    }

    /// A number that stands alone in a text, with or without a currency's sign or code ("1,250.00 EUR").
    private static func number(_ text: String) -> ExactNumber? {
        let kept = text.filter { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }
        return ExactNumber(kept)?.magnitude
    }

    /// Whether the last word of a name is one for money: `amount`, `refundAmount`, `total_price`.
    private static func isAmount(_ name: String) -> Bool {
        var word = ""
        for character in name {
            if character == "_" || character == "-" || character == " " || character == "." {
                word = ""
            } else {
                if character.isUppercase, word.last?.isLowercase == true { word = "" }
                word.append(character)
            }
        }
        return names.contains(word.lowercased())
    }

    private static let names: Set<String> = [
        "amount", "amounts", "sum", "total", "value", "price", "cost", "costs", "payment", "refund", "budget", "fee",
        "salary", "credit", "debit", "discount",
    ]
}
