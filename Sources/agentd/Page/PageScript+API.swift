extension PageAssets {
    /// Requests to the service and its errors.
    static let apiScript = PageAsset(
        path: "/page/api.js",
        contentType: .javascript,
        text: #"""
            // The page's one way to the service: same origin, by the session cookie, JSON bodies, errors as values with a code.
            let mount = '/api/v1';
            let onUnauthorized = () => {};
            const timeoutMilliseconds = 30_000;

            export function configure(options) {
              mount = options.mount ?? mount;
              onUnauthorized = options.onUnauthorized ?? onUnauthorized;
            }

            export class APIError extends Error {
              constructor(message, { status = 0, code = 'UNREACHABLE', retryAfter = null, requestID = '' } = {}) {
                super(message);
                Object.assign(this, { status, code, retryAfter, requestID });
              }

              /** Whether nothing is known of what became of the request: it may be repeated under its key at once. */
              get isLost() {
                return [0, 502, 503, 504].includes(this.status);
              }

              /** Whether reading again a little later may succeed without anyone doing anything. */
              get isTransient() {
                return this.isLost || [408, 429, 500].includes(this.status);
              }

              /** How long to wait, as a sentence to follow the message; nothing where the message says it. */
              get waiting() {
                const isSaid = /\d+ seconds?/.test(this.message);
                return this.retryAfter && !isSaid ? ` Please wait ${Math.ceil(this.retryAfter)} seconds.` : '';
              }
            }

            const plainMessages = {
              401: 'Your session has ended. Please log in again.',
              403: 'Your account is not allowed to do this.',
              404: 'This is no longer here.',
              413: 'The message is too long.',
              429: 'Too many requests in a short time.',
            };

            async function failure(response) {
              let body = null;
              try {
                body = await response.json();
              } catch {
                // A proxy's answer need not be JSON: the status alone has to do.
              }
              const error = typeof body?.error === 'object' && body.error ? body.error : {};
              const retryAfter = Number(response.headers.get('Retry-After') ?? error.retry_after ?? NaN);
              let message = typeof error.message === 'string' && error.message ? error.message : plainMessages[response.status];
              message ??= `The service answered with an error (${response.status}).`;
              const fields = Array.isArray(error.details) ? error.details.filter((detail) => detail?.message) : [];
              if (fields.length) message += ` ${fields.map((detail) => `${detail.field ?? ''}: ${detail.message}`).join('; ')}`;
              return new APIError(message, {
                status: response.status,
                code: String(error.code ?? response.status),
                retryAfter: Number.isFinite(retryAfter) ? retryAfter : null,
                requestID: String(body?.meta?.request_id ?? response.headers.get('X-Request-ID') ?? ''),
              });
            }

            async function request(method, path, { body, headers = {}, signal, accept = 'application/json' } = {}) {
              const all = { Accept: accept, ...headers };
              if (body !== undefined) all['Content-Type'] = 'application/json';
              let response;
              try {
                response = await fetch(mount + path, {
                  method, headers: all, signal, credentials: 'same-origin', cache: 'no-store', redirect: 'error',
                  body: body === undefined ? undefined : JSON.stringify(body),
                });
              } catch (error) {
                if (signal?.aborted && signal.reason?.name !== 'TimeoutError') throw error;
                throw new APIError('The service cannot be reached.');
              }
              if (response.ok) return response;
              const problem = await failure(response);
              if (problem.status === 401 && !path.startsWith('/auth/')) onUnauthorized(problem);
              throw problem;
            }

            async function json(method, path, options = {}) {
              const limit = AbortSignal.timeout(timeoutMilliseconds);
              const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
              const response = await request(method, path, { ...options, signal });
              if (response.status === 204) return null;
              try {
                return await response.json();
              } catch (error) {
                if (options.signal?.aborted) throw error;
                throw new APIError('The service’s answer could not be read.', { status: response.status, code: 'UNREADABLE' });
              }
            }

            export const get = (path, options) => json('GET', path, options);
            export const post = (path, body, options) => json('POST', path, { ...options, body });
            export const patch = (path, body) => json('PATCH', path, { body });
            export const remove = (path) => json('DELETE', path);

            /** A response whose body is a stream of events; it has no time limit of its own. */
            export const stream = (method, path, options) => request(method, path, { ...options, accept: 'text/event-stream' });

            export const conversationPath = (id) => `/ai/conversations/${encodeURIComponent(id)}`;

            /** A fresh key under which a POST happens at most once. */
            export function freshKey() {
              return Array.from(crypto.getRandomValues(new Uint8Array(16)),
                (byte) => byte.toString(16).padStart(2, '0')).join('');
            }
            """#
    )
}
