extension PageAssets {
    /// What a tab keeps over a reload.
    static let storeScript = PageAsset(
        path: "/page/store.js",
        contentType: .javascript,
        text: #"""
            // What this tab keeps over a reload: the draft, and questions whose answer has not begun. Storage may be turned off.
            const pendingKey = 'agentd.pending';
            const draftKey = 'agentd.draft';
            const pendingMilliseconds = 10 * 60_000;
            const pendingMax = 16;
            const placesKey = 'agentd.places';
            const placesMax = 300;

            function read(key, fallback) {
              try {
                return JSON.parse(sessionStorage.getItem(key)) ?? fallback;
              } catch {
                return fallback;
              }
            }

            function shared(key) {
              try {
                return JSON.parse(localStorage.getItem(key)) ?? {};
              } catch {
                return {};
              }
            }

            function write(key, value) {
              try {
                sessionStorage.setItem(key, JSON.stringify(value));
              } catch {
                // Without storage a reload forgets the draft; nothing else depends on it.
              }
            }

            /**
             * Questions that were sent but whose `message_start` has not come: `{key, conversation, text, at}`.
             *
             * After a reload they are sent again under their key, which the service answers with the turn it already began.
             */
            export const pending = {
              of(conversation) {
                const fresh = read(pendingKey, []).filter((each) => Date.now() - each.at < pendingMilliseconds);
                return fresh.filter((each) => each.conversation === conversation);
              },
              add(sending) {
                const others = read(pendingKey, []).filter((each) => each.key !== sending.key);
                write(pendingKey, [...others, sending].slice(-pendingMax));
              },
              remove(key) {
                write(pendingKey, read(pendingKey, []).filter((each) => each.key !== key));
              },
            };

            /**
             * Where in an answer's text its citations stand, as its stream told: the history lists them without their places.
             *
             * Kept over sessions, for the answers seen last; without it the sources are listed under the answer only.
             */
            export const places = {
              of(id) {
                const marks = shared(placesKey)[id];
                const isMark = (mark) => Number.isInteger(mark?.at) && Number.isInteger(mark.index);
                return Array.isArray(marks) ? marks.filter(isMark) : [];
              },
              save(id, marks) {
                const { [id]: _, ...others } = shared(placesKey);
                const kept = [...Object.entries(others), [id, marks]].slice(-placesMax);
                try {
                  localStorage.setItem(placesKey, JSON.stringify(Object.fromEntries(kept)));
                } catch {
                  // Without storage a reload lists the sources under the answer only.
                }
              },
            };

            export const draft = {
              load: () => String(read(draftKey, '')),
              save: (text) => write(draftKey, text),
            };

            /** Forgets everything: the next person at this tab is someone else. */
            export function forget() {
              write(pendingKey, []);
              write(draftKey, '');
            }
            """#
    )
}
