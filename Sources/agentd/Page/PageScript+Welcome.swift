extension PageAssets {
    /// The empty state.
    static let welcomeScript = PageAsset(
        path: "/page/welcome.js",
        contentType: .javascript,
        text: #"""
            // The empty state: what can be asked, as suggested by the data.
            import { get } from './api.js';
            import { el } from './dom.js';

            const kinds = { question: 'Question', action: 'Analysis', insight: 'Insight' };

            /** The element, filled in with suggestions as they come if the user may ask; without any it still says what to do. */
            export function welcome(name, mayAsk, ask) {
              const grid = el('div', { class: 'suggestion-grid' });
              const asked = mayAsk ? get('/ai/suggestions?context=dashboard&limit=4') : Promise.resolve(null);
              asked.then((answer) => {
                const found = (answer?.data?.suggestions ?? []).filter((each) => each?.text).slice(0, 4);
                grid.replaceChildren(...found.map((each) =>
                  el('button', { type: 'button', class: 'suggestion-card', click: () => ask(String(each.text)) },
                  el('span', { class: 'suggestion-kind' }, kinds[each.type] ?? 'Question'), el('span', {}, String(each.text)))));
              }).catch(() => grid.replaceChildren()); // Suggestions are a courtesy: without them the box below is enough.
              return el('section', { class: 'welcome' },
                el('h1', {}, name ? `What would you like to know, ${name}?` : 'What would you like to know?'),
                el('p', { class: 'quiet' }, 'Answers are computed from your company’s data. Each figure names its source.'),
                  grid);
            }
            """#
    )
}
