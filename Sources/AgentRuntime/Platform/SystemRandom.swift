internal import COpenSSL

/// Unpredictable bytes from libcrypto's generator, which the operating system seeds.
///
/// A few at a time come from a stock that is drawn at once, since the generator's price is one per call; what was given
/// out is wiped from it.
package struct SystemRandom: RandomSource {
    private static let stockCount = 4096
    /// Requests up to this size are served from the stock.
    private static let smallCount = 64
    private static let stock = Guarded<[UInt8]>([])

    package init() {}

    package func bytes(_ count: Int) -> [UInt8] {
        guard count > 0, count <= Self.smallCount else { return Self.drawn(count) }
        return Self.stock.with { stock in
            if stock.count < count { stock = Self.drawn(Self.stockCount) }
            let taken = Array(stock.suffix(count))
            for place in stock.indices.suffix(count) { stock[place] = 0 }
            stock.removeLast(count)
            return taken
        }
    }

    private static func drawn(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            // Going on with predictable bytes would be worse than ending.
            precondition(count == 0 || RAND_bytes(buffer.baseAddress, Int32(count)) == 1, "no random bytes")
            initialized = count
        }
    }
}
