extension PageAssets {
    /// Colours, type, the frame around the thread, the way in.
    static let layoutStyle = PageAsset(
        path: "/page/layout.css",
        contentType: .css,
        text: #"""
            /* The page's frame: colours, type, side bar, top bar, box for questions, way in. */
            :root {
              color-scheme: light dark;
              --paper: #ffffff;
              --ground: #f6f6f3;
              --raised: #ffffff;
              --tint: #eeeeea;
              --line: #e2e2dc;
              --line-strong: #cfcfc7;
              --ink: #1b1d1f;
              --ink-soft: #5c6166;
              --accent: #0c6b5e;
              --accent-ink: #ffffff;
              --accent-tint: #e2f0ed;
              --danger: #a8322a;
              --danger-tint: #fbeae8;
              --warn: #7a5200;
              --warn-tint: #fdf3dd;
              --shadow: 0 1px 2px rgb(20 22 24 / 6%), 0 6px 24px rgb(20 22 24 / 7%);
              --radius: 12px;
              --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
              --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
            }
            @media (prefers-color-scheme: dark) {
              :root {
                --paper: #191b1e;
                --ground: #141618;
                --raised: #202327;
                --tint: #25292d;
                --line: #2d3135;
                --line-strong: #41464c;
                --ink: #e9eaeb;
                --ink-soft: #a0a6ac;
                --accent: #58c4b0;
                --accent-ink: #06231e;
                --accent-tint: #17342f;
                --danger: #f08f86;
                --danger-tint: #3a2220;
                --warn: #e8bd68;
                --warn-tint: #352b17;
                --shadow: 0 1px 2px rgb(0 0 0 / 40%), 0 8px 28px rgb(0 0 0 / 35%);
              }
            }
            *, *::before, *::after { box-sizing: border-box; }
            [hidden] { display: none !important; }
            html, body { height: 100%; margin: 0; }
            body { background: var(--paper); color: var(--ink); font: 400 15px/1.6 var(--sans);
              -webkit-font-smoothing: antialiased;
              overflow: hidden; overflow-wrap: anywhere; }
            h1, h2, h3, p, ul, dl, dd, figure, blockquote { margin: 0; padding: 0; }
            button, input, textarea { font: inherit; color: inherit; }
            button { cursor: pointer; }
            button:disabled { cursor: default; }
            :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
            .visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
              white-space: nowrap; }
            .skip-link { position: absolute; left: 12px; top: -60px; z-index: 30; padding: 8px 14px; border-radius: 8px;
              background: var(--accent); color: var(--accent-ink); }
            .skip-link:focus { top: 12px; }
            .quiet { color: var(--ink-soft); }
            .block { display: block; }
            .plain-list { list-style: none; }
            .starting { display: grid; place-items: center; height: 100%; color: var(--ink-soft); }
            .icon { width: 18px; height: 18px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.8;
              stroke-linecap: round;
              stroke-linejoin: round; }

            .icon-button { display: inline-grid; place-items: center; width: 34px; height: 34px; padding: 0; border: 0;
              border-radius: 8px;
              background: none; color: var(--ink-soft); }
            .icon-button:hover { background: var(--tint); color: var(--ink); }
            .primary, .secondary { display: inline-flex; align-items: center; justify-content: center; gap: 8px;
              min-height: 40px; padding: 8px 18px;
              border-radius: 10px; border: 1px solid transparent; font-weight: 600; }
            .primary { background: var(--accent); color: var(--accent-ink); }
            .primary:hover { filter: brightness(1.08); }
            .primary:disabled { opacity: .55; }
            .primary.danger { background: var(--danger); color: var(--paper); }
            .secondary { background: var(--raised); border-color: var(--line-strong); }
            .secondary:hover { border-color: var(--ink-soft); }
            .wide { width: 100%; }
            .quiet-button { display: inline-flex; align-items: center; gap: 6px; padding: 3px 9px;
              border: 1px solid transparent; border-radius: 7px;
              background: none; color: var(--ink-soft); font-size: 13px; }
            .quiet-button .icon { width: 15px; height: 15px; }
            .quiet-button:hover { background: var(--tint); color: var(--ink); }

