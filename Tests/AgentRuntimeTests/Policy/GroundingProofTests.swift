import AgentRuntime
import TestSupport
import Testing

/// A thousand answers over drawn results, and each of them again with one digit of one figure changed.
@Suite("Proof of the grounding gate")
struct GroundingProofTests {
    @Test("One digit changed in a thousand answers is caught every time, and the clean ones pass")
    func oneDigit() throws {
        var random = Draw(seed: 4711)
        var falseMarks = 0
        var missed: [String] = []
        var tried = 0
        for number in 0..<1000 {
            let scripted = ScriptedCase(number, &random)
            let gate = GroundingGateTests.gate(scripted.result, locale: scripted.locale)
            let clean = GroundingGateTests.whole(scripted.answer, gate)
            if !clean.ungrounded.isEmpty { falseMarks += 1 }
            guard let (changed, figure) = scripted.withOneDigitChanged(&random) else { continue }
            tried += 1
            let caught = GroundingGateTests.whole(changed, gate)
            if caught.ungrounded.isEmpty { missed.append("\(figure) in \(changed)") }
            #expect(caught.text.replacing(GroundingGate.mark, with: "") == changed)
        }
        print(
            "grounding gate: \(tried) changed digits, \(missed.count) missed; 1000 clean answers, \(falseMarks) marked"
        )
        #expect(tried >= 1000)
        #expect(missed == [])
        #expect(falseMarks <= 10)
    }

    @Test("Over a large result, few wrong figures pass by accident")
    func falseAcceptance() {
        var random = Draw(seed: 99)
        let rows: [JSONValue] = (0..<400).map { number in
            ["name": .string("Row \(number)"), "value": .integer(10_000 + random.below(9_000_000)), "rows": 3]
        }
        let gate = GroundingGateTests.gate(["value": 12_345_678, "groups": .array(rows)])
        var passed = (amounts: 0, percentages: 0)
        for _ in 0..<1000 {
            let amount = "It is \(10_000 + random.below(9_000_000)) now."
            if GroundingGateTests.whole(amount, gate).ungrounded.isEmpty { passed.amounts += 1 }
            let percentage = "It is \(random.below(100)).\(1 + random.below(9))% now."
            if GroundingGateTests.whole(percentage, gate).ungrounded.isEmpty { passed.percentages += 1 }
        }
        print(
            "grounding gate: of 1000 made-up amounts \(passed.amounts) passed, of 1000 percentages \(passed.percentages)"
        )
        #expect(passed.amounts <= 10)
        #expect(passed.percentages <= 10)
    }
}

/// A drawn sequence that repeats itself (splitmix64).
struct Draw {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }
}

/// One answer in the words of a model over a drawn result, with the places of its figures.
private struct ScriptedCase {
    let result: JSONValue
    let answer: String
    let locale = "en-US"
    /// Figures that a changed digit makes wrong.
    private let figures: [String]

    init(_ number: Int, _ random: inout Draw) {
        let names = ["North", "South", "West", "East"].prefix(2 + random.below(3))
        let values = names.map { _ in 100_000 + random.below(9_899_999) }
        let total = values.reduce(0, +)
        let before = total - total / (5 + random.below(20)) + random.below(9)
        let rate = 1 + random.below(98)
        let groups = zip(names, values).map { name, value -> JSONValue in
            ["name": .string(name), "value": .integer(value)]
        }
        result = [
            "value": .integer(total), "comparison": ["kind": "prior_period", "value": .integer(before)],
            "groups": .array(groups), "rows": .integer(100 + random.below(900)),
            "period": ["start_date": "2025-04-01", "end_date": "2025-06-30"],
            "rate": .number(JSONNumber(Double(rate) / 1000 + 0.3)),
        ]
        func grouped(_ value: Int) -> String { FigureFormat().number(value) }
        func percent(_ part: Int, _ whole: Int) -> String {
            let ratio = ExactNumber(part).divided(by: ExactNumber(whole), places: 12) ?? .zero
            return FigureFormat().percent(ratio)
        }
        let amount = "$" + grouped(total)
        let former = "$" + grouped(before)
        let more = "$" + grouped(total - before)
        let first = grouped(values[0])
        let short = "\(ExactNumber(total).shifted(by: -6).rounded(places: 3))M"
        let growth = percent(total - before, before)
        let share = percent(values[0], total)
        let sentences = [
            "In Q2 2025 it was \(amount), up \(growth) from \(former).",
            "1. It rose by \(more) to \(amount) (see [1]).",
            "**\(names[0])** made \(first), which is \(share) of \(amount), as of 2025-06-30.",
            "| Region | Value |\n|---|---|\n| \(names[0]) | \(first) |\n| Total | \(amount) |",
            "About $\(short) against \(former) the quarter before, so \(more) more; step 2 would be June 30, 2025.",
        ]
        let all = [[amount, former], [more, amount], [first, amount], [first, amount], [short, former, more]]
        let kind = number % sentences.count
        answer = sentences[kind]
        figures = all[kind]
    }

    /// The answer with one digit of one figure replaced by another digit.
    func withOneDigitChanged(_ random: inout Draw) -> (String, String)? {
        let figure = figures[random.below(figures.count)]
        guard let place = answer.firstRange(of: figure) else { return nil }
        let digits = figure.indices.filter { figure[$0].isNumber }
        let index = digits[random.below(digits.count)]
        guard let digit = figure[index].wholeNumberValue else { return nil }
        var changed = figure
        // A zero ahead would make an identifier of it.
        let isFirst = index == digits.first
        var other = (digit + 1 + random.below(9)) % 10
        if isFirst, other == 0 { other = digit == 9 ? 8 : digit + 1 }
        changed.replaceSubrange(index...index, with: "\(other)")
        return (answer.replacingCharacters(in: place, with: changed), changed)
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
        var copy = self
        copy.replaceSubrange(range, with: text)
        return copy
    }
}
