/// The chat page at `/`: its files, and the headers that each of them is sent with.
///
/// The files are raw string literals, so the binary needs nothing beside itself. The page loads nothing from
/// elsewhere and interprets no markup from data: the policy below would stop it if it tried. Scripts are ES modules
/// that import each other by relative path. What differs between deployments is in `PageConfiguration`.
enum PageAssets {
    static let all: [PageAsset] = [
        page, icon, layoutStyle, answerStyle,
        answerScript, answerViewScript, apiScript, chartDataScript, chartDrawScript, chartScript, composerScript,
        conversationListScript, deliveryScript, domScript, eventsScript, formatScript, historyScript, loginScript,
        mainScript,
        markdownScript, questionViewScript, scrollScript, sourcesScript, storeScript, threadScript, toolsScript,
        welcomeScript,
    ]

    /// The file that a path names.
    ///
    /// Browsers ask for `/favicon.ico` by themselves; they get the icon.
    static func asset(at path: String) -> PageAsset? { byPath[path == "/favicon.ico" ? icon.path : path] }

    private static let byPath = Dictionary(uniqueKeysWithValues: all.map { ($0.path, $0) })

    /// What goes with every file, beside its type, length and entity tag.
    ///
    /// `no-cache` lets a browser keep a file but ask each time whether it still holds, so a new binary's page is
    /// never mixed from two versions.
    static let headers: [(name: String, value: String)] = [
        ("Content-Security-Policy", contentSecurityPolicy),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
        ("Cache-Control", "no-cache"),
    ]

    static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
