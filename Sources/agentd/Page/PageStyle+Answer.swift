extension PageAssets {
    /// Questions, answers, charts and sources.
    static let answerStyle = PageAsset(
        path: "/page/answer.css",
        contentType: .css,
        text: #"""
            /* What stands in the thread: questions, answers, charts, and the panel of sources. */
            :root {
              --series-0: #0c7767;
              --series-1: #c8762b;
              --series-2: #4565b0;
              --series-3: #97508f;
              --series-4: #6f8a2c;
              --series-5: #6b7680;
              --rise: #4565b0;
              --fall: #c8762b;
              --good: #23854f;
              --bad: #b8443a;
            }
            @media (prefers-color-scheme: dark) {
              :root {
                --series-0: #4dbba6;
                --series-1: #e0985a;
                --series-2: #8aa5ea;
                --series-3: #cf8fc8;
                --series-4: #a9c264;
                --series-5: #9aa5af;
                --rise: #8aa5ea;
                --fall: #e0985a;
                --good: #5fc08c;
                --bad: #ea857b;
              }
            }
            .question { display: flex; flex-direction: column; align-items: flex-end; gap: 8px; }
            .bubble { max-width: min(85%, 620px); padding: 9px 16px; border-radius: 18px 18px 5px 18px;
              background: var(--accent-tint); white-space: pre-wrap; }
            .unsent .bubble { opacity: .7; }
            .answer { display: grid; gap: 12px; min-width: 0; }
            .answer > :empty { display: none; }
            .answer-body { min-width: 0; line-height: 1.65; }
            .answer-body > * + * { margin-top: 12px; }
            .answer-body h3, .answer-body h4, .answer-body h5, .answer-body h6 { margin: 20px 0 0; font-size: 16px;
              line-height: 1.4; font-weight: 650; }
            .answer-body h3:first-child, .answer-body h4:first-child { margin-top: 0; }
            .answer-body ul, .answer-body ol { margin-bottom: 0; padding-left: 24px; }
            .answer-body li + li { margin-top: 5px; }
            .answer-body li > ul, .answer-body li > ol { margin-top: 5px; }
            .answer-body li::marker { color: var(--ink-soft); }
            .answer-body hr { border: 0; border-top: 1px solid var(--line); margin: 18px 0; }
            .answer-body blockquote { padding-left: 14px; border-left: 3px solid var(--line-strong); color: var(--ink-soft); }
            .answer-body a { color: var(--accent); }
            .answer-body.growing > :last-child::after { content: ""; display: inline-block; width: 7px; height: 15px;
              margin-left: 3px; vertical-align: -2px;
              border-radius: 2px; background: var(--accent); animation: breathe 1.1s ease-in-out infinite; }
            .answer-body.growing > .table-scroll:last-child::after,
              .answer-body.growing > pre:last-child::after { display: none; }
            @keyframes breathe { 50% { opacity: .25; } }
            code { padding: 1px 5px; border-radius: 5px; background: var(--tint); font: .88em/1.5 var(--mono); }
            pre { margin: 0; padding: 12px 14px; border-radius: 10px; background: var(--tint); overflow-x: auto; }
            pre code { padding: 0; background: none; overflow-wrap: normal; }
            .table-scroll { max-width: 100%; overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; }
            table { width: 100%; border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums;
              overflow-wrap: normal; }
            th, td { padding: 7px 14px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
            thead th { background: var(--ground); color: var(--ink-soft); font-weight: 600; font-size: 13px;
              white-space: nowrap; }
            tbody th { font-weight: 500; }
            tbody tr:last-child > * { border-bottom: 0; }
            .number { text-align: right; white-space: nowrap; }
            .badge { display: inline-block; padding: 0 7px; border-radius: 999px; font-size: 11.5px; font-weight: 600;
              line-height: 18px; white-space: nowrap; }
            .unverified { background: var(--warn-tint); color: var(--warn); cursor: help; }
            .chip { display: inline-grid; place-items: center; min-width: 18px; height: 18px; margin: 0 1px 0 3px;
              padding: 0 5px; border: 0; border-radius: 6px;
              background: var(--accent-tint); color: var(--accent); font-size: 11.5px; font-weight: 650; line-height: 1;
              vertical-align: 1px; }
            button.chip:hover { background: var(--accent); color: var(--accent-ink); }
            .chip.static { margin: 0; flex: none; }

            .activity-line { display: flex; align-items: center; gap: 10px; color: var(--ink-soft); font-size: 14px; }
            .activity-line.lost { color: var(--warn); }
            .pulse { width: 8px; height: 8px; border-radius: 50%; background: currentColor;
              animation: breathe 1.1s ease-in-out infinite; }
            .activity { color: var(--ink-soft); font-size: 13.5px; }
            .activity summary { display: inline-flex; align-items: center; gap: 7px; padding: 2px 8px 2px 0;
              border-radius: 7px; cursor: pointer; list-style: none; }
            .activity summary::-webkit-details-marker { display: none; }
            .activity summary:hover { color: var(--ink); }
            .activity summary .icon { width: 15px; height: 15px; color: var(--accent); }
            .activity ol { display: grid; gap: 10px; margin: 8px 0 0; padding: 12px 14px; border: 1px solid var(--line);
              border-radius: 10px; list-style: none; }
            .tool-line { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 10px; color: var(--ink); }
            .facts { display: grid; gap: 2px; }
            .facts dt { margin-top: 10px; color: var(--ink-soft); font-size: 12px; font-weight: 600; }
            .facts dd { font-size: 14px; }
            .inputs { grid-template-columns: minmax(72px, max-content) minmax(0, 1fr); gap: 1px 14px; margin-top: 4px; }
            .inputs dt { margin: 0; font-weight: 400; }
            .inputs dd { font: 12.5px/1.5 var(--mono); }

            .note { display: flex; gap: 10px; max-width: 100%; padding: 10px 14px; border-radius: 10px;
              background: var(--tint); font-size: 14px; }
            .note .icon { margin-top: 3px; }
            .note .quiet-button { margin: 6px 0 0 -9px; color: inherit; font-weight: 600; }
            .note .quiet-button .icon { margin: 0; }
            .note-buttons { display: flex; gap: 12px; }
            .note.failed { background: var(--danger-tint); color: var(--danger); }
            .note.failed .quiet { color: inherit; opacity: .8; font-size: 12.5px; }
            .note.degraded, .note.approval { background: var(--warn-tint); color: var(--warn); }
            .note.approval .inputs { color: var(--ink); margin-top: 8px; }
            .note.approval .quiet, .note.approval .inputs dt { color: inherit; opacity: .85; }
            .decision { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin-top: 10px; }
            .decision .quiet-button { margin: 0; min-height: 34px; padding: 4px 14px; border: 1px solid currentColor; border-radius: 9px; }
            .decision .quiet-button:first-child { background: var(--warn); color: var(--warn-tint); }
            .decision .quiet-button:disabled { opacity: .5; cursor: default; }
            .note.ended { padding: 4px 0; background: none; color: var(--ink-soft); }
            .note.ended .icon { width: 15px; height: 15px; margin-top: 4px; }
            .answer-notes { display: grid; gap: 8px; }

            .source-row { display: flex; flex-wrap: wrap; gap: 6px; list-style: none; }
            .source-row li { max-width: 100%; }
            .source-button { display: inline-flex; align-items: center; gap: 7px; max-width: 100%; padding: 4px 10px 4px 5px;
              border: 1px solid var(--line);
              border-radius: 9px; background: var(--raised); font-size: 13px; line-height: 20px; }
            .source-button:hover { border-color: var(--accent); }
            .source-button.more { padding-left: 9px; color: var(--ink-soft); }
            .source-button .icon { width: 14px; height: 14px; }
            .source-name { max-width: 230px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
            .source-detail { color: var(--ink-soft); white-space: nowrap; }
            .answer-next { display: flex; flex-wrap: wrap; gap: 8px; padding-top: 4px; }
            .suggestion { padding: 6px 14px; border: 1px solid var(--line-strong); border-radius: 999px;
              background: var(--paper); color: var(--accent);
              font-size: 14px; line-height: 1.4; text-align: left; }
            .suggestion:hover { background: var(--accent-tint); border-color: var(--accent); }
            .answer-footer { display: flex; align-items: center; gap: 10px; margin-left: -9px; font-size: 12.5px; }

            .answer-charts { display: grid; gap: 14px; min-width: 0; }
            .chart { min-width: 0; padding: 12px 16px 16px; border: 1px solid var(--line); border-radius: var(--radius);
              background: var(--raised); }
            .chart figcaption { display: flex; align-items: center; justify-content: space-between; gap: 12px;
              margin-bottom: 10px; }
                        .chart-title { font-weight: 600; font-size: 14.5px; line-height: 1.4; }
                        .chart figcaption .quiet-button { flex: none; margin-right: -9px; white-space: nowrap; }
                        .chart-note { margin-top: 6px; color: var(--ink-soft); font-size: 12px; }
            .chart-stage { position: relative; min-height: 60px; overflow: hidden; }
            .plot { display: block; max-width: 100%; font: 12px var(--sans); font-variant-numeric: tabular-nums; }
            .plot text { fill: var(--ink); }
            .plot .tick { fill: var(--ink-soft); font-size: 11.5px; }
            .plot .grid { stroke: var(--line); }
            .plot .zero { stroke: var(--line-strong); }
            .plot .connector { stroke: var(--line-strong); stroke-dasharray: 2 2; }
            .plot .guide { stroke: var(--ink-soft); stroke-dasharray: 3 3; }
            .plot .line { fill: none; stroke: var(--tone); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
            .plot .area { fill: var(--tone); opacity: .1; }
            .plot .dot { fill: var(--raised); stroke: var(--tone); stroke-width: 2; }
            .plot rect { fill: var(--tone); }
            .plot rect:hover { opacity: .85; }
            .series-0 { --tone: var(--series-0); }
            .series-1 { --tone: var(--series-1); }
            .series-2 { --tone: var(--series-2); }
            .series-3 { --tone: var(--series-3); }
            .series-4 { --tone: var(--series-4); }
            .series-5 { --tone: var(--series-5); }
            .total { --tone: var(--series-5); }
            .rise { --tone: var(--rise); }
            .fall { --tone: var(--fall); }
            .good { --tone: var(--good); }
            .bad { --tone: var(--bad); }
            .legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin-bottom: 8px; font-size: 13px;
              color: var(--ink-soft); }
            .key { display: inline-flex; align-items: center; gap: 7px; }
            .key::before { content: ""; flex: none; width: 9px; height: 9px; border-radius: 3px; background: var(--tone); }
            .chart-tip { position: absolute; top: 8px; display: grid; gap: 2px; padding: 6px 10px;
              border: 1px solid var(--line); border-radius: 8px;
              background: var(--paper); box-shadow: var(--shadow); font-size: 12.5px; pointer-events: none; }

            .panel { display: flex; flex-direction: column; min-height: 0; border-left: 1px solid var(--line);
              background: var(--ground); }
            .panel-header { display: flex; align-items: center; justify-content: space-between; min-height: 54px;
              padding: 8px 12px 8px 20px; }
            .panel-header h2 { font-size: 15px; font-weight: 650; }
            .panel-body { flex: 1; min-height: 0; overflow-y: auto; display: grid; gap: 12px; align-content: start;
              padding: 4px 16px 24px; scrollbar-width: thin; }
            .source-card { padding: 14px 16px 16px; border: 1px solid var(--line); border-radius: var(--radius);
              background: var(--raised); }
            .source-card.chosen { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); outline: none; }
            .source-card header { display: flex; align-items: center; gap: 8px; margin-bottom: 6px; }
            .source-kind { color: var(--ink-soft); font-size: 12.5px; font-weight: 600; }
            .source-card h3 { font-size: 15px; line-height: 1.4; font-weight: 600; }
            .passage { margin-top: 10px; padding: 10px 12px; border-left: 3px solid var(--accent); border-radius: 0 8px 8px 0;
              background: var(--accent-tint);
              font-size: 14px; line-height: 1.55; white-space: pre-wrap; }
            .query { margin-top: 2px; padding: 8px 10px; font-size: 13px; }
            .query code { white-space: pre-wrap; overflow-wrap: anywhere; }
            @media (max-width: 1180px) {
              .panel { position: fixed; inset: 0 0 0 auto; z-index: 10; width: min(400px, 94vw); box-shadow: var(--shadow); }
            }
            @media (max-width: 760px) {
              .bubble { max-width: 90%; }
              .chart { padding: 10px 12px 12px; }
              .source-name { max-width: 180px; }
              th, td { padding: 6px 10px; }
            }
            """#
    )
}
