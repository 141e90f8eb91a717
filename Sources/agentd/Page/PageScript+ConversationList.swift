extension PageAssets {
    /// The list of conversations.
    static let conversationListScript = PageAsset(
        path: "/page/conversation-list.js",
        contentType: .javascript,
        text: #"""
            // The list of conversations at the side: newest first under headings of age, with rename and delete in place.
            import { APIError, conversationPath, get, patch, remove } from './api.js';
            import { el, iconButton } from './dom.js';
            import { age } from './format.js';

            const pageSize = 50;

            export class ConversationList {
              #items = [];
              #page = 0;
              #pages = 1;
              #current = null;
              #renaming = null;
              /** Whether this user may have conversations at all. */
              isOffered = true;

              /** `acts`: `open(id)`, `gone(id)`, `titled(title)`, `share(message)`. */
              constructor(root, dialog, acts) {
                Object.assign(this, { root, dialog, acts });
              }

              async refresh() {
                if (!this.isOffered) return;
                this.#page = 0;
                await this.#more();
              }

              clear() {
                this.#items = [];
                this.#pages = 1;
                this.#current = null;
                this.root.replaceChildren();
                this.acts.titled('');
              }

              select(id) {
                this.#current = id;
                this.#draw();
              }

              /** A conversation that was just begun here: shown at once, by its first words until the service names it. */
              add(id, text) {
                const now = new Date(Date.now()).toISOString();
                this.#items = [{ conversation_id: id, title: text.slice(0, 80), created_at: now, updated_at: now, isNew: true },
                  ...this.#items.filter((item) => item.conversation_id !== id)];
                this.select(id);
              }

              touch(id) {
                const item = this.#items.find((each) => each.conversation_id === id);
                if (!item) return;
                item.updated_at = new Date(Date.now()).toISOString();
                this.#draw();
              }

              async #more() {
                let answer;
                try {
                  answer = await get(`/ai/conversations?page=${this.#page + 1}&limit=${pageSize}`);
                } catch (error) {
                  if (error.status !== 401) {
                    this.root.replaceChildren(el('p', { class: 'quiet list-note' },
                      `Conversations cannot be listed. ${error.message}`),
                      el('button', { type: 'button', class: 'quiet-button', click: () => this.refresh() }, 'Try again'));
                  }
                  return;
                }
                const found = (answer?.data ?? []).filter((item) => item?.conversation_id);
                // One that was begun here while the list was on its way is not in it yet.
                const begun = this.#items.filter((item) => item.isNew && !found.some((each) =>
                  each.conversation_id === item.conversation_id));
                const known = this.#page === 0 ? begun : this.#items;
                const local = new Map(this.#items.map((item) => [item.conversation_id, item.title]));
                for (const item of found) item.title ||= local.get(item.conversation_id);
                this.#items = [...known, ...found.filter((item) =>
                  !known.some((each) => each.conversation_id === item.conversation_id))];
                this.#page += 1;
                this.#pages = answer?.pagination?.total_pages ?? 1;
                this.#draw();
              }

              #draw() {
                if (this.#renaming) return;
                const sorted = [...this.#items].sort((a, b) =>
                  String(b.updated_at ?? b.created_at).localeCompare(String(a.updated_at ?? a.created_at)));
                const groups = Map.groupBy(sorted, (item) => age(item.updated_at ?? item.created_at));
                this.root.replaceChildren(...[...groups].map(([name, items]) => el('section', {},
                  el('h2', { class: 'list-heading' }, name),
                    el('ul', { class: 'plain-list' }, items.map((item) => this.#row(item))))));
                if (!sorted.length) this.root.append(el('p', { class: 'quiet list-note' },
                  'Your conversations will appear here.'));
                if (this.#page < this.#pages) {
                  this.root.append(el('button', { type: 'button', class: 'quiet-button', click: () => this.#more() },
                    'Show more'));
                }
                const current = this.#items.find((item) => item.conversation_id === this.#current);
                this.acts.titled(current ? this.#title(current) : '');
              }

              #title(item) {
                return String(item.title || 'New conversation');
              }

              #row(item) {
                const id = item.conversation_id;
                const isCurrent = id === this.#current;
                const title = this.#title(item);
                const row = el('li', { class: `list-row${isCurrent ? ' current' : ''}` },
                  el('a', { class: 'list-link', href: `#${encodeURIComponent(id)}`, 'aria-current': isCurrent ? 'page' : null,
                    title,
                    click: (event) => {
                      event.preventDefault();
                      this.acts.open(id);
                    } }, title),
                  el('span', { class: 'list-buttons' },
                    iconButton('rename', `Rename “${title}”`, () => this.#rename(item, row)),
                    iconButton('remove', `Delete “${title}”`, () => this.#confirm(item))));
                return row;
              }

              #rename(item, row) {
                const box = el('input', { class: 'rename-box', value: this.#title(item), 'aria-label': 'Title',
                  maxlength: '200' });
                const end = async (keep) => {
                  if (this.#renaming !== box) return;
                  this.#renaming = null;
                  const title = box.value.trim();
                  const before = item.title;
                  if (keep && title && title !== before) {
                    item.title = title;
                    this.#draw();
                    try {
                      await patch(conversationPath(item.conversation_id), { title });
                      this.acts.share({ kind: 'list' });
                    } catch (error) {
                      item.title = before;
                      this.#tell(error);
                    }
                  }
                  this.#draw();
                };
                box.addEventListener('keydown', (event) => {
                  if (event.key === 'Enter') end(true);
                  if (event.key === 'Escape') {
                    event.stopPropagation();
                    end(false);
                  }
                });
                box.addEventListener('blur', () => end(true));
                this.#renaming = box;
                row.replaceChildren(box);
                box.focus();
                box.select();
              }

              #confirm(item) {
                const close = () => this.dialog.close();
                this.dialog.replaceChildren(el('h2', {}, 'Delete this conversation?'),
                  el('p', {}, `“${this.#title(item)}” and its answers will no longer be here.`),
                  el('div', { class: 'dialog-buttons' },
                    el('button', { type: 'button', class: 'secondary', click: close }, 'Keep it'),
                    el('button', { type: 'button', class: 'primary danger', click: () => {
                      close();
                      this.#delete(item);
                    } }, 'Delete')));
                this.dialog.showModal();
              }

              async #delete(item) {
                try {
                  await remove(conversationPath(item.conversation_id));
                } catch (error) {
                  if (!(error instanceof APIError) || error.status !== 404) {
                    this.#tell(error);
                    return;
                  }
                }
                this.#items = this.#items.filter((each) => each !== item);
                this.acts.share({ kind: 'gone', conversation: item.conversation_id });
                this.acts.gone(item.conversation_id);
                this.#draw();
              }

              #tell(error) {
                this.dialog.replaceChildren(el('h2', {}, 'That did not work'), el('p', {}, error.message),
                  el('div', { class: 'dialog-buttons' },
                    el('button', { type: 'button', class: 'primary', click: () => this.dialog.close() }, 'Close')));
                this.dialog.showModal();
              }
            }
            """#
    )
}
