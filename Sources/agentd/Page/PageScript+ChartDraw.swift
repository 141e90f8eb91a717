extension PageAssets {
    /// Drawing charts as SVG.
    static let chartDrawScript = PageAsset(
        path: "/page/chart-draw.js",
        contentType: .javascript,
        text: #"""
            // Draws a chart that `chart-data.js` has read, as SVG in real pixels: text keeps its size at every width.
            import { svg } from './dom.js';
            import { figure } from './format.js';

            const seriesMax = 6;
            const pen = document.createElement('canvas').getContext('2d');

            export const toneOf = (at) => `series-${at % seriesMax}`;

            /** How wide text stands in the chart's type. */
            function measure(content) {
              pen.font = `12px ${getComputedStyle(document.documentElement).getPropertyValue('--sans')}`;
              return pen.measureText(content).width;
            }

            const widest = (contents) => Math.max(...contents.map(measure));

            function shorten(label, room) {
              if (measure(label) <= room) return label;
              let length = label.length;
              while (length > 1 && measure(`${label.slice(0, length)}…`) > room) length -= 1;
              return `${label.slice(0, length).trimEnd()}…`;
            }

            /** Round steps that cover `low…high`. */
            export function ticks(low, high, wanted = 4) {
              if (!(high > low)) return [low, low + 1];
              const raw = (high - low) / wanted;
              const power = 10 ** Math.floor(Math.log10(raw));
              const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= raw) ?? power * 10;
              const first = Math.floor(low / step);
              const count = Math.min(Math.ceil(high / step - 1e-9) - first + 1, 12);
              return Array.from({ length: count }, (_, at) => (first + at) * step);
            }

            function text(x, y, content, attributes = {}) {
              return svg('text', { x, y, ...attributes }, String(content));
            }

            function bar(x, y, width, height, tone, label) {
              const radius = Math.min(3, width / 2, height / 2);
              return svg('rect', { x, y, width: Math.max(width, 1), height: Math.max(height, 1), rx: radius, class: tone },
                svg('title', {}, label));
            }

            function sheet(width, height) {
              const viewBox = `0 0 ${width} ${height}`;
              return svg('svg', { class: 'plot', width, height, viewBox, 'aria-hidden': 'true', focusable: 'false' });
            }

            /** Bars lying down, one row each: names of any length stay readable, also on a phone. */
            function rows(bars, width, format, { base = 0, connected = false } = {}) {
              const values = bars.map((each) => figure(each.value, format, true, each.isChange));
              const nameWidth = Math.min(widest(bars.map((each) => each.label)) + 12, width * 0.4);
              const valueWidth = widest(values) + 10;
              const rowHeight = bars.length > 16 ? 24 : 30;
              const ends = bars.flatMap((each) => [each.from, each.to]).filter((end) => end !== 0 || base === 0);
              const [low, high] = [Math.min(base, ...ends), Math.max(base, ...ends)];
              const leftGap = low < base && !connected ? valueWidth : 0;
              const room = Math.max(width - nameWidth - valueWidth - leftGap, 40);
              const x = (value) => nameWidth + leftGap + ((Math.max(value, low) - low) / (high - low || 1)) * room;
              const canvas = sheet(width, bars.length * rowHeight + 4);
              canvas.append(svg('line', { class: 'zero', x1: x(base), x2: x(base), y1: 0, y2: bars.length * rowHeight }));
              bars.forEach((each, at) => {
                const [top, middle] = [at * rowHeight, at * rowHeight + rowHeight / 2 + 4];
                const [left, right] = [x(Math.min(each.from, each.to)), x(Math.max(each.from, each.to))];
                const isLeft = each.to < each.from && !connected;
                if (connected && at + 1 < bars.length) {
                  const place = x(each.to);
                  canvas.append(svg('line', { class: 'connector', x1: place, x2: place, y1: top + 5, y2: top + 2 * rowHeight - 5 }));
                }
                canvas.append(
                  text(nameWidth - 10, middle, shorten(each.label, nameWidth - 12), { class: 'name', 'text-anchor': 'end' }),
                  bar(left, top + 5, right - left, rowHeight - 10, each.tone, `${each.label}: ${figure(each.value, format)}`),
                  text(isLeft ? left - 6 : right + 6, middle, values[at],
                    { class: 'value', 'text-anchor': isLeft ? 'end' : 'start' }));
              });
              return canvas;
            }

            /**
             * Where the bars of a waterfall begin: at zero, or nearer when the changes would be slivers beside the totals.
             *
             * The chart says so beneath it whenever it is not zero.
             */
            export function waterfallBase(steps) {
              const levels = steps.map((step) => step.to);
              const [low, high] = [Math.min(...levels), Math.max(...levels)];
              if (low <= 0 || high - low > high * 0.4 || high === low) return 0;
              return Math.max(0, ticks(low - (high - low) * 0.8, high)[0]);
            }

            function frame(chart, width, height, isFromZero) {
              const values = chart.series.flatMap((each) => each.values.filter((value) => value !== null));
              let [low, high] = [Math.min(...values), Math.max(...values)];
              const isNarrow = low > 0 && high - low < high * 0.3;
              if (isFromZero || !isNarrow) [low, high] = [Math.min(0, low), Math.max(0, high)];
              const steps = ticks(low, high);
              const names = steps.map((step) => figure(step, chart.format, true));
              const left = widest(names) + 12;
              const area = { left, right: width - 14, top: 22, bottom: height - 26, low: steps[0] };
              const y = (value) => area.bottom - ((value - area.low) / (steps.at(-1) - area.low)) * (area.bottom - area.top);
              const canvas = sheet(width, height);
              steps.forEach((step, at) => canvas.append(
                svg('line', { class: step === 0 ? 'zero' : 'grid', x1: left, x2: area.right, y1: y(step), y2: y(step) }),
                text(left - 8, y(step) + 4, names[at], { class: 'tick', 'text-anchor': 'end' })));
              return { canvas, area, y };
            }

            function axisLabels(canvas, area, labels, x, slot) {
              const longest = widest(labels) + 12;
              const every = Math.max(1, Math.ceil(Math.min(longest, 110) / slot));
              labels.forEach((label, at) => {
                if ((labels.length - 1 - at) % every) return;
                const isEdge = x(at) + measure(label) / 2 > area.right + 14;
                canvas.append(text(isEdge ? area.right + 14 : x(at), area.bottom + 18, shorten(label, slot * every),
                  { class: 'tick', 'text-anchor': isEdge ? 'end' : 'middle' }));
              });
            }

            /** Standing bars, grouped by label. */
            function columns(chart, width) {
              const { canvas, area, y } = frame(chart, width, 260, true);
              const slot = (area.right - area.left) / chart.labels.length;
              const thickness = Math.min(56, (slot * 0.72) / chart.series.length);
              const center = (at) => area.left + slot * (at + 0.5);
              const written = (value) => figure(value, chart.format, true);
              const isRoomy = chart.series.length === 1 && slot > widest(chart.series[0].values.map(written)) + 6;
              chart.labels.forEach((label, at) => chart.series.forEach((series, place) => {
                const value = series.values[at];
                if (value === null || value === undefined) return;
                const left = center(at) + (place - chart.series.length / 2) * thickness;
                const [top, bottom] = [Math.min(y(value), y(0)), Math.max(y(value), y(0))];
                canvas.append(bar(left + 1, top, thickness - 2, bottom - top, toneOf(place),
                  `${label}, ${series.name}: ${figure(value, chart.format)}`));
                if (isRoomy) {
                  canvas.append(text(center(at), value < 0 ? bottom + 13 : top - 6, written(value),
                    { class: 'value', 'text-anchor': 'middle' }));
                }
              }));
              axisLabels(canvas, area, chart.labels, center, slot);
              return canvas;
            }

            function lines(chart, width, onPoint) {
              const { canvas, area, y } = frame(chart, width, 250, false);
              const slot = (area.right - area.left) / Math.max(chart.labels.length - 1, 1);
              const x = (at) => (chart.labels.length === 1 ? (area.left + area.right) / 2 : area.left + slot * at);
              const floor = y(Math.max(area.low, Math.min(0, ...chart.series[0].values)));
              chart.series.forEach((series, place) => {
                let path = '';
                series.values.forEach((value, at) => {
                  if (value === null) return;
                  const isStart = at === 0 || series.values[at - 1] === null;
                  path += `${isStart ? 'M' : 'L'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
                });
                if (chart.series.length === 1 && !series.values.includes(null) && series.values.length > 1) {
                  const d = `${path}L${x(series.values.length - 1)} ${floor}L${x(0)} ${floor}Z`;
                  canvas.append(svg('path', { class: `area ${toneOf(place)}`, d }));
                }
                canvas.append(svg('path', { class: `line ${toneOf(place)}`, d: path }));
                series.values.forEach((value, at) => {
                  if (value === null || (chart.labels.length > 40 && at !== series.values.length - 1)) return;
                  canvas.append(svg('circle', { class: `dot ${toneOf(place)}`, cx: x(at), cy: y(value), r: 3 },
                    svg('title', {}, `${chart.labels[at]}, ${series.name}: ${figure(value, chart.format)}`)));
                });
              });
              axisLabels(canvas, area, chart.labels, x, Math.max(slot, 8));
              const guide = svg('line', { class: 'guide', y1: area.top, y2: area.bottom, visibility: 'hidden' });
              canvas.append(guide);
              canvas.addEventListener('pointermove', (event) => {
                const at = Math.max(0, Math.min(chart.labels.length - 1, Math.round((event.offsetX - area.left) / slot)));
                for (const end of ['x1', 'x2']) guide.setAttribute(end, x(at));
                guide.setAttribute('visibility', 'visible');
                onPoint(at, x(at));
              });
              canvas.addEventListener('pointerleave', () => {
                guide.setAttribute('visibility', 'hidden');
                onPoint(null, 0);
              });
              return canvas;
            }

            /** The drawing of a chart at a width; `onPoint(index, x)` tells which point of a line the pointer is at. */
            export function draw(chart, width, onPoint) {
              if (chart.kind === 'line') return lines(chart, width, onPoint);
              if (chart.kind === 'waterfall') {
                const steps = chart.steps.map((step) => ({ ...step, isChange: !step.isTotal }));
                return rows(steps, width, chart.format, { base: waterfallBase(chart.steps), connected: true });
              }
              const [series] = chart.series;
              const isCrowded = chart.labels.length > 14 || widest(chart.labels) > (width - 70) / chart.labels.length;
              if (chart.series.length > 1 || (!chart.isPie && !isCrowded)) return columns(chart, width);
              const bars = chart.labels.map((label, at) => {
                const value = series.values[at];
                return { label, from: 0, to: value ?? 0, value, tone: toneOf(0) };
              });
              if (chart.isPie) bars.sort((a, b) => b.to - a.to);
              return rows(bars, width, chart.format);
            }
            """#
    )
}
