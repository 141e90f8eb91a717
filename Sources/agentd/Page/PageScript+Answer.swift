extension PageAssets {
    /// One answer as data, built from events or from the history.
    static let answerScript = PageAsset(
        path: "/page/answer.js",
        contentType: .javascript,
        text: #"""
            // One answer as the page knows it: from the history, or built up event by event. Nothing here touches the DOM.
            const list = (value) => (Array.isArray(value) ? value.filter((item) => item !== null && item !== undefined) : []);
            const object = (value) => (value && typeof value === 'object' && !Array.isArray(value) ? value : {});

            /** Its status is `running`, `queued` (not begun), or how the turn ended. */
            export function emptyAnswer(id = '') {
              return {
                id, status: 'queued', text: '', marks: [], citations: [], charts: [], tools: [], actions: [],
                approval: null, error: null, degraded: false, ungrounded: [], tokens: null, milliseconds: null,
                lastEventID: '', waitingUntil: 0, timestamp: '', notice: '',
              };
            }

            export function answerFromHistory(message) {
              const answer = emptyAnswer(String(message.id ?? message.message_id ?? ''));
              answer.status = message.status ?? 'completed';
              answer.text = typeof message.content === 'string' ? message.content : '';
              answer.timestamp = message.timestamp ?? message.created_at ?? '';
              for (const citation of list(message.citations)) cite(answer, citation, citation.at);
              answer.charts = list(message.charts);
              answer.tools = list(message.tool_calls).map(object);
              answer.actions = list(message.suggested_actions).map(object);
              answer.approval = message.approval ?? null;
              answer.error = message.error ?? null;
              finish(answer, message);
              return answer;
            }

            export const isRunning = (answer) => answer.status === 'running' || answer.status === 'queued';

            function cite(answer, citation, at) {
              const index = Number.isInteger(citation.index) ? citation.index : answer.citations.length;
              if (!answer.citations.some((known) => known.index === index)) answer.citations.push({ ...object(citation), index });
              if (Number.isInteger(at) && at >= 0) answer.marks.push({ at, index });
            }

            function finish(answer, data) {
              answer.degraded = data.degraded === true;
              answer.ungrounded = list(data.ungrounded);
              const tokens = data.tokens_used ?? (object(data.usage).input_tokens ?? 0) + (object(data.usage).output_tokens ?? 0);
              answer.tokens = Number.isFinite(tokens) && tokens > 0 ? tokens : null;
              answer.milliseconds = Number.isFinite(data.processing_time_ms) ? data.processing_time_ms : null;
            }

            /** A call and its result carry the same id: the second completes the first. */
            function note(answer, call, status) {
              const known = answer.tools.find((tool) => tool.id !== undefined && tool.id === call.id);
              const update = { ...object(call), status: call.status ?? status };
              if (known) Object.assign(known, update);
              else answer.tools.push(update);
            }

            /**
             * Adds one event; true when it was the last.
             *
             * `message_start` begins anew: a stream that starts over (its last position unknown to the service) replaces
             * what was there instead of doubling it.
             */
            export function applyEvent(answer, event) {
              let data;
              try {
                data = object(JSON.parse(event.data));
              } catch {
                data = {};
              }
              if (event.id) answer.lastEventID = event.id;
              switch (event.type) {
              case 'message_start':
                Object.assign(answer, emptyAnswer(String(data.message_id ?? answer.id)),
                  { status: 'running', lastEventID: answer.lastEventID, timestamp: data.timestamp ?? '' });
                break;
              case 'content_delta':
                if (typeof data.text === 'string') answer.text += data.text;
                break;
              case 'tool_call': note(answer, data, 'running'); break;
              case 'tool_result': note(answer, data, 'completed'); break;
              case 'citation': cite(answer, data, answer.text.length); break;
              case 'chart': answer.charts.push(data); break;
              case 'suggested_actions': answer.actions = list(data.actions).map(object); break;
              case 'approval_required': answer.approval = data; break;
              case 'error': answer.error = data; break;
              case 'message_complete':
                answer.status = data.status ?? (answer.error ? 'failed' : 'completed');
                finish(answer, data);
                return true;
              default: break; // An event that a later service adds is not ours to judge.
              }
              return false;
            }

            export const markOpen = '\uE000';
            export const markClose = '\uE001';

            /**
             * The text with each citation's mark at the end of the words it supports.
             *
             * Marks are written in two private-use characters; those in the text itself are replaced first, so that no text
             * can forge one. A mark behind a line break or a table's last bar moves before it, one inside emphasis behind it.
             */
            export function markedText(answer) {
              const text = answer.text.replace(/[\uE000\uE001]/g, '\uFFFD');
              const byPlace = new Map();
              for (const { at, index } of answer.marks) {
                let place = Math.min(at, text.length);
                while (place < text.length && text[place] === '*') place += 1;
                while (place > 0 && /[\s|]/.test(text[place - 1])) place -= 1;
                const before = byPlace.get(place) ?? [];
                if (!before.includes(index)) byPlace.set(place, [...before, index]);
              }
              let marked = '';
              let from = 0;
              for (const place of [...byPlace.keys()].sort((a, b) => a - b)) {
                marked += text.slice(from, place) + byPlace.get(place).map((index) => markOpen + index + markClose).join('');
                from = place;
              }
              return marked + text.slice(from);
            }
            """#
    )
}
