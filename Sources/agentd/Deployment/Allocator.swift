#if TCMalloc
internal import CTCMalloc
#endif

/// The memory allocator of this binary: the C library's, or tcmalloc where it was built with the trait `TCMalloc`.
///
/// Linking is all it takes: tcmalloc defines `malloc` and its kin for the whole process (Swift, SQLite, libcurl and
/// libcrypto with it). Decision 0018 says what for.
enum Allocator {
    /// What it is, for people: `tcmalloc gperftools 2.10`, or `the C library's`.
    static var name: String {
        #if TCMalloc
        var major: Int32 = 0
        var minor: Int32 = 0
        var patch: UnsafePointer<CChar>?
        return tc_version(&major, &minor, &patch).map { "tcmalloc (\(String(cString: $0)))" } ?? "tcmalloc"
        #else
        return "the C library's"
        #endif
    }
}
