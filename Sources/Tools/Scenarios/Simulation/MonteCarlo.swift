internal import AgentRuntime

/// Draws variables many times over and works out the months of each drawing.
///
/// A drawing multiplies the open months of the parts that a variable is about by 1 + its value. The same seed gives
/// the same result on every machine.
package struct MonteCarlo: Sendable {
    /// The parts of a statement that figures are sums of.
    enum Part: Int, Sendable, CaseIterable {
        case revenue, cogs, opex, depreciation, other, otherDepreciation
    }

    struct Variable: Sendable {
        var name: String
        var parts: Set<Part>
        var distribution: Distribution
    }

    /// A figure as a signed sum of parts.
    struct Outcome: Sendable {
        var name: String
        var signs: [Double]

        static let all: [Outcome] = [
            Outcome(name: "revenue", signs: [1, 0, 0, 0, 0, 0]), Outcome(name: "cogs", signs: [0, 1, 0, 0, 0, 0]),
            Outcome(name: "opex", signs: [0, 0, 1, 1, 0, 0]), Outcome(name: "costs", signs: [0, 1, 1, 1, 0, 0]),
            Outcome(name: "gross_profit", signs: [1, -1, 0, 0, 0, 0]),
            Outcome(name: "ebitda", signs: [1, -1, -1, 0, 0, 0]),
            Outcome(name: "operating_income", signs: [1, -1, -1, -1, 0, -1]),
            Outcome(name: "net_income", signs: [1, -1, -1, -1, -1, -1]),
        ]
    }

    static let iterationsDefault = 10_000
    static let iterationsMax = 1_000_000
    static let variablesMax = 10

    /// By part, then by month.
    var base: [[Double]]
    /// Months at the start that are booked and stay as they are.
    var bookedMonths: Int
    var variables: [Variable]
    var correlation: CorrelationMatrix
    var outcomes: [Outcome]

    struct Result: Sendable {
        /// One list of samples per outcome.
        var samples: [[Double]]
        /// The mean of each outcome by month.
        var monthlyMeans: [[Double]]
    }

    /// - Throws: `CancellationError` when the task is cancelled; asked every few thousand drawings.
    func run(iterations: Int, seed: UInt64) throws(CancellationError) -> Result {
        let months = base.first?.count ?? 0
        let parts = Part.allCases.count
        let count = variables.count
        var sampler = NormalSampler(seed: seed)
        // One row of samples per outcome, flat, as everything that the drawings go over: a list of lists costs a check
        // and a count of references at every step.
        var drawn = [Double](repeating: 0, count: outcomes.count * iterations)
        let booked = (0..<parts).map { base[$0].prefix(bookedMonths).reduce(0, +) }
        // A factor is the same in every open month, so their sum is taken once.
        let open = (0..<parts).map { base[$0].dropFirst(bookedMonths).reduce(0, +) }
        let lower = (0..<count).flatMap { row in (0..<count).map { $0 <= row ? correlation.lower[row][$0] : 0 } }
        let touches = variables.flatMap { variable in Part.allCases.map { variable.parts.contains($0) } }
        let signs = outcomes.flatMap(\.signs)
        let distributions = variables.map(\.distribution)
        var factors = [Double](repeating: 1, count: parts)
        var factorSums = [Double](repeating: 0, count: parts)
        var z = [Double](repeating: 0, count: count)
        var totals = [Double](repeating: 0, count: parts)
        for iteration in 0..<iterations {
            if iteration & 8191 == 0, Task.isCancelled { throw CancellationError() }
            for index in 0..<count { z[index] = sampler.next() }
            for part in 0..<parts { factors[part] = 1 }
            for index in 0..<count {
                var mixed = 0.0
                for place in 0...index { mixed += lower[index * count + place] * z[place] }
                let factor = 1 + distributions[index].value(at: mixed)
                for part in 0..<parts where touches[index * parts + part] { factors[part] *= factor }
            }
            for part in 0..<parts {
                totals[part] = booked[part] + open[part] * factors[part]
                factorSums[part] += factors[part]
            }
            for index in outcomes.indices {
                var value = 0.0
                for part in 0..<parts { value += signs[index * parts + part] * totals[part] }
                drawn[index * iterations + iteration] = value
            }
        }
        let samples = outcomes.indices.map { Array(drawn[($0 * iterations)..<(($0 + 1) * iterations)]) }
        let means = outcomes.map { outcome in
            (0..<months).map { month in
                (0..<parts).reduce(0.0) { sum, part in
                    let factor = month < bookedMonths ? 1 : factorSums[part] / Double(max(1, iterations))
                    return sum + outcome.signs[part] * base[part][month] * factor
                }
            }
        }
        return Result(samples: samples, monthlyMeans: means)
    }

    /// What an outcome is with every factor given.
    func value(_ outcome: Outcome, factors: [Double]) -> Double {
        Part.allCases.reduce(0.0) { sum, part in
            let months = base[part.rawValue]
            let booked = months.prefix(bookedMonths).reduce(0, +)
            let open = months.dropFirst(bookedMonths).reduce(0, +)
            return sum + outcome.signs[part.rawValue] * (booked + open * factors[part.rawValue])
        }
    }

    func factors(_ values: [Double]) -> [Double] {
        Part.allCases.map { part in
            zip(variables, values).reduce(1.0) { $1.0.parts.contains(part) ? $0 * (1 + $1.1) : $0 }
        }
    }
}

extension MonteCarlo {
    /// A simulation of three variables over some months, for measuring.
    package static func benchmark(months: Int, iterations: Int, seed: UInt64) throws(CancellationError) -> Double {
        let simulation = MonteCarlo(
            base: Part.allCases.map { part in
                (0..<months).map { Double(1_000_000 - part.rawValue * 100_000 + $0 * 1_000) }
            },
            bookedMonths: 0,
            variables: [
                Variable(name: "growth", parts: [.revenue], distribution: .normal(mean: 0.1, deviation: 0.05)),
                Variable(
                    name: "inflation",
                    parts: [.cogs, .opex, .depreciation],
                    distribution: .triangular(low: 0.01, mode: 0.02, high: 0.05)
                ),
                Variable(name: "efficiency", parts: [.opex], distribution: .lognormal(mu: -4, sigma: 0.3)),
            ],
            correlation: .independent(3),
            outcomes: Outcome.all.filter { ["revenue", "costs", "ebitda"].contains($0.name) }
        )
        let result = try simulation.run(iterations: iterations, seed: seed)
        return result.samples.map { SampleSummary($0).percentile(0.5) }.reduce(0, +)
    }
}
