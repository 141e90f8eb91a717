extension PageAssets {
    /// The event-stream parser, and following a stream through lost connections.
    static let eventsScript = PageAsset(
        path: "/page/events.js",
        contentType: .javascript,
        text: #"""
            // Server-sent events over fetch: the parser, and the loop that follows one stream to its end through lost connections.
            // EventSource would do the parsing, but cannot send a POST and keeps its retry policy to itself.
            import { APIError } from './api.js';

            const lineMax = 4 * 1024 * 1024;
            const silenceMilliseconds = 45_000; // Three missed keep-alive comments.
            const waits = [300, 1000, 2000, 4000, 8000, 15_000];

            /** https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation, fed in any pieces. */
            export class EventParser {
              #rest = '';
              #data = [];
              #type = '';
              #id = '';
              #afterCarriageReturn = false;

              /** The events that this piece completes. */
              push(piece) {
                const events = [];
                let text = piece;
                if (this.#afterCarriageReturn && text) {
                  if (text[0] === '\n') text = text.slice(1);
                  this.#afterCarriageReturn = false;
                }
                if (text.endsWith('\r')) this.#afterCarriageReturn = true;
                const lines = (this.#rest + text).split(/\r\n|\n|\r/);
                this.#rest = lines.pop();
                if (this.#rest.length > lineMax) throw new APIError('The stream holds a line that is too long.');
                for (const line of lines) this.#take(line, events);
                return events;
              }

              #take(line, events) {
                if (line === '') {
                  if (this.#data.length) events.push({ id: this.#id, type: this.#type || 'message',
                    data: this.#data.join('\n') });
                  this.#data = [];
                  this.#type = '';
                  return;
                }
                const colon = line.indexOf(':');
                if (colon === 0) return;
                const field = colon < 0 ? line : line.slice(0, colon);
                const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
                if (field === 'data') this.#data.push(value);
                else if (field === 'event') this.#type = value;
                else if (field === 'id' && !value.includes('\0')) this.#id = value;
              }
            }

            /** A factor around one, so that many pages do not come back at the same moment. */
            const spread = () => 0.8 + (crypto.getRandomValues(new Uint8Array(1))[0] / 255) * 0.4;

            async function read(body, connection, handle) {
              const reader = body.getReader();
              const decoder = new TextDecoder();
              const parser = new EventParser();
              let watchdog;
              try {
                for (;;) {
                  watchdog = setTimeout(() => connection.abort(), silenceMilliseconds);
                  const { done, value } = await reader.read();
                  clearTimeout(watchdog);
                  if (done) return;
                  for (const event of parser.push(decoder.decode(value, { stream: true }))) if (handle(event)) return;
                }
              } finally {
                clearTimeout(watchdog);
                reader.cancel().catch(() => {}); // The connection may be gone already; there is nothing left to release.
              }
            }

            /** Waits; comes back early when the network returns or the signal says so. */
            function pause(milliseconds, signal) {
              return new Promise((resolve) => {
                const end = () => {
                  clearTimeout(timer);
                  removeEventListener('online', end);
                  signal.removeEventListener('abort', end);
                  resolve();
                };
                const timer = setTimeout(end, milliseconds);
                addEventListener('online', end);
                signal.addEventListener('abort', end);
              });
            }

            /**
             * Follows a stream until `handle` returns true, opening it again when it breaks.
             *
             * `open(signal)` asks for what is missing since the last event; `onWait(ms)` tells of a pause, `onWait(0)` of its end;
             * `isWorthRetrying(error)` judges an answer that was no stream.
             * Throws the error that makes going on pointless; after `attempts` failures in a row the last one.
             */
            export async function follow({ open, handle, onWait, signal, isWorthRetrying, attempts = 40 }) {
              let failures = 0;
              while (!signal.aborted) {
                const connection = new AbortController();
                const cut = () => connection.abort();
                signal.addEventListener('abort', cut);
                let ended = false;
                let problem = new APIError('The connection was lost.');
                try {
                  const response = await open(connection.signal);
                  if (response.status === 204) return;
                  await read(response.body, connection, (event) => {
                    if (failures) onWait(0);
                    failures = 0;
                    ended = handle(event);
                    return ended;
                  });
                } catch (error) {
                  if (signal.aborted) return;
                  if (error instanceof APIError) problem = error;
                  if (error instanceof APIError && !isWorthRetrying(error)) throw error;
                } finally {
                  signal.removeEventListener('abort', cut);
                  connection.abort();
                }
                if (ended || signal.aborted) return;
                failures += 1;
                if (failures > attempts) throw problem;
                const wait = Math.max(waits[Math.min(failures, waits.length) - 1] * spread(),
                  (problem.retryAfter ?? 0) * 1000);
                onWait(wait);
                await pause(wait, signal);
              }
            }
            """#
    )
}
