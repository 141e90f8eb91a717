internal import CLinux
internal import Foundation

/// The end of the process.
package enum ProcessEnd {
    /// Writes out what the standard streams hold and ends the process with `status`.
    ///
    /// No exit handlers run. Threads still run here, and the handlers of libcrypto free what these use, so that a
    /// thread that asks for random bytes meanwhile ends the process with a fault (`OPENSSL_cleanup(3)`, notes). There
    /// is nothing for the handlers to do: what must last is written by its owner, never at the end.
    package static func now(_ status: Int32) -> Never {
        fflush(nil)
        // A handler of the end, too, in a program that counts its branches.
        clinux_profile_write()
        _exit(status)
    }
}
