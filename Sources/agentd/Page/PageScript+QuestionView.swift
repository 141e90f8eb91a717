extension PageAssets {
    /// One question on the page.
    static let questionViewScript = PageAsset(
        path: "/page/question-view.js",
        contentType: .javascript,
        text: #"""
            // A question in the thread; one that could not be sent says why and can be sent again or edited.
            import { el, icon } from './dom.js';

            export class QuestionView {
              constructor(text) {
                this.bubble = el('div', { class: 'bubble' }, text);
                this.node = el('article', { class: 'message question', 'aria-label': 'Your question' }, this.bubble);
              }

              fail(error, { again, edit }) {
                this.node.classList.add('unsent');
                this.node.append(el('div', { class: 'note failed', role: 'alert' }, icon('warning'), el('div', {},
                  el('p', {}, el('strong', {}, 'Not sent. '), error.message + error.waiting),
                  error.requestID ? el('p', { class: 'quiet' }, `Reference ${error.requestID}`) : null,
                  el('div', { class: 'note-buttons' },
                    el('button', { type: 'button', class: 'quiet-button', click: again }, icon('again'), 'Try again'),
                    el('button', { type: 'button', class: 'quiet-button', click: edit }, icon('rename'), 'Edit')))));
              }
            }
            """#
    )
}
