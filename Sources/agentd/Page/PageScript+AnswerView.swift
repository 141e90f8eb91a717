extension PageAssets {
    /// One answer on the page.
    static let answerViewScript = PageAsset(
        path: "/page/answer-view.js",
        contentType: .javascript,
        text: #"""
            // Shows one answer and keeps up with it while it grows: activity, text, charts, notes, sources, what to ask next.
            import { post } from './api.js';
            import { el, icon } from './dom.js';
            import { count, duration, moment, words } from './format.js';
            import { isRunning, markedText } from './answer.js';
            import { MarkdownView } from './markdown.js';
            import { chartFigure } from './chart.js';
            import { sourceLabel, sourceRow } from './sources.js';
            import { toolDoing, toolDone, toolOutcome } from './tools.js';

            const noteTexts = {
              cancelled: 'Stopped before the end.',
              interrupted: 'The service was restarted in the middle of this answer. Ask again for the rest.',
            };

            function note(kind, symbol, ...children) {
              return el('div', { class: `note ${kind}` }, icon(symbol), el('div', {}, children));
            }

            function inputs(values) {
              const entries = values && typeof values === 'object' ? Object.entries(values) : [];
              const written = (value) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
              return el('dl', { class: 'facts inputs' },
                entries.map(([name, value]) => [el('dt', {}, words(name)), el('dd', {}, written(value))]).flat());
            }

            export class AnswerView {
              #frame = 0;
              #drawn = {};

              /** `acts`: `open(answer, index, from)`, `ask(text)`, `again()`, `decided()`, `grew()`. */
              constructor(answer, acts) {
                this.answer = answer;
                this.acts = acts;
                this.isLast = true;
                this.slots = Object.fromEntries(['activity', 'body', 'charts', 'notes', 'sources', 'next', 'footer']
                  .map((name) => [name, el('div', { class: `answer-${name}` })]));
                this.text = new MarkdownView(this.slots.body);
                this.node = el('article', { class: 'message answer', 'aria-label': 'Answer' }, Object.values(this.slots));
                this.render();
              }

              /** Draws at the next frame; a hidden tab has no frames, so there at a slow beat. */
              update() {
                if (this.#frame) return;
                const run = () => {
                  this.#frame = 0;
                  this.render();
                  this.acts.grew();
                };
                this.#frame = document.hidden ? setTimeout(run, 250) : requestAnimationFrame(run);
              }

              render() {
                const { answer, slots } = this;
                const isLive = isRunning(answer);
                this.node.dataset.message = answer.id;
                this.node.dataset.status = answer.status;
                this.node.setAttribute('aria-busy', String(isLive));
                this.#redraw('activity', [answer.tools, answer.status, answer.text !== '', answer.waitingUntil],
                  () => this.#activity(isLive));
                this.text.render(markedText(answer), {
                  open: isLive, chip: (index) => this.#chip(index), version: answer.citations.length,
                });
                slots.body.classList.toggle('growing', isLive && answer.text !== '');
                this.#showCharts();
                this.#redraw('notes', [answer.status, answer.approval, answer.error, answer.degraded, answer.notice], () => this.#notes());
                this.#redraw('sources', answer.citations,
                  () => [sourceRow(answer, (index, from) => this.acts.open(answer, index, from))]);
                this.#redraw('next', [this.isLast, isLive, answer.actions], () => (this.isLast && !isLive ? this.#next() : []));
                this.#redraw('footer', [isLive, answer.milliseconds, answer.tokens],
                  () => (isLive || !answer.text ? [] : this.#footer()));
              }

              /** Fills a slot again when what it shows has changed. */
              #redraw(name, state, make) {
                const key = JSON.stringify(state);
                if (this.#drawn[name] === key) return;
                this.#drawn[name] = key;
                const wasOpen = this.slots[name].querySelector('details')?.open ?? false;
                this.slots[name].replaceChildren(...make().filter(Boolean));
                const details = this.slots[name].querySelector('details');
                if (details) details.open = wasOpen;
              }

              /** Charts are only ever added; those that stand keep whether they show their table. */
              #showCharts() {
                const { charts } = this.slots;
                while (charts.children.length > this.answer.charts.length) charts.lastChild.remove();
                for (const chart of this.answer.charts.slice(charts.children.length)) charts.append(chartFigure(chart));
              }

              #chip(index) {
                const place = this.answer.citations.findIndex((citation) => citation.index === index);
                if (place < 0) return null;
                const { kind, name } = sourceLabel(this.answer.citations[place]);
                return el('button', { type: 'button', class: 'chip', 'aria-label': `Source ${place + 1}: ${kind}, ${name}`,
                  title: `${kind}: ${name}`,
                  click: (event) => this.acts.open(this.answer, index, event.currentTarget) }, String(place + 1));
              }

              #activity(isLive) {
                const { tools, waitingUntil, status, text } = this.answer;
                if (isLive) {
                  const running = tools.findLast((tool) => tool.status === 'running');
                  const last = tools.at(-1);
                  let line = 'Thinking…';
                  if (waitingUntil) line = 'The connection was lost. Trying again…';
                  else if (running) line = `${toolDoing(running.name)}…`;
                  else if (status === 'queued') line = 'Waiting for its turn…';
                  else if (text && last) return [this.#toolList()];
                  else if (text) return [];
                  else if (last) line = `${toolDone(last.name)} · ${duration(last.duration_ms)}`;
                  return [el('p', { class: `activity-line${waitingUntil ? ' lost' : ''}` },
                    el('span', { class: 'pulse', 'aria-hidden': 'true' }), line)];
                }
                return tools.length ? [this.#toolList()] : [];
              }

              #toolList() {
                const { tools } = this.answer;
                const total = tools.reduce((sum, tool) => sum + (Number.isFinite(tool.duration_ms) ? tool.duration_ms : 0), 0);
                const names = [...new Set(tools.map((tool) => toolDone(tool.name)))];
                const title = names.length <= 2 ? names.join(', ') : `Used ${count(tools.length, 'tool')}`;
                return el('details', { class: 'activity' },
                  el('summary', {}, icon('check'), el('span', {}, title), el('span', { class: 'quiet' }, duration(total))),
                  el('ol', {}, tools.map((tool) => el('li', {},
                    el('div', { class: 'tool-line' }, el('span', {}, toolDone(tool.name)),
                      el('code', {}, String(tool.name ?? '')),
                      el('span', { class: 'quiet' }, [duration(tool.duration_ms),
                        toolOutcome(tool.status)].filter(Boolean).join(' · '))),
                    inputs(tool.arguments)))));
              }

              #notes() {
                const { answer } = this;
                const notes = [];
                if (answer.notice && isRunning(answer)) notes.push(note('failed', 'warning', answer.notice));
                if (answer.degraded) {
                  notes.push(note('degraded', 'warning', el('strong', {}, 'Reduced service. '),
                    'The language model could not be used, so the built-in planner answered. '
                      + 'Its figures still come from your data.'));
                }
                if (answer.status === 'awaiting_approval' || answer.approval) notes.push(this.#approval());
                if (answer.error) {
                  notes.push(note('failed', 'warning',
                    el('p', {}, String(answer.error.message ?? 'The answer could not be completed.')),
                    el('p', { class: 'quiet' }, [answer.error.code, answer.error.requestID].filter(Boolean).join(' · ')),
                    answer.error.retryable === false ? null : this.#againButton()));
                } else if (answer.status === 'failed') {
                  notes.push(note('failed', 'warning', 'The answer could not be completed.'));
                } else if (noteTexts[answer.status]) {
                  notes.push(note('ended', 'stop', el('p', {}, noteTexts[answer.status]),
                    answer.status === 'interrupted' ? this.#againButton() : null));
                }
                return notes;
              }

              #againButton() {
                return el('button', { type: 'button', class: 'quiet-button', click: () => this.acts.again() }, icon('again'),
                  'Ask again');
              }

              #approval() {
                const waiting = this.answer.approval
                  ?? this.answer.tools.findLast((tool) => tool.status === 'awaiting_approval') ?? {};
                const name = waiting.tool ?? waiting.name;
                return note('approval', 'clock',
                  el('p', {}, el('strong', {}, 'Waiting for approval. '), name
                    ? `${toolDoing(name)} waits until someone who may approve it has done so.`
                      : 'It goes on once someone has approved it.'),
                  inputs(waiting.arguments),
                  waiting.expires_at ? el('p', { class: 'quiet' }, `Expires ${moment(waiting.expires_at)}`) : null,
                  waiting.approval_id ? this.#decision(waiting.approval_id) : null);
              }

              /** Two buttons; who may not decide is told so by the service. */
              #decision(approval) {
                const words = el('p', { class: 'quiet', role: 'status' });
                const buttons = [['approve', 'Approve'], ['reject', 'Reject']].map(([kind, label]) =>
                  el('button', { type: 'button', class: 'quiet-button', click: () => decide(kind) }, label));
                const decide = async (kind) => {
                  const reason = kind === 'reject' ? window.prompt('Why not?') : '';
                  if (kind === 'reject' && !reason?.trim()) return;
                  for (const button of buttons) button.disabled = true;
                  try {
                    const body = kind === 'reject' ? { reason: reason.trim() } : {};
                    await post(`/governance/approvals/${encodeURIComponent(approval)}/${kind}`, body);
                    words.textContent = kind === 'approve' ? 'Approved.' : 'Rejected.';
                    this.acts.decided?.();
                  } catch (error) {
                    words.textContent = error.message;
                    for (const button of buttons) button.disabled = false;
                  }
                };
                return el('div', { class: 'decision' }, ...buttons, words);
              }

              #next() {
                const asks = this.answer.actions.map((action) => ({
                  label: String(action.label ?? action.text ?? action.question ?? ''),
                  text: String(action.question ?? action.query ?? action.prompt ?? action.label ?? action.text ?? ''),
                })).filter((action) => action.label && action.text);
                return asks.slice(0, 6).map((action) => el('button', { type: 'button', class: 'suggestion', title: action.text,
                  click: () => this.acts.ask(action.text) }, action.label));
              }

              #footer() {
                const { answer } = this;
                const copy = el('button', { type: 'button', class: 'quiet-button', click: async () => {
                  try {
                    await navigator.clipboard.writeText(answer.text);
                    copy.replaceChildren(icon('check'), 'Copied');
                  } catch {
                    copy.replaceChildren(icon('warning'), 'Copying is not allowed here');
                  }
                  setTimeout(() => copy.replaceChildren(icon('copy'), 'Copy'), 2000);
                } }, icon('copy'), 'Copy');
                const facts = [duration(answer.milliseconds ?? NaN),
                  answer.tokens ? count(answer.tokens, 'token') : ''].filter(Boolean);
                return [copy, facts.length ? el('span', { class: 'quiet' }, facts.join(' · ')) : null];
              }
            }
            """#
    )
}
