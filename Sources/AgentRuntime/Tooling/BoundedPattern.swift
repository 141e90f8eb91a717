// Regular expressions of schemas, matched in linear time. A schema may come from outside and so may the text, so a
// backtracking engine would let one of them stop a loop: this one follows all readings side by side (Thompson 1968).
//
// Understood: literals, `.`, classes `[a-z]` `[^…]`, `\d \w \s \D \W \S` (ASCII), `\t \n \r \f \v \0 \uXXXX`,
// anchors `^ $`, groups `(…)` and `(?:…)`, `|`, and the quantifiers `* + ? {n} {n,} {n,m}`.
// Refused: back-references, look-around, lazy and possessive quantifiers, word boundaries, Unicode properties.
// As in JSON Schema, a pattern matches anywhere unless it is anchored.
//
// The dialect of searches, which suites use, has besides: look-around `(?=…)` `(?!…)` `(?<=…)` `(?<!…)`, named groups,
// `\b \B`, `\xXX`, `(?i)` at the start, and lazy quantifiers, which find the same texts as greedy ones.

/// A compiled regular expression of a bounded size.
package struct BoundedPattern: Sendable, Hashable {
    /// A pattern that is not understood: what is wrong and where.
    package struct Failure: Error, Sendable, Hashable {
        package var message: String
        /// The position in the pattern, in code points.
        package var offset: Int
    }

    /// What may stand in a pattern.
    package enum Dialect: Sendable, Hashable {
        case schema, search
    }

    /// The longest text that is matched, in code points; a longer one does not match.
    package static let longestText = 16_384
    /// The largest program a pattern may become.
    static let longestProgram = 512

    package let source: String
    private let program: [Instruction]

    package init(_ source: String, _ dialect: Dialect = .schema) throws(Failure) {
        self.source = source
        var parser = Parser(scalars: Array(source.unicodeScalars), dialect: dialect)
        let node = try parser.parse()
        var program: [Instruction] = []
        try BoundedPattern.emit(node, into: &program)
        program.append(.match)
        self.program = program
    }

    /// Whether the pattern matches somewhere in the text.
    package func matches(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars.prefix(BoundedPattern.longestText + 1))
        guard scalars.count <= BoundedPattern.longestText else { return false }
        return found(in: scalars, steps: .max) ?? false
    }

    /// Whether the pattern matches somewhere; `nil` when that takes more than so many steps.
    func found(in scalars: [Unicode.Scalar], steps: Int) -> Bool? {
        var run = Run(scalars: scalars, steps: steps)
        let isFound = run.search(program, from: 0, until: scalars.count, isAnchored: false, endingAtEnd: false)
        return run.steps < 0 ? nil : isFound
    }
}

extension BoundedPattern {
    enum Instruction: Sendable, Hashable {
        case take(ScalarSet)
        case split(Int, Int)
        case jump(Int)
        case start
        case end
        /// The edge of a word, or no edge.
        case boundary(Bool)
        case look(Look)
        case match
    }

    /// A pattern that must, or must not, match before or after a place without taking part in the match.
    struct Look: Sendable, Hashable {
        var isBehind: Bool
        var isNegated: Bool
        var program: [Instruction]
    }

    indirect enum Node {
        case empty
        case take(ScalarSet)
        case start
        case end
        case boundary(Bool)
        case look(Node, isBehind: Bool, isNegated: Bool)
        case sequence([Node])
        case choice([Node])
        case repeated(Node, least: Int, most: Int?)
    }

    /// A set of code points as ranges, or everything but them.
    struct ScalarSet: Sendable, Hashable {
        var ranges: [ClosedRange<UInt32>]
        var isInverted = false
        var ignoresCase = false

        static let digits = ScalarSet(ranges: [48...57])
        static let words = ScalarSet(ranges: [48...57, 65...90, 95...95, 97...122])
        static let spaces = ScalarSet(ranges: [9...13, 32...32, 0xA0...0xA0, 0x2028...0x2029, 0xFEFF...0xFEFF])
        /// What `.` stands for: all but the ends of lines.
        static let dot = ScalarSet(ranges: [10...10, 13...13, 0x2028...0x2029], isInverted: true)

        func contains(_ scalar: Unicode.Scalar) -> Bool {
            guard ignoresCase else { return holds(scalar.value) != isInverted }
            let cases =
                scalar.properties.lowercaseMapping.unicodeScalars + scalar.properties.uppercaseMapping.unicodeScalars
            return cases.contains { holds($0.value) } != isInverted
        }

        private func holds(_ value: UInt32) -> Bool { ranges.contains { $0.contains(value) } }

        var inverted: ScalarSet { ScalarSet(ranges: ranges, isInverted: !isInverted) }

        /// The set as plain ranges, for the inside of a class.
        var plainRanges: [ClosedRange<UInt32>] {
            guard isInverted else { return ranges }
            var result: [ClosedRange<UInt32>] = []
            var next: UInt32 = 0
            for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
                if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
                next = max(next, range.upperBound + 1)
            }
            if next <= 0x10FFFF { result.append(next...0x10FFFF) }
            return result
        }
    }

    private static func emit(_ node: Node, into program: inout [Instruction]) throws(Failure) {
        guard program.count < longestProgram else {
            throw Failure(message: "is too large once its repetitions are written out", offset: 0)
        }
        switch node {
        case .empty: break
        case .take(let set): program.append(.take(set))
        case .start: program.append(.start)
        case .end: program.append(.end)
        case .boundary(let isEdge): program.append(.boundary(isEdge))
        case .look(let inner, let isBehind, let isNegated):
            var part: [Instruction] = []
            try emit(inner, into: &part)
            part.append(.match)
            program.append(.look(Look(isBehind: isBehind, isNegated: isNegated, program: part)))
        case .sequence(let parts): for part in parts { try emit(part, into: &program) }
        case .choice(let branches): try emitChoice(branches, into: &program)
        case .repeated(let inner, let least, let most):
            for _ in 0..<least { try emit(inner, into: &program) }
            if let most {
                var splits: [Int] = []
                for _ in least..<most {
                    splits.append(program.count)
                    program.append(.jump(0))
                    try emit(inner, into: &program)
                }
                for split in splits { program[split] = .split(split + 1, program.count) }
            } else {
                let split = program.count
                program.append(.jump(0))
                try emit(inner, into: &program)
                program.append(.jump(split))
                program[split] = .split(split + 1, program.count)
            }
        }
    }

    private static func emitChoice(_ branches: [Node], into program: inout [Instruction]) throws(Failure) {
        var jumps: [Int] = []
        for (number, branch) in branches.enumerated() {
            let split = program.count
            let isLast = number == branches.count - 1
            if !isLast { program.append(.jump(0)) }
            try emit(branch, into: &program)
            guard !isLast else { break }
            jumps.append(program.count)
            program.append(.jump(0))
            program[split] = .split(split + 1, program.count)
        }
        for jump in jumps { program[jump] = .jump(program.count) }
    }
}
