extension PageAssets {
    /// The open conversation.
    static let threadScript = PageAsset(
        path: "/page/thread.js",
        contentType: .javascript,
        text: #"""
            // The open conversation: its history, questions on their way, answers followed to their end, and the stop button.
            // What another tab or another device began shows here too, since every running answer is followed by its own stream.
            import { freshKey } from './api.js';
            import { applyEvent, emptyAnswer, isRunning } from './answer.js';
            import { AnswerView } from './answer-view.js';
            import { Delivery } from './delivery.js';
            import { announce, el } from './dom.js';
            import { follow } from './events.js';
            import { loadHistory } from './history.js';
            import { pending, places } from './store.js';
            import { QuestionView } from './question-view.js';
            import { toolDoing } from './tools.js';

            const approvalWaits = [5, 10, 20, 30, 30, 60, 60, 60, 120, 120, 120];
            const answerWaits = [1, 2, 4, 8, 15];

            export class Thread {
              id = null;
              #entries = [];
              #open = new AbortController();
              #isLoading = false;
              #delivery = new Delivery();
              #started = 0;

              /** `acts`: `opened(id)`, `changed(id, change)`, `busy(bool)`, `edit(text)`, `share(message)`, `empty()`. */
              constructor({ root, scroll, panel, acts }) {
                Object.assign(this, { root, scroll, panel, acts });
              }

              get isRunning() {
                return this.#entries.some((entry) => entry.answer && isRunning(entry.answer));
              }

              /** Lets go of the conversation; what runs in it goes on at the service. */
              close() {
                this.#open.abort();
                this.#open = new AbortController();
                this.id = null;
                this.#delivery = new Delivery();
                this.#entries = [];
                this.panel.close();
                this.acts.busy(false);
                this.root.replaceChildren();
                this.scroll.release();
              }

              /** Shows a conversation, or with null the empty state. */
              async open(id) {
                this.close();
                this.id = id;
                if (!id) {
                  const waiting = pending.of(null);
                  if (!waiting.length) this.acts.empty();
                  for (const sending of waiting) this.#start(sending);
                  return;
                }
                this.root.append(el('p', { class: 'loading', role: 'status' }, 'Loading…'));
                const { signal } = this.#open;
                try {
                  this.#adopt(await loadHistory(id, signal));
                  for (const sending of pending.of(id)) this.#start(sending);
                } catch (error) {
                  if (signal.aborted) return;
                  const message = error.status === 404 ? 'This conversation is not here, or no longer.' : error.message;
                  this.root.replaceChildren(el('div', { class: 'note failed', role: 'alert' }, el('p', {}, message),
                    error.status === 404 ? null : el('button',
                      { type: 'button', class: 'quiet-button', click: () => this.open(id) }, 'Try again')));
                }
              }

              /** Takes in what has happened elsewhere; answers that are followed here stay as they are. */
              async refresh() {
                if (!this.id || this.#isLoading || this.#entries.some((entry) => entry.sending)) return;
                const { signal } = this.#open;
                const started = this.#started;
                this.#isLoading = true;
                try {
                  const found = await loadHistory(this.id, signal);
                  if (!signal.aborted && started === this.#started) this.#adopt(found); // Else it is older than what stands here.
                } catch {
                  // A refresh that fails changes nothing; the next one, or the user, tries again.
                } finally {
                  this.#isLoading = false;
                }
              }

              knows(messageID) {
                return this.#entries.some((entry) => entry.answer?.id === messageID);
              }

              async send(text) {
                const sending = { key: freshKey(), conversation: this.id, text, at: Date.now() };
                if (!this.#entries.length) this.root.replaceChildren();
                pending.add(sending);
                this.#start(sending);
              }

              /** Stops the answer that runs; one that has not begun is stopped as soon as it has a name to stop it by. */
              async stop() {
                const entry = this.#entries.find((each) => each.answer && isRunning(each.answer) && !each.stopping);
                if (!entry) return;
                entry.stopping = true;
                announce('Stopping.');
                if (!entry.sending) await this.#cancel(entry);
              }

              async #cancel(entry) {
                try {
                    await this.#delivery.cancel(this.id, entry.answer);
                  } catch (error) {
                    entry.stopping = false;
                    entry.answer.notice = `The answer could not be stopped. ${error.message}`;
                    announce(entry.answer.notice);
                    entry.view.update();
                  }
              }

              /** Lays the entries of the history out anew, keeping the views of answers that are known. */
              #adopt(found) {
                const known = new Map(this.#entries.filter((entry) => entry.answer?.id).map((entry) => [entry.answer.id, entry]));
                const waiting = new Set(pending.of(this.id).map((sending) => sending.text));
                const unsent = this.#entries.filter((entry) => entry.isUnsent);
                const questions = this.#entries.filter((entry) => entry.role === 'user' && !entry.isUnsent);
                const next = [];
                found.forEach((entry, at) => {
                  if (entry.role === 'user') {
                    const isUnanswered = found[at + 1]?.role !== 'answer';
                    if (isUnanswered && waiting.has(entry.text)) return;
                    const place = questions.findIndex((each) => each.text === entry.text);
                    next.push(place < 0 ? { ...entry, view: new QuestionView(entry.text) } : questions.splice(place, 1)[0]);
                    return;
                  }
                  const kept = known.get(entry.answer.id);
                  const isKept = kept && (kept.isFollowed || kept.answer.status === entry.answer.status);
                  next.push(isKept ? kept : this.#answerEntry(entry.answer));
                });
                next.push(...unsent);
                const isNew = next.length !== this.#entries.length || next.some((entry, at) => entry !== this.#entries[at]);
                this.#entries = next;
                if (isNew || !next.length) this.root.replaceChildren(...next.map((entry) => entry.view.node));
                for (const entry of next) if (entry.answer && isRunning(entry.answer) && !entry.isFollowed) this.#follow(entry);
                this.#settle();
                this.scroll.follow();
                const last = this.#entries.at(-1);
                if (last?.role === 'user' && !last.isUnsent && !waiting.size) this.#lookAgain(answerWaits, () => this.#entries.at(-1) === last);
                else if (last?.answer?.status === 'awaiting_approval') this.#awaitDecision(last);
              }

              #answerEntry(answer) {
                const entry = { role: 'answer', answer };
                entry.view = new AnswerView(answer, {
                  open: (...about) => this.panel.open(...about),
                  ask: (text) => this.send(text),
                  again: () => this.send(this.#entries.slice(0,
                    this.#entries.indexOf(entry)).findLast((each) => each.role === 'user')?.text ?? ''),
                  decided: () => this.refresh(),
                  grew: () => this.scroll.follow(),
                });
                return entry;
              }

              /** Shows a question with the place of its answer, and sends it. */
              #start(sending) {
                const question = { role: 'user', text: sending.text, view: new QuestionView(sending.text) };
                const entry = this.#answerEntry(emptyAnswer());
                if (!this.isRunning) entry.answer.status = 'running';
                Object.assign(entry, { question, sending });
                this.#started += 1;
                this.#entries.push(question, entry);
                this.root.append(question.view.node, entry.view.node);
                entry.view.update();
                this.#settle();
                this.scroll.toEnd();
                this.#follow(entry);
              }

              async #follow(entry) {
                const { answer, view, sending } = entry;
                const { signal } = this.#open;
                entry.isFollowed = true;
                try {
                  await follow({
                    signal,
                    attempts: sending ? 12 : 40,
                    isWorthRetrying: (error) => (entry.sending ? error.isLost : error.isTransient),
                    open: async (connection) => {
                        if (!entry.sending) return this.#delivery.resume(this.id, answer, connection);
                        sending.conversation ??= this.id;
                        return this.#delivery.send(sending, connection, (id, text) => {
                          this.id = id;
                          this.acts.opened(id, text);
                        });
                      },
                    handle: (event) => this.#handle(entry, event),
                    onWait: (wait) => {
                      answer.waitingUntil = wait;
                      view.update();
                    },
                  });
                } catch (error) {
                  if (!signal.aborted) this.#failed(entry, error);
                } finally {
                  entry.isFollowed = false;
                }
                if (!signal.aborted) this.#ended(entry);
              }

              #handle(entry, event) {
                const { answer } = entry;
                answer.waitingUntil = 0;
                const isLast = applyEvent(answer, event);
                if (event.type === 'message_start' && entry.sending) {
                  pending.remove(entry.sending.key);
                  entry.sending = null;
                  if (this.#entries.some((other) => other !== entry && other.answer?.id === answer.id)) {
                    this.#drop(entry);
                    return true;
                  }
                  this.acts.share({ kind: 'turn', conversation: this.id, message: answer.id });
                }
                if (event.type === 'message_start' && entry.stopping) this.#cancel(entry);
                if (event.type === 'tool_call') announce(`${toolDoing(answer.tools.at(-1)?.name)}.`);
                entry.view.update();
                return isLast;
              }

