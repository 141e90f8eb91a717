/// Pseudo-random numbers that are the same for the same seed on every machine (SplitMix64).
///
/// Demo companies are made with it, so that their data is fixed without being stored.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// A whole number of the range.
    mutating func number(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// A number from −1 to 1.
    mutating func swing() -> Double { Double(next() >> 11) / Double(1 << 52) - 1 }

    mutating func element<T>(of list: [T]) -> T { list[number(in: 0...list.count - 1)] }
}

/// Divides a whole amount by weights: the parts are whole and sum to it exactly.
enum Apportionment {
    static func parts(of total: Int64, by weights: [Double]) -> [Int64] {
        let whole = weights.reduce(0, +)
        guard whole > 0, let last = weights.indices.last else { return [] }
        var parts = weights.map { Int64((Double(total) * $0 / whole).rounded()) }
        parts[last] += total - parts.reduce(0, +)
        return parts
    }
}