            .app { display: grid; grid-template-columns: 272px minmax(0, 1fr); height: 100%; }
            .with-panel .app { grid-template-columns: 272px minmax(0, 1fr) 376px; }
            .sidebar { display: flex; flex-direction: column; gap: 14px; min-height: 0; padding: 16px 12px 12px;
              background: var(--ground);
              border-right: 1px solid var(--line); }
            .brand { display: flex; align-items: center; gap: 10px; padding: 0 6px; font-weight: 650; letter-spacing: -.01em;
              font-size: 17px; }
            .brand-mark { width: 26px; height: 26px; background: url("/page/icon.svg") center / contain no-repeat; }
            .brand.large { padding: 0; font-size: 19px; }
            .conversations { flex: 1; min-height: 0; overflow-y: auto; margin: 0 -4px; padding: 0 4px; scrollbar-width: thin;
              scrollbar-color: var(--line-strong) transparent; }
            .list-heading { padding: 12px 8px 4px; font-size: 12px; font-weight: 600; color: var(--ink-soft); }
            .list-note { padding: 8px; font-size: 13px; }
            .list-row { position: relative; display: flex; align-items: center; border-radius: 8px; }
            .list-row:hover, .list-row:focus-within { background: var(--tint); }
            .list-row.current { background: var(--accent-tint); }
            .list-link { flex: 1; min-width: 0; padding: 7px 8px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
              color: inherit; text-decoration: none; font-size: 14px; border-radius: 8px; }
            .current .list-link { font-weight: 600; }
            .list-buttons { display: none; padding-right: 3px; }
            .list-buttons .icon-button { width: 28px; height: 28px; }
            .list-buttons .icon { width: 15px; height: 15px; }
            .list-row:hover .list-buttons, .list-row:focus-within .list-buttons { display: flex; }
            @media (hover: none) { .list-row.current .list-buttons { display: flex; } }
            .rename-box { width: 100%; padding: 6px 8px; border: 1px solid var(--accent); border-radius: 8px;
              background: var(--raised); font-size: 14px; }
            .account { display: flex; align-items: center; gap: 10px; padding: 10px 6px 0; border-top: 1px solid var(--line); }
            .account-text { flex: 1; min-width: 0; display: grid; font-size: 12.5px; line-height: 1.4; }
            .account-text > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
                        .account-text > .quiet { white-space: normal; line-height: 1.35; }
                        .account-name { font-weight: 600; font-size: 13.5px; }
            .avatar { display: grid; place-items: center; flex: none; width: 32px; height: 32px; border-radius: 50%;
              background: var(--accent-tint);
              color: var(--accent); font-weight: 650; font-size: 14px; }

            .main { display: flex; flex-direction: column; min-width: 0; min-height: 0; }
            .topbar { display: flex; align-items: center; gap: 8px; min-height: 54px; padding: 8px 20px;
              border-bottom: 1px solid transparent; }
            .topbar-title { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 600;
              font-size: 14.5px; }
            #menu { display: none; }
            .stage { position: relative; flex: 1; min-height: 0; }
            .scroll { height: 100%; overflow-y: auto; scrollbar-width: thin; scrollbar-color: var(--line-strong) transparent;
              scrollbar-gutter: stable both-edges; }
            .thread { display: flex; flex-direction: column; gap: 28px; max-width: 776px; min-height: 100%; margin: 0 auto;
              padding: 16px 24px 36px; }
            .loading { margin: auto; color: var(--ink-soft); }
            .round { border-radius: 50%; }
            .to-end { position: absolute; bottom: 14px; left: calc(50% - 18px); width: 36px; height: 36px;
              background: var(--raised);
              border: 1px solid var(--line-strong); box-shadow: var(--shadow); }

            .composer { width: 100%; max-width: 776px; margin: 0 auto; padding: 0 24px 12px; }
            .composer-box { display: flex; align-items: flex-end; gap: 8px; padding: 8px 8px 8px 16px;
              border: 1px solid var(--line-strong);
              border-radius: 18px; background: var(--raised); box-shadow: var(--shadow); }
            .composer-box:focus-within { border-color: var(--accent); }
            .composer textarea { flex: 1; min-width: 0; max-height: 220px; padding: 6px 0; border: 0; outline: 0;
              background: none; resize: none; line-height: 1.55; }
            .composer textarea::placeholder { color: var(--ink-soft); opacity: 1; }
            .composer-buttons { display: flex; gap: 6px; }
            .composer .send { width: 36px; height: 36px; background: var(--accent); color: var(--accent-ink); }
            .composer .send:hover { filter: brightness(1.08); }
            .composer .send:disabled { background: var(--tint); color: var(--ink-soft); filter: none; }
            .composer .stop { width: 36px; height: 36px; border: 1px solid var(--line-strong); color: var(--ink); }
            .composer .stop .icon { fill: currentColor; }
            .composer-note { padding: 8px 4px 0; color: var(--warn); font-size: 13.5px; text-align: center; }
            .composer-hint { padding-top: 8px; color: var(--ink-soft); font-size: 12px; text-align: center; }

