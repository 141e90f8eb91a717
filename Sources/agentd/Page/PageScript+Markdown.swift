extension PageAssets {
    /// The part of Markdown that answers use, as nodes.
    static let markdownScript = PageAsset(
        path: "/page/markdown.js",
        contentType: .javascript,
        text: #"""
            // The part of Markdown that answers use (headings, lists, tables, code, bold, emphasis, links, line breaks), as nodes.
            // Blocks whose source has not changed keep their nodes, so a growing answer redraws only its last block.
            import { el } from './dom.js';
            import { markOpen, markClose } from './answer.js';

            const item = /^(\s*)(?:[-*•]|(\d{1,3})[.)])\s+(.*)$/;
            const heading = /^(#{1,6})\s+(.*?)\s*#*$/;
            const fence = /^\s*```/;
            const rule = /^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/;
            const separator = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
            const numeric = /^(?:[–—-]?|[^\p{L}]*\d[\d.,\s\u00A0]*(?:[KMB%)]|pp)*)$/u;
            const special = '\n`*[\uE000';
            const depthMax = 4;
            const runMax = 2000; // Emphasis longer than this stays plain: it bounds the search for its end.

            const withoutMarks = (text) => text.replace(/\uE000\d+\uE001/g, '').trim();

            function startsTable(lines, at) {
              return lines[at].includes('|') && at + 1 < lines.length && lines[at + 1].includes('|')
                && separator.test(lines[at + 1]);
            }

            function kindOf(lines, at) {
              const line = lines[at];
              if (line.trim() === '') return 'blank';
              if (fence.test(line)) return 'code';
              if (heading.test(line)) return 'heading';
              if (rule.test(line)) return 'rule';
              if (startsTable(lines, at)) return 'table';
              if (item.test(line)) return 'list';
              return line.startsWith('>') ? 'quote' : 'paragraph';
            }

            function continues(kind, lines, at) {
              const next = kindOf(lines, at);
              switch (kind) {
              case 'table': return next !== 'blank' && lines[at].includes('|');
              case 'quote': return next === 'quote';
              case 'paragraph': return next === 'paragraph' || next === 'rule';
              case 'list':
                if (next === 'blank') return at + 1 < lines.length && kindOf(lines, at + 1) === 'list';
                return next === 'list' || /^\s{2,}\S/.test(lines[at]);
              default: return false;
              }
            }

            /** Cuts the text into blocks: `{kind, lines}`. */
            export function blocks(text) {
              const lines = text.split(/\r\n|\n|\r/);
              const found = [];
              for (let at = 0; at < lines.length;) {
                const kind = kindOf(lines, at);
                const from = at;
                at += 1;
                if (kind === 'code') {
                  while (at < lines.length && !fence.test(lines[at])) at += 1;
                  at += 1;
                } else {
                  while (at < lines.length && continues(kind, lines, at)) at += 1;
                }
                if (kind !== 'blank') found.push({ kind, lines: lines.slice(from, at) });
              }
              return found;
            }

            /** A path of this origin; everything else is shown, not linked. */
            function localPath(target) {
              if (!/^\/[^/\\]/.test(target)) return null;
              try {
                const url = new URL(target, location.origin);
                return url.origin === location.origin ? url.pathname + url.search + url.hash : null;
              } catch {
                return null;
              }
            }

            function link(label, target) {
              const path = localPath(target);
              if (path) return el('a', { href: path, target: '_blank', rel: 'noopener noreferrer' }, label);
              return document.createTextNode(label === target ? target : `${label} (${target})`);
            }

            /** The nodes of a run of text; `options.open` says that more may follow, so an unclosed bold is bold already. */
            export function inline(text, options, depth = 0) {
              const nodes = [];
              let plain = '';
              const put = (node) => {
                if (plain) nodes.push(document.createTextNode(plain));
                plain = '';
                if (node) nodes.push(node);
              };
              const nested = (part) => inline(part, options, depth + 1);
              let at = 0;
              while (at < text.length) {
                const start = text[at];
                if (!special.includes(start)) {
                  plain += start;
                  at += 1;
                  continue;
                }
                const rest = text.slice(at, at + runMax);
                let match;
                if (start === '\n') {
                  put(el('br'));
                  at += 1;
                } else if (start === '`' && (match = /^`([^`\n]+)`/.exec(rest))) {
                  put(el('code', {}, withoutMarks(match[1])));
                  at += match[0].length;
                } else if (start === '*' && depth < depthMax && (match = /^\*\*(?=\S)([^]*?\S)\*\*/.exec(rest))) {
                  put(el('strong', {}, nested(match[1])));
                  at += match[0].length;
                } else if (start === '*' && options.open && depth < depthMax && /^\*\*\S/.test(rest) && !rest.includes('\n')) {
                  put(el('strong', {}, nested(text.slice(at + 2).replace(/\*$/, ''))));
                  at = text.length;
                } else if (start === '*' && depth < depthMax && !/\w$/.test(text.slice(Math.max(0, at - 1), at))
                  && (match = /^\*(?![\s*])([^*\n]*[^\s*])\*(?![\w*])/.exec(rest))) {
                  put(el('em', {}, nested(match[1])));
                  at += match[0].length;
                } else if (start === '[' && rest.startsWith('[unverified]')) {
                  plain = plain.replace(/ $/, '\u00A0');
                  put(el('span', { class: 'badge unverified', title: 'This figure could not be traced to the data.' },
                    'unverified'));
                  at += '[unverified]'.length;
                } else if (start === '[' && (match = /^\[([^\]\n]{1,300})\]\(([^()\s]{1,400})\)/.exec(rest))) {
                  put(link(withoutMarks(match[1]), match[2]));
                  at += match[0].length;
                } else if (start === markOpen && (match = new RegExp(`^${markOpen}(\\d+)${markClose}`).exec(rest))) {
                  put(options.chip?.(Number(match[1])));
                  at += match[0].length;
                } else {
                  plain += start;
                  at += 1;
                }
              }
              put();
              return nodes;
            }

            function listNode(lines, options) {
              const root = [];
              const stack = [];
              for (const line of lines) {
                const match = item.exec(line);
                if (!match) {
                  const last = stack.at(-1)?.entry;
                  if (last && line.trim()) last.text += `\n${line.trim()}`;
                  continue;
                }
                const indent = match[1].replace(/\t/g, '    ').length;
                while (stack.length && stack.at(-1).indent >= indent) stack.pop();
                if (stack.length >= depthMax) stack.length = depthMax - 1;
                const entry = { ordered: match[2] !== undefined, number: Number(match[2] ?? 1), text: match[3], children: [] };
                (stack.at(-1)?.entry.children ?? root).push(entry);
                stack.push({ indent, entry });
              }
              const build = (entries) => {
                const lists = [];
                for (const entry of entries) {
                  if (lists.at(-1)?.ordered !== entry.ordered) {
                    const start = entry.ordered && entry.number !== 1 ? { start: entry.number } : {};
                    lists.push({ ordered: entry.ordered, node: el(entry.ordered ? 'ol' : 'ul', start) });
                  }
                  lists.at(-1).node.append(el('li', {}, inline(entry.text, options), build(entry.children)));
                }
                return lists.map((each) => each.node);
              };
              const lists = build(root);
              return lists.length === 1 ? lists[0] : el('div', {}, lists);
            }

            const cells = (line) => line.trim().replace(/^\|/, '').replace(/\|$/, '').split(/(?<!\\)\|/)
              .map((cell) => cell.trim().replace(/\\\|/g, '|'));

            function tableNode(lines, options) {
              const ends = cells(lines[1]).map((mark) => (mark.endsWith(':') ? 'number' : undefined));
              const rows = lines.slice(2).map(cells);
              const isNumber = (column) => rows.length > 0 && rows.every((row) => numeric.test(withoutMarks(row[column] ?? '')));
              const classes = cells(lines[0]).map((_, column) => ends[column] ?? (isNumber(column) ? 'number' : undefined));
              const row = (line, name) => el('tr', {}, cells(line).map((cell, column) =>
                el(name, { class: classes[column], scope: name === 'th' ? 'col' : null }, inline(cell, options))));
              return el('div', { class: 'table-scroll', tabindex: '0', role: 'group', 'aria-label': 'Table' },
                el('table', {}, el('thead', {}, row(lines[0], 'th')),
                  el('tbody', {}, lines.slice(2).map((line) => row(line, 'td')))));
            }

            function blockNode({ kind, lines }, options) {
              switch (kind) {
              case 'code': {
                const closed = lines.length > 1 && fence.test(lines.at(-1));
                return el('pre', { tabindex: '0' }, el('code', {},
                  lines.slice(1, closed ? -1 : undefined).join('\n').replace(/\uE000\d+\uE001/g, '')));
              }
              case 'heading': {
                const [, marks, title] = heading.exec(lines[0]);
                return el(`h${Math.min(marks.length + 2, 6)}`, {}, inline(title, options));
              }
              case 'rule': return el('hr');
              case 'table': return tableNode(lines, options);
              case 'list': return listNode(lines, options);
              case 'quote': return el('blockquote', {},
                inline(lines.map((line) => line.replace(/^>\s?/, '')).join('\n'), options));
              default: return el('p', {}, inline(lines.join('\n').trim(), options));
              }
            }

            export class MarkdownView {
              #parts = [];

              constructor(root) {
                this.root = root;
              }

              /** Shows the text; `chip(index)` makes the node of a citation's mark, `version` is what chips depend on. */
              render(text, { open = false, chip, version = '' } = {}) {
                const found = blocks(text);
                found.forEach((block, at) => {
                  const isOpen = open && at === found.length - 1;
                  const key = `${version}|${isOpen}|${block.kind}|${block.lines.join('\n')}`;
                  if (this.#parts[at]?.key === key) return;
                  const node = blockNode(block, { open: isOpen, chip });
                  if (this.#parts[at]) this.#parts[at].node.replaceWith(node);
                  else this.root.append(node);
                  this.#parts[at] = { key, node };
                });
                for (const part of this.#parts.splice(found.length)) part.node.remove();
              }
            }
            """#
    )
}
