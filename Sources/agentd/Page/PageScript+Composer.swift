extension PageAssets {
    /// The box for questions.
    static let composerScript = PageAsset(
        path: "/page/composer.js",
        contentType: .javascript,
        text: #"""
            // The box where a question is written. Enter sends, Shift+Enter breaks the line, Escape stops the running answer.
            import { el, iconButton } from './dom.js';
            import { draft } from './store.js';

            export class Composer {
              #isRunning = false;

              /** `acts`: `send(text)`, `stop()`. */
              constructor(root, acts) {
                this.acts = acts;
                this.box = el('textarea', { id: 'question', rows: '1', placeholder: 'Ask about your business',
                  'aria-label': 'Your question',
                  autocomplete: 'off', maxlength: '20000', input: () => this.#changed(), keydown: (event) => this.#key(event) });
                this.stopButton = iconButton('stop', 'Stop the answer (Escape)', () => this.acts.stop(),
                  { class: 'round stop', hidden: true });
                this.sendButton = iconButton('send', 'Send (Enter)', () => this.#send(), { class: 'round send', disabled: true });
                this.note = el('p', { class: 'composer-note', hidden: true });
                root.append(el('div', { class: 'composer-box' }, this.box,
                  el('div', { class: 'composer-buttons' }, this.stopButton, this.sendButton)),
                  this.note, el('p', { class: 'composer-hint' }, 'Answers cite the data they rest on. Check what matters.'));
                this.put(draft.load());
              }

              focus() {
                if (!this.box.disabled && matchMedia('(hover: hover)').matches) this.box.focus();
              }

              put(text) {
                this.box.value = text;
                this.#changed();
              }

              get isEmpty() {
                return this.box.value.trim() === '';
              }

              setRunning(isRunning) {
                this.#isRunning = isRunning;
                this.stopButton.hidden = !isRunning;
                this.#changed();
              }

              /** Closes the box with a reason, or opens it again with none. */
              setRefusal(reason) {
                this.box.disabled = Boolean(reason);
                this.note.hidden = !reason;
                this.note.textContent = reason ?? '';
                this.#changed();
              }

              #changed() {
                this.box.style.height = 'auto';
                this.box.style.height = `${Math.min(this.box.scrollHeight, 220)}px`;
                this.sendButton.disabled = this.isEmpty || this.box.disabled;
                this.sendButton.hidden = this.#isRunning && this.isEmpty;
                draft.save(this.box.value);
              }

              #key(event) {
                if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
                event.preventDefault();
                this.#send();
              }

              #send() {
                if (this.isEmpty || this.box.disabled) return;
                const text = this.box.value.trim();
                this.put('');
                this.acts.send(text);
                this.box.focus();
              }
            }
            """#
    )
}
