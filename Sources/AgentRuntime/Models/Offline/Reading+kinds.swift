// What the words beside a name say about its kind: "the Marketing department", "the account Marketing", "sales and
// costs". A name may be one of several kinds, and of no kind at all.

extension Reading {
    /// Keeps of each phrase with several meanings those that the question allows.
    mutating func settleKinds() {
        for index in items.indices {
            guard case .phrase(let meanings, let likeness) = items[index].content, meanings.count > 1 else { continue }
            var kept = meanings
            if let dimension = kindSaid(of: index) {
                kept = meanings.filter { $0.term.isOf(dimension) }
            } else if isMeasure(index, meanings) {
                kept = meanings.filter { $0.isMeasure }
            }
            guard !kept.isEmpty, kept.count < meanings.count else { continue }
            items[index].content = .phrase(kept, likeness)
        }
    }

    // MARK: Kinds that are said

    /// The dimension that a word beside a name gives it, where it has a value of that name.
    private func kindSaid(of index: Int) -> String? {
        for dimension in kindsBehind(index) + kindsBefore(index) where has(index, dimension) { return dimension }
        return nil
    }

    /// "Marketing department", "the Marketing and Sales departments".
    private func kindsBehind(_ index: Int) -> [String] {
        var next = index + 1
        while next < items.count {
            let dimensions = self.dimensions(next)
            if !dimensions.isEmpty { return dimensions }
            // A list of names shares the word behind its last.
            guard isConjunction(next), next + 1 < items.count, case .phrase = items[next + 1].content else { return [] }
            next += 2
        }
        return []
    }

    /// "department Marketing", "the department of Marketing", "the accounts Rent and Travel".
    private func kindsBefore(_ index: Int) -> [String] {
        var before = index - 1
        var isOwned = false
        while before >= 0 {
            let dimensions = self.dimensions(before)
            if !dimensions.isEmpty {
                // "Revenue by region" is told by the word before it; "accounts of Marketing" are parts of it.
                let word = before > 0 ? singleWord(before - 1) : ""
                let isPart = isOwned && utterance.tokens[items[before].range.upperBound - 1].word.hasSuffix("s")
                return isPart || ["by", "per", "each", "every", "which", "what"].contains(word) ? [] : dimensions
            }
            if singleWord(before) == "of" { isOwned = true }
            if ["of", "called", "named", "the", "our"].contains(singleWord(before)) {
                before -= 1
                continue
            }
            guard isConjunction(before), before > 0, case .phrase = items[before - 1].content else { return [] }
            before -= 2
        }
        return []
    }

    private func dimensions(_ index: Int) -> [String] {
        guard case .phrase(let meanings, _) = items[index].content else { return [] }
        return meanings.compactMap { if case .dimension(let dimension) = $0.term { dimension } else { nil } }
    }

    private func has(_ index: Int, _ dimension: String) -> Bool {
        guard case .phrase(let meanings, _) = items[index].content else { return false }
        return meanings.contains { $0.term.isOf(dimension) }
    }

    private func singleWord(_ index: Int) -> String {
        guard case .word = items[index].content else { return "" }
        return utterance.tokens[items[index].range.lowerBound].word
    }

    private func isConjunction(_ index: Int) -> Bool {
        ["and", "or", ",", "plus"].contains(singleWord(index))
    }

    // MARK: Measures

    /// Whether a phrase that is a measure of every business and also a name of the data is meant as the measure.
    ///
    /// "Why did sales drop" is about revenue, also where a department is called Sales. Beside another measure
    /// ("the costs of Sales") the name is meant, unless the two are set side by side ("sales and costs").
    private func isMeasure(_ index: Int, _ meanings: [Vocabulary.Meaning]) -> Bool {
        guard meanings.contains(where: { $0.isMeasure && !$0.isFromData }),
            meanings.contains(where: { $0.isValue && $0.isFromData }), !isFollowUp
        else { return false }
        let others = items.indices.filter { $0 != index && self.meanings($0).contains(where: \.isMeasure) }
        if others.isEmpty {
            return !items.indices.contains { $0 != index && isListed(index, $0) && sharesDimension(index, $0) }
        }
        return others.contains { isListed(index, $0) && !sharesDimension(index, $0) }
    }

    /// A follow-up may name what the question before was about.
    private var isFollowUp: Bool {
        let words = utterance.tokens.filter { !$0.isSign }.prefix(2).map(\.word)
        return ["and", "also", "then"].contains(words.first ?? "")
            || words == ["what", "about"] || words == ["how", "about"]
    }

    private func meanings(_ index: Int) -> [Vocabulary.Meaning] {
        guard case .phrase(let meanings, _) = items[index].content else { return [] }
        return meanings
    }

    /// Whether two phrases have values of one dimension.
    private func sharesDimension(_ first: Int, _ second: Int) -> Bool {
        !meanings(first).compactMap(\.term.dimension).filter {
            meanings(second).compactMap(\.term.dimension).contains($0)
        }.isEmpty
    }

    /// Whether a word that sets things side by side stands between two phrases, and nothing else that is named.
    private func isListed(_ first: Int, _ second: Int) -> Bool {
        let between = (min(first, second) + 1)..<max(first, second)
        var isJoined = false
        for index in between {
            let words = items[index].range.map { utterance.tokens[$0].word }
            if words.contains(where: Self.sideBySide.contains) { isJoined = true }
            switch items[index].content {
            case .period: return false
            case .word: continue
            case .phrase(let meanings, _):
                let isLanguage = meanings.contains { meaning in
                    switch meaning.term {
                    case .cue, .filler, .order, .comparison: true
                    default: false
                    }
                }
                guard isLanguage else { return false }
            }
        }
        return isJoined
    }

    private static let sideBySide: Set<String> = [
        "and", "or", ",", "/", "vs", "versus", "v", "than", "against", "minus", "less", "to", "with", "plus",
    ]
}

extension Vocabulary.Meaning {
    fileprivate var isValue: Bool { term.dimension != nil }
}

extension Term {
    /// The dimension that it is a value of.
    fileprivate var dimension: String? {
        switch self {
        case .value(let dimension, _), .values(let dimension, _): dimension
        default: nil
        }
    }

    /// Whether it is a value of a dimension; accounts are measures with the dimension before their code.
    fileprivate func isOf(_ dimension: String) -> Bool {
        if case .metric(let metric) = self { return metric.hasPrefix(dimension + ":") }
        return self.dimension == dimension
    }
}
