extension PageAssets {
    /// Writing figures, dates and names for a person.
    static let formatScript = PageAsset(
        path: "/page/format.js",
        contentType: .javascript,
        text: #"""
            // How figures, dates and names are written for a person. Nothing here throws, whatever the data is.
            let locale;

            /** Takes the user's language tag; a tag that is none leaves the browser's own. */
            export function useLocale(tag) {
              try {
                locale = tag ? Intl.getCanonicalLocales(tag)[0] : undefined;
              } catch {
                locale = undefined;
              }
            }

            const finite = (value) => (value === null || value === '' || typeof value === 'boolean' ? NaN : Number(value));

            /** A figure in its unit: `currency`, `ratio` (0.066 is 6.6%), `percent` (6.6 is 6.6%), anything else a plain number. */
            export function figure(value, { unit, currency } = {}, compact = false, signed = false) {
              const amount = finite(value);
              if (!Number.isFinite(amount)) return value === null || value === undefined ? '–' : String(value);
              const options = { maximumFractionDigits: 2, signDisplay: signed ? 'exceptZero' : 'auto' };
              if (compact) Object.assign(options, { notation: 'compact', maximumSignificantDigits: 3 });
              if (unit === 'ratio' || unit === 'percent') {
                Object.assign(options, { style: 'percent', notation: 'standard', maximumFractionDigits: 1,
                  maximumSignificantDigits: undefined });
                return new Intl.NumberFormat(locale, options).format(unit === 'ratio' ? amount : amount / 100);
              }
              if (/^[A-Z]{3}$/.test(currency ?? '')) {
                Object.assign(options, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
                if (!compact && Number.isInteger(amount)) options.maximumFractionDigits = 0;
                options.minimumFractionDigits = 0;
              }
              return new Intl.NumberFormat(locale, options).format(amount);
            }

            export function count(value, singular, plural = `${singular}s`) {
              return `${new Intl.NumberFormat(locale).format(value)} ${value === 1 ? singular : plural}`;
            }

            export function duration(milliseconds) {
              if (!Number.isFinite(milliseconds)) return '';
              if (milliseconds < 50) return '< 0.1 s';
              if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
              return `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1000)} s`;
            }

            const dateOnly = /^\d{4}-\d{2}-\d{2}$/;

            export function day(text) {
              if (!dateOnly.test(text ?? '')) return text ? String(text) : '';
              const date = new Date(`${text}T00:00:00Z`);
              if (Number.isNaN(date.getTime())) return text;
              return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(date);
            }

            /** `January 2026` for a whole month, else the first and the last day. */
            export function period(value) {
              if (!value || typeof value !== 'object') return value ? String(value) : '';
              const { start_date: start, end_date: end, label } = value;
              if (typeof label === 'string' && label) return label;
              if (!dateOnly.test(start ?? '') || !dateOnly.test(end ?? '')) return [start, end].filter(Boolean).join(' – ');
              const [first, last] = [new Date(`${start}T00:00:00Z`), new Date(`${end}T00:00:00Z`)];
              if (Number.isNaN(first.getTime()) || Number.isNaN(last.getTime())) return `${start} – ${end}`;
              const wholeMonth = first.getUTCDate() === 1 && start.slice(0, 7) === end.slice(0, 7)
                && new Date(last.getTime() + 86_400_000).getUTCDate() === 1;
              if (wholeMonth) {
                return new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(first);
              }
              const wholeMonths = first.getUTCDate() === 1 && new Date(last.getTime() + 86_400_000).getUTCDate() === 1;
              if (wholeMonths) {
                const format = new Intl.DateTimeFormat(locale, { month: 'short', year: 'numeric', timeZone: 'UTC' });
                return `${format.format(first)} – ${format.format(last)}`;
              }
              return start === end ? day(start) : `${day(start)} – ${day(end)}`;
            }

            export function moment(text) {
              const date = new Date(text);
              if (!text || Number.isNaN(date.getTime())) return text ? String(text) : '';
              return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(date);
            }

            /** Under which heading of the list a conversation stands. */
            export function age(text, now = new Date(Date.now())) {
              const date = new Date(text);
              if (!text || Number.isNaN(date.getTime())) return 'Earlier';
              const today = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
              if (date.getTime() >= today) return 'Today';
              if (date.getTime() >= today - 86_400_000) return 'Yesterday';
              return date.getTime() >= today - 7 * 86_400_000 ? 'Last 7 days' : 'Earlier';
            }

            /** A tenant as people call it; one without a name goes by its identifier, `ten_acme` as `Acme`. */
            export function companyName(tenant) {
              const name = String(tenant ?? '');
              return name.startsWith('ten_') ? words(name.slice(4)) : name;
            }

            /** `finance_analyst` → `Finance analyst`. */
            export function words(identifier) {
              const text = String(identifier ?? '').replace(/[_-]+/g, ' ').trim();
              return text ? text[0].toUpperCase() + text.slice(1) : '';
            }
            """#
    )
}
