extension PageAssets {
    /// A chart with its title and its table.
    static let chartScript = PageAsset(
        path: "/page/chart.js",
        contentType: .javascript,
        text: #"""
            // A chart in an answer: title, drawing, legend, and the same figures as a table for those who want to read them.
            import { el, icon } from './dom.js';
            import { figure } from './format.js';
            import { readChart } from './chart-data.js';
            import { draw, toneOf, waterfallBase } from './chart-draw.js';

            function dataTable(chart) {
              const isPie = chart.isPie && chart.series.length === 1 && !chart.extra.length;
              const total = isPie ? chart.series[0].values.reduce((sum, value) => sum + (value ?? 0), 0) : 0;
              const columns = [
                ...chart.series.map((series) => ({ name: series.name, values: series.values, format: chart.format })),
                ...chart.extra.map((extra) => ({ name: extra.name, values: extra.values, format: { unit: extra.unit } })),
                ...(isPie && total ? [{ name: 'Share', format: { unit: 'ratio' },
                  values: chart.series[0].values.map((v) => (v ?? 0) / total) }] : []),
              ];
              const values = (at) => chart.kind === 'waterfall'
                ? [chart.steps[at]?.isTotal ? '–' : figure(chart.steps[at]?.value, chart.format, false, true),
                  figure(chart.steps[at]?.to, chart.format)]
                : columns.map((column) => figure(column.values[at], column.format));
              const names = chart.kind === 'waterfall' ? ['Change', 'Level'] : columns.map((column) => column.name);
              return el('table', {},
                el('caption', { class: 'visually-hidden' }, chart.title || 'Figures of the chart'),
                el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, chart.axis || 'Label'),
                  names.map((name) => el('th', { scope: 'col', class: 'number' }, name)))),
                el('tbody', {}, chart.labels.map((label, at) => el('tr', {}, el('th', { scope: 'row' }, label),
                  values(at).map((value) => el('td', { class: 'number' }, value))))));
            }

            /** One sentence for those who do not see the drawing. */
            function summary(chart) {
              const values = chart.series[0].values.filter((value) => value !== null);
              if (!values.length) return 'A chart without figures.';
              const [low, high] = [Math.min(...values), Math.max(...values)];
              const nameOf = (value) => chart.labels[chart.series[0].values.indexOf(value)];
              const kind = { line: 'Line chart', waterfall: 'Waterfall chart', bar: 'Bar chart' }[chart.kind];
              return `${kind}${chart.title ? `, ${chart.title}` : ''}: ${chart.labels.length} values, from `
                + `${figure(low, chart.format)} (${nameOf(low)}) to ${figure(high, chart.format)} (${nameOf(high)}).`;
            }

            /** The figure element of a chart as it came over the wire; a chart that cannot be read says so. */
            export function chartFigure(wire) {
              const chart = readChart(wire);
              if (!chart) return el('figure', { class: 'chart' },
                el('p', { class: 'quiet' }, 'This chart holds nothing that can be drawn.'));
              const stage = el('div', { class: 'chart-stage', role: 'img', 'aria-label': summary(chart) });
              const tip = el('div', { class: 'chart-tip', hidden: true });
              const table = el('div', { class: 'table-scroll chart-table', hidden: true, tabindex: '0', role: 'group',
                'aria-label': 'Figures of the chart' });
              const toggle = el('button', { type: 'button', class: 'quiet-button', 'aria-pressed': 'false', click: () => {
                const shows = table.hidden;
                if (shows && !table.firstChild) table.append(dataTable(chart));
                table.hidden = !shows;
                stage.hidden = shows;
                if (note) note.hidden = shows;
                toggle.setAttribute('aria-pressed', String(shows));
                toggle.replaceChildren(icon(shows ? 'chart' : 'table'), shows ? 'Chart' : 'Table');
              } }, icon('table'), 'Table');
              const showPoint = (at, x) => {
                tip.hidden = at === null;
                if (at === null) return;
                tip.replaceChildren(el('strong', {}, chart.labels[at]), ...chart.series.map((series, place) =>
                  el('span', { class: `key ${toneOf(place)}` },
                    `${chart.series.length > 1 ? `${series.name} ` : ''}${figure(series.values[at], chart.format)}`)));
                const isRight = x > stage.clientWidth / 2;
                tip.style.left = isRight ? '' : `${x + 10}px`;
                tip.style.right = isRight ? `${stage.clientWidth - x + 10}px` : '';
              };
              let width = 0;
              new ResizeObserver(() => {
                const room = Math.floor(stage.clientWidth);
                if (!room || room === width) return;
                width = room;
                stage.replaceChildren(draw(chart, width, showPoint), tip);
              }).observe(stage);
              const legend = chart.series.length > 1 && chart.kind !== 'waterfall'
                ? el('div', { class: 'legend', 'aria-hidden': 'true' },
                  chart.series.map((series, at) => el('span', { class: `key ${toneOf(at)}` }, series.name)))
                : null;
              const base = chart.kind === 'waterfall' ? waterfallBase(chart.steps) : 0;
              const note = base
                ? el('p', { class: 'chart-note' }, `The scale begins at ${figure(base, chart.format, true)}.`)
                : null;
              const caption = el('figcaption', {}, el('span', { class: 'chart-title' }, chart.title || 'Chart'), toggle);
              return el('figure', { class: 'chart' }, caption, legend, stage, note, table);
            }
            """#
    )
}
