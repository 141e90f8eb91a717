extension PageAssets {
    /// The page itself: the places that the scripts fill.
    static let page = PageAsset(
        path: "/",
        contentType: .html,
        text: #"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
            <meta name="color-scheme" content="light dark">
            <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f6f6f3">
            <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#141618">
            <meta name="referrer" content="no-referrer">
            <title>agentd</title>
            <link rel="icon" href="/page/icon.svg" type="image/svg+xml">
            <link rel="stylesheet" href="/page/layout.css">
            <link rel="stylesheet" href="/page/answer.css">
            <script type="module" src="/page/main.js"></script>
            </head>
            <body>
            <a class="skip-link" href="#question">Skip to your question</a>
            <p id="starting" class="starting">Starting…</p>
            <noscript><p class="starting">This page needs JavaScript.</p></noscript>
            <main id="login" class="login" hidden></main>
            <div id="app" class="app" hidden>
              <aside class="sidebar" id="sidebar" aria-label="Conversations">
                <div class="brand"><span class="brand-mark" aria-hidden="true"></span>agentd</div>
                <button type="button" id="new" class="secondary wide">New conversation</button>
                <nav id="conversations" class="conversations" aria-label="Conversations"></nav>
                <div id="account" class="account"></div>
              </aside>
              <main class="main">
                <header class="topbar">
                  <button type="button" id="menu" class="icon-button" aria-label="Conversations" aria-controls="sidebar"
                    aria-expanded="false"><svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path
                    d="M4 7h16M4 12h16M4 17h16"/></svg></button>
                  <div id="title" class="topbar-title"></div>
                </header>
                <div class="stage">
                  <div id="scroll" class="scroll">
                    <div id="thread" class="thread" role="log" aria-live="off" aria-label="Conversation"></div>
                  </div>
                </div>
                <div id="composer" class="composer"></div>
              </main>
              <aside id="panel" class="panel" aria-label="Sources" hidden></aside>
              <div id="shade" class="shade"></div>
            </div>
            <dialog id="dialog" class="dialog"></dialog>
            <div id="announcer" class="visually-hidden" role="status" aria-live="polite"></div>
            </body>
            </html>
            """#
    )
}
