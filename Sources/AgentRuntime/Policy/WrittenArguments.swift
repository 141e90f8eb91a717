/// Texts that a model wrote as arguments of its calls, to be known again in results.
///
/// A draft gives its text back, a scenario its name: a figure in it rests on nothing but the model's word. A text of a
/// result that is one of its call's arguments, or a piece of a longer one, says nothing; an argument within quotation
/// marks, and a longer one anywhere, is left out of what a text says. Case and white space make no difference. A short
/// argument within other words is left in: a search for "30 days" finds articles that say so themselves. Only arguments
/// with a figure are looked for; most calls have none.
struct WrittenArguments: Sendable {
    /// So long that it does not stand in a result by chance.
    private static let longMin = 24
    /// So long that a piece of an argument is no value of its own.
    private static let pieceMin = 16
    /// Texts and bytes that are remembered of one request's calls, the first; what is beyond is taken as it comes.
    private static let textsMax = 64
    private static let bytesMax = 65_536

    /// All arguments of the call whose result is looked at.
    private var own: Set<String> = []
    /// The long ones of all calls.
    private var long: [String] = []

    init() {}

    init(_ calls: [JSONObject]) {
        var bytes = 0
        for call in calls {
            for text in Self.texts(of: call) where text.utf8.count >= Self.longMin {
                bytes += text.utf8.count
                guard long.count < Self.textsMax, bytes <= Self.bytesMax else { return }
                long.append(text)
            }
        }
    }

    /// The same for the result of one call.
    func of(_ arguments: JSONObject) -> WrittenArguments {
        var copy = self
        copy.own = Set(Self.texts(of: arguments).prefix(Self.textsMax))
        return copy
    }

    /// What a text says beside the arguments; `nil` when it repeats none.
    func rest(of text: String) -> String? {
        guard !own.isEmpty || !long.isEmpty, text.utf8.contains(where: { $0.isDigit || $0.isLetter }) else {
            return nil
        }
        let plain = Self.plain(text)
        if own.contains(plain) { return "" }
        let isPiece = plain.utf8.count >= Self.pieceMin
        var rest = plain
        for argument in long {
            if isPiece, argument.utf8.count >= plain.utf8.count, argument.contains(plain) { return "" }
            if rest.utf8.count >= argument.utf8.count { rest = rest.replacing(argument, with: " ") }
        }
        for argument in own where rest.utf8.count > argument.utf8.count + 1 && rest.contains(argument) {
            for (open, close) in [("“", "”"), ("\"", "\""), ("'", "'"), ("‘", "’"), ("`", "`"), ("«", "»"), ("„", "“")]
            {
                rest = rest.replacing(open + argument + close, with: " ")
            }
        }
        return rest == plain ? nil : rest
    }

    private static func texts(of arguments: JSONObject) -> [String] {
        var texts: [String] = []
        var waiting: [JSONValue] = [.object(arguments)]
        while let value = waiting.popLast(), texts.count < textsMax {
            switch value {
            case .string(let text):
                if hasFigure(text) { texts.append(plain(text)) }
            case .array(let items): waiting += items
            case .object(let object): waiting += object.map(\.value)
            case .number, .bool, .null: continue
            }
        }
        return texts
    }

    private static func hasFigure(_ text: String) -> Bool {
        var scanner = FigureScanner(signs: NumberSigns())
        scanner.takesBareWords = true
        var hasFigure = false
        scanner.scan(text) { item in
            if case .figure = item { hasFigure = true }
        }
        return hasFigure
    }

    private static func plain(_ text: String) -> String {
        text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
