/// Solves small symmetric positive definite systems.
///
/// The factor is L with A = L·Lᵀ (Golub, Van Loan, Matrix Computations, 4th ed., algorithm 4.2.1).
struct Cholesky: Sendable {
    private let factor: [[Double]]

    /// `nil` for a matrix that is not positive definite to working precision.
    init?(_ matrix: [[Double]]) {
        let count = matrix.count
        var factor = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
        for row in 0..<count {
            for column in 0...row {
                var sum = matrix[row][column]
                for index in 0..<column { sum -= factor[row][index] * factor[column][index] }
                if row == column {
                    guard sum > 1e-12, sum.isFinite else { return nil }
                    factor[row][row] = sum.squareRoot()
                } else {
                    factor[row][column] = sum / factor[column][column]
                }
            }
        }
        self.factor = factor
    }

    func solve(_ right: [Double]) -> [Double] {
        let count = factor.count
        var solution = right
        for row in 0..<count {
            for column in 0..<row { solution[row] -= factor[row][column] * solution[column] }
            solution[row] /= factor[row][row]
        }
        for row in stride(from: count - 1, through: 0, by: -1) {
            for column in (row + 1)..<max(count, row + 1) { solution[row] -= factor[column][row] * solution[column] }
            solution[row] /= factor[row][row]
        }
        return solution
    }
}
