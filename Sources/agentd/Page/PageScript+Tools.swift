extension PageAssets {
    /// What tools do, in words.
    static let toolsScript = PageAsset(
        path: "/page/tools.js",
        contentType: .javascript,
        text: #"""
            // What a tool does, in words. A tool that is not named here is called by its own name.
            import { words } from './format.js';

            const phrases = {
              metrics_query: ['Looking at metrics', 'Looked at metrics'],
              variance_drivers: ['Finding what drives the variance', 'Found what drives the variance'],
              income_statement: ['Reading the income statement', 'Read the income statement'],
              anomalies: ['Checking anomalies', 'Checked anomalies'],
              kb_search: ['Searching the knowledge base', 'Searched the knowledge base'],
              kb_read: ['Reading an article', 'Read an article'],
              pipeline_overview: ['Looking at the pipeline', 'Looked at the pipeline'],
              deal_search: ['Searching deals', 'Searched deals'],
              deal_score: ['Scoring a deal', 'Scored a deal'],
              revenue_forecast: ['Forecasting revenue', 'Forecast revenue'],
              forecast_metric: ['Forecasting', 'Made a forecast'],
              scenario_create: ['Creating a scenario', 'Created a scenario'],
              scenario_compare: ['Comparing scenarios', 'Compared scenarios'],
              scenario_simulate: ['Simulating a scenario', 'Simulated a scenario'],
              what_if: ['Working out the change', 'Worked out the change'],
              causal_simulate: ['Simulating', 'Ran a simulation'],
              customer_intelligence: ['Looking at customers', 'Looked at customers'],
              customer_health: ['Looking at customers’ health', 'Looked at customers’ health'],
              order_status: ['Looking up the order', 'Looked up the order'],
              price_quote: ['Working out a price', 'Worked out a price'],
              arr_movement: ['Looking at recurring revenue', 'Looked at recurring revenue'],
              initiative_analysis: ['Analysing the initiative', 'Analysed the initiative'],
              costs_breakdown: ['Breaking down costs', 'Broke down costs'],
              email_search: ['Searching mail', 'Searched mail'],
              email_draft: ['Drafting a mail', 'Drafted a mail'],
              email_send: ['Sending a mail', 'Sent a mail'],
            };

            export const toolDoing = (name) => phrases[name]?.[0] ?? `Using ${words(name).toLowerCase() || 'a tool'}`;
            export const toolDone = (name) => phrases[name]?.[1] ?? `Used ${words(name).toLowerCase() || 'a tool'}`;

            const outcomes = {
              failed: 'did not succeed', denied: 'not allowed', awaiting_approval: 'waiting for approval',
                running: 'not finished',
            };

            /** How a call ended, where that is worth a word. */
            export const toolOutcome = (status) => outcomes[status] ?? '';
            """#
    )
}
