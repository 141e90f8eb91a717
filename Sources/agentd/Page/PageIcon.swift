extension PageAssets {
    /// The mark beside the name, and in the browser's tab.
    static let icon = PageAsset(
        path: "/page/icon.svg",
        contentType: .svg,
        text: #"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#0c6b5e"/>
            <path d="M9 21.5l4.6-6 3.7 3.4L23 11" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round"
            stroke-linejoin="round"/><circle cx="23" cy="11" r="2.4" fill="#fff"/></svg>
            """#
    )
}
