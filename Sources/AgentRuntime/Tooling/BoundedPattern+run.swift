extension BoundedPattern {
    /// A search through one text: all readings side by side, each instruction once at each place.
    struct Run {
        let scalars: [Unicode.Scalar]
        /// Instructions that may still be looked at; negative when there were too few.
        var steps: Int

        /// Whether a program matches from a place on; `isAnchored` at that place only.
        ///
        /// The text is read until `end`; with `endingAtEnd` the match must end there.
        mutating func search(
            _ program: [Instruction],
            from start: Int,
            until end: Int,
            isAnchored: Bool,
            endingAtEnd: Bool
        ) -> Bool {
            var current = ThreadList(capacity: program.count)
            var next = ThreadList(capacity: program.count)
            for position in start...end {
                // A new reading may begin at every place: a pattern is not anchored by itself.
                if !isAnchored || position == start { follow(0, of: program, at: position, into: &current) }
                if current.hasMatched, !endingAtEnd || position == end { return true }
                guard position < end, steps >= 0, !isAnchored || !current.entries.isEmpty else { return false }
                for index in current.entries {
                    if case .take(let set) = program[index], set.contains(scalars[position]) {
                        follow(index + 1, of: program, at: position + 1, into: &next)
                    }
                }
                swap(&current, &next)
                next.removeAll()
            }
            return false
        }

        private mutating func follow(
            _ start: Int,
            of program: [Instruction],
            at position: Int,
            into list: inout ThreadList
        ) {
            var waiting = [start]
            while let index = waiting.popLast() {
                guard list.insert(index) else { continue }
                steps -= 1
                switch program[index] {
                case .take: break
                case .match: list.hasMatched = true
                case .jump(let target): waiting.append(target)
                case .split(let first, let second): waiting += [first, second]
                case .start: if position == 0 { waiting.append(index + 1) }
                case .end: if position == scalars.count { waiting.append(index + 1) }
                case .boundary(let isEdge): if isEdge == self.isEdge(position) { waiting.append(index + 1) }
                case .look(let look): if holds(look, at: position) { waiting.append(index + 1) }
                }
            }
        }

        private func isEdge(_ position: Int) -> Bool {
            func isWord(_ index: Int) -> Bool {
                scalars.indices.contains(index) && ScalarSet.words.contains(scalars[index])
            }
            return isWord(position - 1) != isWord(position)
        }

        private mutating func holds(_ look: Look, at position: Int) -> Bool {
            let isThere =
                look.isBehind
                ? search(look.program, from: 0, until: position, isAnchored: false, endingAtEnd: true)
                : search(look.program, from: position, until: scalars.count, isAnchored: true, endingAtEnd: false)
            return isThere != look.isNegated
        }
    }

    /// The instructions that are live at one place, each once.
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
