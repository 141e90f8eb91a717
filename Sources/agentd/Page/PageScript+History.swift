extension PageAssets {
    /// Reading a conversation's stored messages.
    static let historyScript = PageAsset(
        path: "/page/history.js",
        contentType: .javascript,
        text: #"""
            // The stored messages of a conversation, as entries of the thread: `{role: 'user', text}` and `{role: 'answer', answer}`.
            import { conversationPath, get } from './api.js';
            import { answerFromHistory } from './answer.js';
            import { places } from './store.js';

            const pagesMax = 20;

            function entryOf(message) {
              if (message?.role === 'user') {
                return { role: 'user', text: String(message.content ?? ''), id: String(message.id ?? '') };
              }
              if (message?.role !== 'assistant') return null;
              const answer = answerFromHistory(message);
              if (!answer.marks.length) answer.marks = places.of(answer.id);
              return { role: 'answer', answer };
            }

            /** All messages, oldest first; a service that pages them is asked for each page. */
            export async function loadHistory(conversation, signal) {
              const path = `${conversationPath(conversation)}/messages`;
              const first = await get(path, { signal });
              const pages = Math.min(first?.pagination?.total_pages ?? 1, pagesMax);
              const messages = [...(first?.data?.messages ?? [])];
              for (let page = 2; page <= pages; page += 1) {
                const more = await get(`${path}?page=${page}`, { signal });
                messages.push(...(more?.data?.messages ?? []));
              }
              return messages.map(entryOf).filter(Boolean);
            }
            """#
    )
}
