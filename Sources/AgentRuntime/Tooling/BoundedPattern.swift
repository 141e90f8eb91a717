// Regular expressions of schemas, matched in linear time. A schema may come from outside and so may the text, so a
// backtracking engine would let one of them stop a loop: this one follows all readings side by side (Thompson 1968).
//
// Understood: literals, `.`, classes `[a-z]` `[^…]`, `\d \w \s \D \W \S` (ASCII), `\t \n \r \f \v \0 \uXXXX`,
// anchors `^ $`, groups `(…)` and `(?:…)`, `|`, and the quantifiers `* + ? {n} {n,} {n,m}`.
// Refused: back-references, look-around, lazy and possessive quantifiers, word boundaries, Unicode properties.
// As in JSON Schema, a pattern matches anywhere unless it is anchored.

/// A compiled regular expression of a bounded size.
package struct BoundedPattern: Sendable, Hashable {
    /// A pattern that is not understood: what is wrong and where.
    package struct Failure: Error, Sendable, Hashable {
        package var message: String
        /// The position in the pattern, in code points.
        package var offset: Int
    }

    /// The longest text that is matched, in code points; a longer one does not match.
    package static let longestText = 16_384
    /// The largest program a pattern may become.
    static let longestProgram = 512

    package let source: String
    private let program: [Instruction]

    package init(_ source: String) throws(Failure) {
        self.source = source
        var parser = Parser(scalars: Array(source.unicodeScalars))
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
        var current = ThreadList(capacity: program.count)
        var next = ThreadList(capacity: program.count)
        for position in 0...scalars.count {
            // A new reading may begin at every position: the pattern is not anchored by itself.
            follow(0, at: position, end: scalars.count, into: &current)
            if current.hasMatched { return true }
            guard position < scalars.count else { return false }
            for index in current.entries {
                if case .take(let set) = program[index], set.contains(scalars[position]) {
                    follow(index + 1, at: position + 1, end: scalars.count, into: &next)
                }
            }
            if next.hasMatched { return true }
            swap(&current, &next)
            next.removeAll()
        }
        return false
    }

    private func follow(_ start: Int, at position: Int, end: Int, into list: inout ThreadList) {
        var waiting = [start]
        while let index = waiting.popLast() {
            guard list.insert(index) else { continue }
            switch program[index] {
            case .take: break
            case .match: list.hasMatched = true
            case .jump(let target): waiting.append(target)
            case .split(let first, let second): waiting += [first, second]
            case .start: if position == 0 { waiting.append(index + 1) }
            case .end: if position == end { waiting.append(index + 1) }
            }
        }
    }

    /// The instructions that are live at one position, each once.
    private struct ThreadList {
        var entries: [Int] = []
        var hasMatched = false
        private var isPresent: [Bool]

        init(capacity: Int) { isPresent = Array(repeating: false, count: capacity) }

        mutating func insert(_ index: Int) -> Bool {
            guard !isPresent[index] else { return false }
            isPresent[index] = true
            entries.append(index)
            return true
        }

        mutating func removeAll() {
            for index in entries { isPresent[index] = false }
            entries.removeAll(keepingCapacity: true)
            hasMatched = false
        }
    }
}

extension BoundedPattern {
    enum Instruction: Sendable, Hashable {
        case take(ScalarSet)
        case split(Int, Int)
        case jump(Int)
        case start
        case end
        case match
    }

    indirect enum Node {
        case empty
        case take(ScalarSet)
        case start
        case end
        case sequence([Node])
        case choice([Node])
        case repeated(Node, least: Int, most: Int?)
    }

    /// A set of code points as ranges, or everything but them.
    struct ScalarSet: Sendable, Hashable {
        var ranges: [ClosedRange<UInt32>]
        var isInverted = false

        static let digits = ScalarSet(ranges: [48...57])
        static let words = ScalarSet(ranges: [48...57, 65...90, 95...95, 97...122])
        static let spaces = ScalarSet(ranges: [9...13, 32...32, 0xA0...0xA0, 0x2028...0x2029, 0xFEFF...0xFEFF])
        /// What `.` stands for: all but the ends of lines.
        static let dot = ScalarSet(ranges: [10...10, 13...13, 0x2028...0x2029], isInverted: true)

        func contains(_ scalar: Unicode.Scalar) -> Bool {
            ranges.contains { $0.contains(scalar.value) } != isInverted
        }

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
