/// What a model costs, in the currency it is priced in.
package struct ModelPrice: Sendable, Hashable {
    /// For a million tokens read.
    package var input: ExactNumber
    /// For a million tokens written.
    package var output: ExactNumber

    package init(input: ExactNumber, output: ExactNumber) {
        self.input = input
        self.output = output
    }

    /// Rounded to a unit of `Money`, half to even; what is beyond its range counts as the most there is.
    package func cost(inputTokens: Int, outputTokens: Int) -> Money {
        guard let read = ExactNumber(inputTokens).multiplied(by: input),
            let written = ExactNumber(outputTokens).multiplied(by: output),
            let sum = read.adding(written), let cost = Money(rounding: sum.shifted(by: -6))
        else { return Money(units: .max) }
        return cost
    }
}
