extension PageAssets {
    /// Reading the shapes of charts.
    static let chartDataScript = PageAsset(
        path: "/page/chart-data.js",
        contentType: .javascript,
        text: #"""
            // What a chart says, read from the shapes services send: rows of objects with the axes named in `config`, labels with
            // series, or the steps of a waterfall. The result is one shape: `{kind, labels, series: [{name, values}], …}`.
            const rowsMax = 400;
            const list = (value) => (Array.isArray(value) ? value : []);
            const text = (value) => (value === null || value === undefined ? '' : String(value));

            function amount(value) {
              if (value === null || value === undefined || value === '' || typeof value === 'boolean') return null;
              const parsed = Number(typeof value === 'object' ? value.value ?? value.amount : value);
              return Number.isFinite(parsed) ? parsed : null;
            }

            const isShare = (name) => /^(?:share|percent(?:age)?|pct)$/i.test(name);
            const title = (name) => text(name).replace(/[_-]+/g, ' ').replace(/^./, (first) => first.toUpperCase());

            function units(config, name) {
              const unit = config.unit ?? config.value_format ?? config.format ?? config.y_unit;
              if (unit) return text(unit);
              return /margin|ratio|rate$/i.test(text(name)) ? 'ratio' : 'number';
            }

            function fromRows(rows, config) {
              const names = [...new Set(rows.slice(0, 20).flatMap((row) => Object.keys(row)))];
              const isNumeric = (name) => rows.some((row) => amount(row[name]) !== null)
                && rows.every((row) => row[name] === null || row[name] === undefined || amount(row[name]) !== null);
              const label = names.includes(config.x_axis) ? config.x_axis
                : names.find((name) => /^(?:label|name)$/.test(name)) ?? names.find((name) => !isNumeric(name)) ?? names[0];
              const asked = list(config.series?.length ? config.series : [config.y_axis].flat())
                .map((each) => (typeof each === 'object' && each
                  ? { key: text(each.key ?? each.name), name: each.label ?? each.name } : { key: text(each) }))
                .filter((each) => names.includes(each.key));
              const numeric = names.filter((name) => name !== label && isNumeric(name));
              const fallback = numeric.filter((name) => !isShare(name));
              const chosen = asked.length ? asked : (fallback.length ? fallback : numeric).slice(0, 1).map((key) => ({ key }));
              return {
                axis: title(label),
                labels: rows.map((row) => text(row[label])),
                series: chosen.map(({ key, name }) =>
                  ({ key, name: text(name) || title(key), values: rows.map((row) => amount(row[key])) })),
                extra: names.filter((name) => name !== label && !chosen.some((each) => each.key === name) && isShare(name))
                  .map((name) => ({ name: title(name), unit: 'percent', values: rows.map((row) => amount(row[name])) })),
              };
            }

            function fromSeries(data) {
              const series = list(data.series ?? data.datasets).filter((each) => each && typeof each === 'object');
              return {
                axis: '',
                labels: list(data.labels ?? data.categories).map(text),
                series: series.map((each) => ({
                  key: text(each.key ?? each.name ?? each.label), name: text(each.name ?? each.label) || 'Value',
                  values: list(each.values ?? each.data).map(amount),
                })),
                extra: [],
              };
            }

            /**
             * The steps as floating bars: a total stands on zero, a change hangs between the level before and after it.
             *
             * Steps that do not say what they are begin with a total, and end with one if the last is where the changes lead.
             */
            function waterfall(rows, read) {
              let level = 0;
              const values = read.series[0]?.values ?? [];
              const isTyped = rows.some((row) => row.type ?? row.kind);
              return rows.map((row, at) => {
                const value = values[at] ?? 0;
                const isSum = at === rows.length - 1 && Math.abs(value - level) <= 0.02 * Math.max(Math.abs(value), Math.abs(level));
                const kind = isTyped ? text(row.type ?? row.kind).toLowerCase() : at === 0 || isSum ? 'total' : '';
                const isTotal = /^(?:start|end|total|subtotal|base)$/.test(kind);
                const change = kind === 'decrease' ? -Math.abs(value) : value;
                const from = isTotal ? 0 : level;
                level = isTotal ? value : level + change;
                const tone = isTotal ? 'total' : typeof row.favourable === 'boolean' ? (row.favourable ? 'good' : 'bad')
                  : change < 0 ? 'fall' : 'rise';
                return { label: read.labels[at], from, to: level, value: isTotal ? value : change, tone, isTotal };
              });
            }

            /** Reads a chart; null when there is nothing in it to draw. */
            export function readChart(chart) {
              const config = chart?.config && typeof chart.config === 'object' ? chart.config : {};
              const asked = text(chart?.type ?? chart?.chart_type).toLowerCase();
              const data = chart?.data;
              const rows = (Array.isArray(data) ? data : list(data?.changes ?? data?.rows ?? data?.points))
                .filter((row) => row && typeof row === 'object').slice(0, rowsMax);
              const read = rows.length ? fromRows(rows, config) : data && typeof data === 'object' ? fromSeries(data) : null;
              if (!read) return null;
              read.series = read.series.filter((each) => each.values.some((value) => value !== null));
              if (!read.series.length || !read.labels.length) return null;
              const kind = asked.includes('waterfall') ? 'waterfall' : /line|area|spark/.test(asked) ? 'line' : 'bar';
              const currency = text(config.currency ?? chart.currency);
              const format = { unit: units(config, read.series[0].key), currency };
              if (format.unit !== 'currency' && format.unit !== 'number') format.currency = '';
              return {
                kind, ...read, format, title: text(chart.title),
                isPie: /pie|donut|doughnut/.test(asked),
                isNested: config.stacked === true,
                steps: kind === 'waterfall' ? waterfall(rows.length ? rows : read.labels.map(() => ({})), read) : [],
              };
            }
            """#
    )
}
