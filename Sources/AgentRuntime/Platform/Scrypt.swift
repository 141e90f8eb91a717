internal import COpenSSL

/// scrypt (RFC 7914): makes a key from a password, at a cost in time and memory that is chosen.
package enum Scrypt {
    package struct Cost: Sendable, Hashable {
        /// CPU and memory cost N: a power of two above 1.
        package var iterations: Int
        /// Block size r.
        package var blockSize: Int
        /// Parallelisation p.
        package var parallelism: Int

        package init(iterations: Int, blockSize: Int, parallelism: Int) {
            self.iterations = iterations
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        /// 32 MiB and about 0.1 s: for passwords of people.
        package static let interactive = Cost(iterations: 32_768, blockSize: 8, parallelism: 1)

        /// The memory a derivation takes, in bytes: 128·r·(N + p + 2).
        package var memory: Int {
            let (blocks, overflow) = iterations.addingReportingOverflow(parallelism + 2)
            let (bytes, overflowAgain) = blocks.multipliedReportingOverflow(by: 128 * blockSize)
            return overflow || overflowAgain ? .max : bytes
        }
    }

    /// The longest memory that is allowed, so that a stored cost cannot exhaust the machine.
    package static let memoryMax = 256 << 20

    /// A key of `count` bytes; `nil` when the cost is out of bounds.
    ///
    /// Blocks for as long as it costs: run it away from the loops.
    package static func derive(_ password: [UInt8], salt: [UInt8], cost: Cost, count: Int = 32) -> [UInt8]? {
        guard cost.iterations > 1, cost.iterations & (cost.iterations - 1) == 0, cost.blockSize > 0,
            cost.blockSize <= 64, cost.parallelism > 0, cost.parallelism <= 16, count > 0, cost.memory <= memoryMax
        else { return nil }
        var key = [UInt8](repeating: 0, count: count)
        let isDone = password.withUnsafeBytes { bytes in
            // A null password asks libcrypto to check the parameters only, so an empty one needs an address.
            var nothing: CChar = 0
            return withUnsafePointer(to: &nothing) { empty in
                EVP_PBE_scrypt(
                    bytes.baseAddress?.assumingMemoryBound(to: CChar.self) ?? empty,
                    password.count,
                    salt,
                    salt.count,
                    UInt64(cost.iterations),
                    UInt64(cost.blockSize),
                    UInt64(cost.parallelism),
                    UInt64(memoryMax + (1 << 20)),
                    &key,
                    count
                ) == 1
            }
        }
        return isDone ? key : nil
    }
}
