internal import Glibc

/// A call to the operating system that failed: which, and its error number.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
    package var operation: String
    package var errno: Int32

    package init(_ operation: String, errno: Int32) {
        self.operation = operation
        self.errno = errno
    }

    /// Takes the error number that the last call of this thread left.
    static func last(_ operation: String) -> SystemError { SystemError(operation, errno: Glibc.errno) }

    package var description: String { "\(operation): \(String(cString: strerror(errno))) (\(errno))" }
}