              /** Takes a question away whose answer already stands in the thread. */
              #drop(entry) {
                for (const gone of [entry.question, entry]) gone.view.node.remove();
                this.#entries = this.#entries.filter((each) => each !== entry && each !== entry.question);
                this.#settle();
              }

              #failed(entry, error) {
                const { answer } = entry;
                if (entry.sending) {
                  this.#takeBack(entry, error);
                  return;
                }
                answer.status = 'failed';
                answer.waitingUntil = 0;
                answer.error = { code: error.code, message: error.message ?? 'The answer could not be read.',
                  requestID: error.requestID };
                entry.view.update();
              }

              /** Leaves a question that was refused in the thread, to be sent again or edited. */
              #takeBack(entry, error) {
                const { question, sending } = entry;
                pending.remove(sending.key);
                entry.sending = null;
                entry.view.node.remove();
                this.#entries = this.#entries.filter((each) => each !== entry);
                question.isUnsent = true;
                const remove = () => {
                  this.#entries = this.#entries.filter((each) => each !== question);
                  question.view.node.remove();
                };
                question.view.fail(error, {
                  again: () => {
                    remove();
                    const again = { ...sending, key: error.status === 0 ? sending.key : freshKey(), at: Date.now() };
                    pending.add(again);
                    this.#start(again);
                  },
                  edit: () => {
                    remove();
                    this.acts.edit(sending.text);
                  },
                });
              }

              #ended(entry) {
                const { answer } = entry;
                this.#settle();
                if (!this.#entries.includes(entry)) return;
                if (answer.marks.length) places.save(answer.id, answer.marks);
                if (isRunning(answer)) {
                  // The service has nothing more to follow: the history knows how it ended.
                  this.#lookAgain([1, 5, 15], () => this.#entries.includes(entry));
                  return;
                }
                announce(answer.error ? String(answer.error.message ?? 'The answer failed.')
                  : answer.text.replace(/[*#`|]/g, ''));
                this.acts.changed(this.id);
                if (answer.status === 'awaiting_approval') this.#awaitDecision(entry);
              }

              #settle() {
                const last = this.#entries.findLast((entry) => entry.answer);
                for (const entry of this.#entries) {
                  if (!entry.answer) continue;
                  entry.view.isLast = entry === last;
                  entry.view.update();
                }
                this.acts.busy(this.isRunning);
              }

              /** The decision starts a turn of its own, which the history will name. */
              #awaitDecision(entry) {
                this.#lookAgain(approvalWaits, () => this.#entries.at(-1) === entry);
              }

              async #lookAgain(waits, isStillWanted) {
                const { signal } = this.#open;
                for (const seconds of waits) {
                  await new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });
                  if (signal.aborted || !isStillWanted()) return;
                  if (!document.hidden) await this.refresh();
                }
              }
            }
            """#
    )
}
