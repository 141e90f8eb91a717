extension PageAssets {
    /// Citations: labels, cards, the panel.
    static let sourcesScript = PageAsset(
        path: "/page/sources.js",
        contentType: .javascript,
        text: #"""
            // What an answer rests on: short labels for its citations, and the side panel that shows one in full.
            import { el, icon, iconButton } from './dom.js';
            import { count, period, words } from './format.js';

            const list = (value) => (Array.isArray(value) ? value : []);
            const kinds = { ledger: 'Ledger', article: 'Article', anomaly: 'Anomaly', deal: 'Deal', order: 'Order',
              scenario: 'Scenario', email: 'E-mail' };
            const shown = new Set(['index', 'at', 'source', 'id', 'text', 'title', 'account', 'accounts', 'period', 'query',
              'rows',
              'heading_path', 'file', 'start', 'end']);

            const kindOf = (citation) => kinds[citation.source] ?? (words(citation.source) || 'Source');

            /** An account as text: `6200-100`, or `6200-100 Cloud Infrastructure` where its name came along. */
            function accountName(account) {
              if (account && typeof account === 'object') {
                return [account.code ?? account.account_code ?? account.id,
                  account.name ?? account.account_name].filter(Boolean).join(' ');
              }
              return String(account ?? '');
            }

            function accountsOf(citation) {
              const names = list(citation.accounts).map(accountName).filter(Boolean);
              return names.length ? names : [accountName(citation.account)].filter(Boolean);
            }

            /** The one line that a source is called by under an answer. */
            export function sourceLabel(citation) {
              const whole = String(citation.title || citation.text || accountsOf(citation)[0] || citation.id || '');
              // A ledger's text goes on with period and rows, which stand beside it anyway.
              const name = citation.source === 'ledger' ? whole.split(', ')[0] : whole;
              return { kind: kindOf(citation), name: String(name),
                detail: citation.source === 'ledger' ? period(citation.period) : '' };
            }

            function pair(name, ...values) {
              return [el('dt', {}, name), el('dd', {}, values)];
            }

            function queryText(query) {
              if (typeof query === 'string') return query;
              if (!query || typeof query !== 'object') return '';
              const { tool, name, arguments: inputs, ...rest } = query;
              return `${tool ?? name ?? ''} ${JSON.stringify(inputs ?? rest, null, 2)}`.trim();
            }

            function details(citation) {
              const accounts = accountsOf(citation);
              const headings = list(citation.heading_path).map(String);
              const parts = [];
              if (accounts.length) {
                parts.push(pair(accounts.length === 1 ? 'Account' : 'Accounts',
                  el('ul', { class: 'plain-list' }, accounts.map((account) => el('li', {}, account)))));
              }
              if (citation.period) {
                const label = period(citation.period);
                const range = [citation.period.start_date, citation.period.end_date].filter(Boolean).join(' to ');
                parts.push(pair('Period', label, range && range !== label ? el('span', { class: 'quiet block' }, range) : null));
              }
              if (Number.isFinite(citation.rows)) parts.push(pair('Rows read', count(citation.rows, 'row')));
              const query = queryText(citation.query);
              if (query) parts.push(pair('Query', el('pre', { class: 'query', tabindex: '0' }, el('code', {}, query))));
              if (headings.length) parts.push(pair('Section', headings.join(' › ')));
              if (citation.file) parts.push(pair('File', String(citation.file)));
              if (citation.id) parts.push(pair('Identifier', el('code', {}, String(citation.id))));
              for (const [name, value] of Object.entries(citation)) {
                if (shown.has(name) || value === null || value === '' || typeof value === 'object') continue;
                parts.push(pair(words(name), String(value)));
              }
              return el('dl', { class: 'facts' }, parts.flat());
            }

            function card(citation, number) {
              const title = citation.title || (citation.source === 'article' ? '' : citation.text) || citation.id
                || kindOf(citation);
              const passage = citation.source === 'article' || (citation.title && citation.text) ? citation.text : '';
              return el('article', { class: 'source-card', id: `source-${number}`, tabindex: '-1' },
                el('header', {}, el('span', { class: 'chip static', 'aria-hidden': 'true' }, String(number)),
                  el('span', { class: 'source-kind' }, kindOf(citation))),
                el('h3', {}, String(title)),
                passage ? el('blockquote', { class: 'passage' }, String(passage)) : null,
                details(citation));
            }

            /** The panel at the side; it shows all sources of one answer, with the one asked for in view. */
            export class SourcePanel {
              #returnTo = null;

              constructor(root) {
                this.root = root;
                this.body = el('div', { class: 'panel-body' });
                root.append(el('header', { class: 'panel-header' }, el('h2', {}, 'Sources'),
                  iconButton('close', 'Close sources', () => this.close())), this.body);
              }

              get isOpen() {
                return !this.root.hidden;
              }

              open(answer, index, from) {
                this.#returnTo = from ?? null;
                this.body.replaceChildren(...answer.citations.map((citation, at) => card(citation, at + 1)));
                this.root.hidden = false;
                document.body.classList.add('with-panel');
                const place = Math.max(0, answer.citations.findIndex((citation) => citation.index === index));
                const chosen = this.body.children[place];
                chosen?.classList.add('chosen');
                chosen?.setAttribute('aria-current', 'true');
                chosen?.scrollIntoView({ block: 'nearest' });
                chosen?.focus({ preventScroll: true });
              }

              close() {
                if (this.root.hidden) return;
                this.root.hidden = true;
                document.body.classList.remove('with-panel');
                if (this.#returnTo?.isConnected) this.#returnTo.focus();
                this.#returnTo = null;
              }
            }

            /** The row of sources under an answer. */
            export function sourceRow(answer, open) {
              if (!answer.citations.length) return null;
              const visible = 6;
              const buttons = answer.citations.map((citation, at) => {
                const { kind, name, detail } = sourceLabel(citation);
                return el('li', { hidden: at >= visible }, el('button', { type: 'button', class: 'source-button',
                  title: [kind, name, detail].filter(Boolean).join(' · '),
                    click: (event) => open(citation.index, event.currentTarget) },
                el('span', { class: 'chip static', 'aria-hidden': 'true' }, String(at + 1)),
                el('span', { class: 'source-name' }, name || kind), el('span', { class: 'source-detail' }, detail || kind)));
              });
              const row = el('ul', { class: 'source-row', 'aria-label': 'Sources' }, buttons);
              if (buttons.length > visible) {
                const more = el('li', {}, el('button', { type: 'button', class: 'source-button more', click: () => {
                  buttons.forEach((button) => { button.hidden = false; });
                  more.remove();
                } }, icon('plus'), `${buttons.length - visible} more`));
                row.append(more);
              }
              return row;
            }
            """#
    )
}