            .welcome { margin: auto 0; padding-bottom: 6vh; }
            .welcome h1 { font-size: clamp(24px, 3.4vw, 31px); line-height: 1.25; letter-spacing: -.02em; font-weight: 650;
              text-wrap: balance; }
            .welcome > p { margin-top: 8px; }
            .suggestion-grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 290px), 1fr));
              gap: 12px; min-height: 190px;
              align-content: start; margin-top: 28px; }
            .suggestion-card { display: grid; gap: 4px; align-content: start; padding: 14px 16px;
              border: 1px solid var(--line); border-radius: var(--radius);
              background: var(--raised); text-align: left; line-height: 1.45; }
            .suggestion-card:hover { border-color: var(--accent); box-shadow: var(--shadow); }
            .suggestion-kind { color: var(--accent); font-size: 12px; font-weight: 600; }

            .login { display: grid; justify-items: center; align-content: safe center; height: 100%; overflow-y: auto;
              padding: 24px 16px; background: var(--ground); }
            .login-card { width: 100%; max-width: 412px; padding: 32px; border: 1px solid var(--line); border-radius: 18px;
              background: var(--paper);
              box-shadow: var(--shadow); }
            .login h1 { margin-top: 22px; font-size: 23px; letter-spacing: -.015em; line-height: 1.3; }
            .login form { display: grid; gap: 6px; margin-top: 20px; }
            .login label { font-size: 13.5px; font-weight: 600; }
            .login input { height: 42px; margin-bottom: 10px; padding: 0 12px; border: 1px solid var(--line-strong);
              border-radius: 10px; background: var(--raised); }
            .login input:focus { border-color: var(--accent); outline: 1px solid var(--accent); }
            .form-error { margin-bottom: 8px; color: var(--danger); font-size: 14px; }
            .demo { margin-top: 26px; padding-top: 20px; border-top: 1px solid var(--line); }
            .demo h2 { font-size: 13.5px; font-weight: 600; }
            .demo summary { padding: 8px 2px 4px; cursor: pointer; color: var(--ink-soft); font-size: 13.5px; }
            .demo-accounts { display: flex; flex-wrap: wrap; gap: 8px; padding: 4px 0 8px; }
            .demo-account { padding: 5px 12px; border: 1px solid var(--line-strong); border-radius: 999px;
              background: var(--raised); font-size: 13.5px; }
            .demo-account:hover { border-color: var(--accent); color: var(--accent); }

            .dialog { width: min(420px, calc(100vw - 32px)); padding: 24px; border: 1px solid var(--line); border-radius: 16px;
              background: var(--paper);
              color: var(--ink); box-shadow: var(--shadow); }
            .dialog::backdrop { background: rgb(10 12 14 / 45%); }
            .dialog h2 { margin-bottom: 8px; font-size: 17px; }
            .dialog-buttons { display: flex; justify-content: flex-end; gap: 10px; margin-top: 20px; }
            .shade { display: none; }

            @media (max-width: 1180px) {
              .with-panel .app { grid-template-columns: 272px minmax(0, 1fr); }
              .with-panel .shade { display: block; position: fixed; inset: 0; z-index: 9; background: rgb(10 12 14 / 35%); }
            }
            @media (max-width: 760px) {
              .app, .with-panel .app { grid-template-columns: minmax(0, 1fr); }
              #menu { display: inline-grid; }
              .topbar { padding: 6px 10px; border-color: var(--line); }
              .sidebar { position: fixed; inset: 0 auto 0 0; z-index: 20; width: min(304px, 86vw); visibility: hidden;
              transform: translateX(-100%);
                transition: transform .18s ease, visibility .18s; box-shadow: var(--shadow); }
              .with-drawer .sidebar { visibility: visible; transform: none; }
              .with-drawer .shade { display: block; position: fixed; inset: 0; z-index: 15; background: rgb(10 12 14 / 45%); }
              .thread { padding: 16px 12px 28px; gap: 24px; }
              .scroll { scrollbar-gutter: auto; }
              .composer { padding: 0 10px 10px; }
              .composer-hint { display: none; }
              .login-card { padding: 24px 20px; }
              .suggestion-grid { min-height: 0; }
            }
            @media (prefers-reduced-motion: reduce) { *, *::before, *::after { animation: none !important;
              transition: none !important; } }
            """#
    )
}
