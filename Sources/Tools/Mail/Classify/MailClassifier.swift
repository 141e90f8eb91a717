internal import AgentRuntime
internal import Foundation

/// Sorts texts into the categories that people gave to others: multinomial naive Bayes over words and pairs of words.
///
/// For a text with features f₁…fₙ (each counted once) and categories c:
///
///     score(c) = log P(c) + Σ log P(fᵢ | c),   P(f | c) = (N(f, c) + α) / (N(c) + α·V)
///
/// N(f, c) is the number of labelled texts of c that hold f, N(c) the sum over all f, V the number of features,
/// α = 0.1 (Manning, Raghavan, Schütze, Introduction to Information Retrieval, §13.2 and §13.3). The features of a
/// text are not independent, so posteriors of the plain sum are far too sure; for the confidence the sum of the
/// features is divided by √n before the softmax, which changes no order between categories of equal size.
///
/// Fitting and reading are linear in the length of the texts; `labelledMax` texts of `tokensMax` words are read.
package struct MailClassifier: Sendable {
    package static let labelledMax = 20_000
    static let tokensMax = 400
    /// With fewer labelled texts, or fewer categories than two, there is nothing to fit.
    package static let labelledMin = 10
    private static let alpha = 0.1

    package let categories: [String]
    private let counts: [String: [Int32: Double]]
    private let totals: [Double]
    private let priors: [Double]

    package struct Score: Sendable, Hashable {
        package var category: String
        /// From 0 to 1.
        package var confidence: Double
    }

    /// `nil` when there is too little to learn from.
    package init?(_ labelled: [(text: String, category: String)]) {
        guard labelled.count >= MailClassifier.labelledMin else { return nil }
        var numbers: [String: Int32] = [:]
        // Capitals make no difference; the first spelling is kept.
        var names: [String] = []
        var counts: [String: [Int32: Double]] = [:]
        var totals: [Double] = []
        var texts: [Double] = []
        for (text, category) in labelled {
            let key = category.lowercased()
            let number = numbers[key] ?? Int32(names.count)
            if numbers[key] == nil {
                numbers[key] = number
                names.append(category)
                totals.append(0)
                texts.append(0)
            }
            texts[Int(number)] += 1
            for feature in MailClassifier.features(text) {
                counts[feature, default: [:]][number, default: 0] += 1
                totals[Int(number)] += 1
            }
        }
        guard names.count > 1 else { return nil }
        categories = names
        self.counts = counts
        self.totals = totals
        let all = texts.reduce(0, +)
        priors = texts.map { log(($0 + 1) / (all + Double(names.count))) }
    }

    /// All categories, the likeliest first; ties in the order of their names.
    package func scores(_ text: String) -> [Score] {
        var sums = [Double](repeating: 0, count: categories.count)
        let vocabulary = Double(counts.count)
        let denominators = totals.map { log($0 + MailClassifier.alpha * vocabulary) }
        var used = 0.0
        // In a fixed order, so that rounding comes out the same in every process.
        for feature in MailClassifier.features(text).sorted() {
            // A feature that no labelled text holds says nothing about any of them.
            guard let known = counts[feature] else { continue }
            used += 1
            for index in sums.indices {
                let count = known[Int32(index)] ?? 0
                sums[index] += log(count + MailClassifier.alpha) - denominators[index]
            }
        }
        let scale = max(1, used.squareRoot())
        let order = sums.indices.sorted { left, right in
            let (first, second) = (priors[left] + sums[left], priors[right] + sums[right])
            return first != second ? first > second : categories[left] < categories[right]
        }
        let logits = sums.indices.map { priors[$0] + sums[$0] / scale }
        let top = logits.max() ?? 0
        let weights = logits.map { exp($0 - top) }
        let total = weights.reduce(0, +)
        return order.map { Score(category: categories[$0], confidence: weights[$0] / total) }
    }

    // MARK: Features

    /// What is read of a mail: its subject and what its sender wrote; quotations do not count.
    package static func words(subject: String, text: String) -> String { subject + "\n" + MailText.own(text) }

    private static func features(_ text: String) -> Set<String> {
        let words = tokens(text, max: tokensMax)
        var features = Set(words)
        for (first, second) in zip(words, words.dropFirst()) { features.insert(first + " " + second) }
        return features
    }

    /// Words in lower case; figures become a sign of their kind, as their value says nothing about the topic.
    static func tokens(_ text: String, max count: Int) -> [String] {
        var words: [String] = []
        var word = ""
        var hasDigit = false
        func finish() {
            guard !word.isEmpty else { return }
            if hasDigit {
                words.append(word.contains(where: \.isLetter) ? "#code" : "#number")
            } else if word.utf8.count <= 40 {
                words.append(word)
            }
            (word, hasDigit) = ("", false)
        }
        for scalar in text.unicodeScalars {
            guard words.count < count else { return words }
            if scalar.properties.isAlphabetic {
                word += scalar.properties.lowercaseMapping
            } else if scalar.properties.numericType != nil {
                word.unicodeScalars.append(scalar)
                hasDigit = true
            } else if scalar == "'" || scalar == "’" {
                continue
            } else {
                finish()
            }
        }
        finish()
        return Array(words.prefix(count))
    }
}
