extension PageAssets {
    /// Getting a question to the service, and the stream of its answer back.
    static let deliveryScript = PageAsset(
        path: "/page/delivery.js",
        contentType: .javascript,
        text: #"""
            // How a question reaches the service and its answer's stream comes back. Every POST carries a key of its own, so what
            // was sent before a connection broke, or before a reload, is joined and not asked twice.
            import { conversationPath, post, stream } from './api.js';
            import { pending } from './store.js';

            const answerPath = (conversation, answer) =>
              `${conversationPath(conversation)}/messages/${encodeURIComponent(answer.id)}`;

            export class Delivery {
              #creating = null;

              /** Sends the question; its conversation is made first if it has none, then `opened(id, text)` is called. */
              async send(sending, signal, opened) {
                if (!sending.conversation) {
                  this.#creating ??= this.#create(sending, signal, opened);
                  try {
                    sending.conversation = await this.#creating;
                  } finally {
                    this.#creating = null;
                  }
                  pending.add(sending);
                }
                return stream('POST', `${conversationPath(sending.conversation)}/messages`, {
                  signal, body: { message: sending.text, context: {} }, headers: { 'Idempotency-Key': sending.key },
                });
              }

              /** What is missing of an answer: all of it when nothing has been seen, else what follows the last event. */
              resume(conversation, answer, signal) {
                const headers = answer.lastEventID ? { 'Last-Event-ID': answer.lastEventID } : {};
                return stream('GET', `${answerPath(conversation, answer)}/stream`, { signal, headers });
              }

              cancel(conversation, answer) {
                return post(`${answerPath(conversation, answer)}/cancel`, {});
              }

              async #create({ key, text }, signal, opened) {
                const headers = { 'Idempotency-Key': `c${key}` };
                const made = await post('/ai/conversations', { context: 'dashboard' }, { signal, headers });
                const id = String(made.data.conversation_id);
                opened(id, text);
                return id;
              }
            }
            """#
    )
}
