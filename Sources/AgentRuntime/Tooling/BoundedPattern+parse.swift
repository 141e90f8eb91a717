// Reads a pattern into its tree; the grammar is in `BoundedPattern.swift`.

extension BoundedPattern {
    struct Parser {
        let scalars: [Unicode.Scalar]
        private let isSearch: Bool
        private var ignoresCase = false
        private var position = 0
        private var depth = 0

        init(scalars: [Unicode.Scalar], dialect: Dialect) {
            self.scalars = scalars
            isSearch = dialect == .search
        }

        mutating func parse() throws(Failure) -> Node {
            guard scalars.count <= 4096 else { throw failure("is longer than 4,096 characters") }
            if isSearch, scalars.starts(with: "(?i)".unicodeScalars) {
                ignoresCase = true
                position = 4
            }
            let node = try choice()
            guard position == scalars.count else { throw failure("has a `)` without its `(`") }
            return node
        }

        private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

        private func failure(_ message: String) -> Failure { Failure(message: message, offset: position) }

        private mutating func accept(_ scalar: Unicode.Scalar) -> Bool {
            guard next == scalar else { return false }
            position += 1
            return true
        }

        private mutating func choice() throws(Failure) -> Node {
            depth += 1
            defer { depth -= 1 }
            guard depth <= 32 else { throw failure("has groups nested deeper than 32") }
            var branches = [try sequence()]
            while accept("|") { branches.append(try sequence()) }
            return branches.count == 1 ? branches[0] : .choice(branches)
        }

        private mutating func sequence() throws(Failure) -> Node {
            var parts: [Node] = []
            while let scalar = next, scalar != "|", scalar != ")" {
                let part = try atom()
                parts.append(try quantified(part))
            }
            return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
        }

        private mutating func atom() throws(Failure) -> Node {
            guard let scalar = next else { return .empty }
            position += 1
            switch scalar {
            case "^": return .start
            case "$": return .end
            case ".": return .take(.dot)
            case "[": return take(try bracketed())
            case "\\":
                if isSearch, accept("b") { return .boundary(true) }
                if isSearch, accept("B") { return .boundary(false) }
                return take(try escaped())
            case "(": return try group()
            case "*", "+", "?", "{": throw failure("repeats nothing")
            default: return take(ScalarSet(ranges: [scalar.value...scalar.value]))
            }
        }

        private func take(_ set: ScalarSet) -> Node {
            var set = set
            set.ignoresCase = ignoresCase
            return .take(set)
        }

        /// A group, its `(` taken.
        private mutating func group() throws(Failure) -> Node {
            var look: (isBehind: Bool, isNegated: Bool)?
            if accept("?"), !accept(":") {
                guard isSearch else { throw failure("uses a look-around or a named group") }
                let isBehind = accept("<")
                if accept("=") {
                    look = (isBehind, false)
                } else if accept("!") {
                    look = (isBehind, true)
                } else if isBehind {
                    while let scalar = next, ScalarSet.words.contains(scalar) { position += 1 }
                    guard accept(">") else { throw failure("has a group whose name does not end") }
                } else {
                    throw failure("uses a kind of group that is not supported")
                }
            }
            let inner = try choice()
            guard accept(")") else { throw failure("has a `(` without its `)`") }
            return look.map { .look(inner, isBehind: $0.isBehind, isNegated: $0.isNegated) } ?? inner
        }

        private mutating func quantified(_ part: Node) throws(Failure) -> Node {
            let bounds: (least: Int, most: Int?)
            if accept("*") {
                bounds = (0, nil)
            } else if accept("+") {
                bounds = (1, nil)
            } else if accept("?") {
                bounds = (0, 1)
            } else if accept("{") {
                bounds = try counts()
            } else {
                return part
            }
            // Whether a text matches does not depend on how much a quantifier likes to take.
            if isSearch { _ = accept("?") }
            if let following = next, following == "?" || following == "+" || following == "*" || following == "{" {
                throw failure("uses a lazy, possessive or double quantifier")
            }
            return .repeated(part, least: bounds.least, most: bounds.most)
        }

        private mutating func counts() throws(Failure) -> (Int, Int?) {
            let least = try count()
            var most: Int? = least
            if accept(",") { most = next == "}" ? nil : try count() }
            guard accept("}") else { throw failure("has an unfinished `{`") }
            if let most, most < least { throw failure("has a range of repetitions that goes backwards") }
            return (least, most)
        }

        private mutating func count() throws(Failure) -> Int {
            var value = 0
            var digits = 0
            while let scalar = next, ("0"..."9").contains(scalar) {
                value = value * 10 + Int(scalar.value - 48)
                digits += 1
                position += 1
                guard value <= BoundedPattern.longestProgram else { throw failure("repeats too often") }
            }
            guard digits > 0 else { throw failure("has a `{` without a number") }
            return value
        }

        private mutating func bracketed() throws(Failure) -> ScalarSet {
            var set = ScalarSet(ranges: [])
            set.isInverted = accept("^")
            while let scalar = next, scalar != "]" {
                let low = try member()
                if next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" {
                    position += 1
                    let high = try member()
                    guard let first = single(low), let last = single(high), first <= last else {
                        throw failure("has a class with a range that goes backwards")
                    }
                    set.ranges.append(first...last)
                } else {
                    set.ranges += low
                }
            }
            guard accept("]") else { throw failure("has a `[` without its `]`") }
            return set
        }

        private func single(_ ranges: [ClosedRange<UInt32>]) -> UInt32? {
            ranges.count == 1 && ranges[0].count == 1 ? ranges[0].lowerBound : nil
        }

        private mutating func member() throws(Failure) -> [ClosedRange<UInt32>] {
            guard let scalar = next else { throw failure("has a `[` without its `]`") }
            position += 1
            return scalar == "\\" ? try escaped().plainRanges : [scalar.value...scalar.value]
        }

        private mutating func escaped() throws(Failure) -> ScalarSet {
            guard let scalar = next else { throw failure("ends in a `\\`") }
            position += 1
            switch scalar {
            case "d": return .digits
            case "D": return .digits.inverted
            case "w": return .words
            case "W": return .words.inverted
            case "s": return .spaces
            case "S": return .spaces.inverted
            case "t": return ScalarSet(ranges: [9...9])
            case "n": return ScalarSet(ranges: [10...10])
            case "v": return ScalarSet(ranges: [11...11])
            case "f": return ScalarSet(ranges: [12...12])
            case "r": return ScalarSet(ranges: [13...13])
            case "0": return ScalarSet(ranges: [0...0])
            case "u", "x":
                guard scalar == "u" || isSearch else { throw failure("uses `\\x`, which is not supported") }
                var value: UInt32 = 0
                for _ in 0..<(scalar == "u" ? 4 : 2) {
                    guard let digit = next, digit.isASCII, let nibble = Character(digit).hexDigitValue else {
                        throw failure("has a `\\\(scalar)` without its hexadecimal digits")
                    }
                    value = value * 16 + UInt32(nibble)
                    position += 1
                }
                return ScalarSet(ranges: [value...value])
            default:
                let isLetterOrDigit = scalar.isASCII && (Character(scalar).isLetter || Character(scalar).isNumber)
                guard !isLetterOrDigit else { throw failure("uses `\\\(scalar)`, which is not supported") }
                return ScalarSet(ranges: [scalar.value...scalar.value])
            }
        }
    }
}
