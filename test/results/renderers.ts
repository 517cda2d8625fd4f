import type { ResultFile } from '../../src/measure/result.js';
import { chartsOf } from '../../src/report/charts/catalogue.js';
import { LIGHT } from '../../src/report/charts/theme.js';
import { renderList } from '../../src/report/ci/list.js';
import { renderOpenMetrics } from '../../src/report/ci/openmetrics.js';
import { renderTap } from '../../src/report/ci/tap.js';
import { renderHtml } from '../../src/report/html/document.js';
import { renderJUnit } from '../../src/report/junit.js';
import { renderMarkdown } from '../../src/report/markdown.js';
import { renderTerminal } from '../../src/report/terminal.js';
import { historyEntryOf } from '../../src/results/history.js';

/** Everything that a result is drawn as, but for pictures. */
export const RENDERERS: Readonly<Record<string, (result: ResultFile) => unknown>> = {
  html: (result) => renderHtml(result, { pageScript: '' }),
  markdown: renderMarkdown,
  junit: renderJUnit,
  tap: renderTap,
  list: renderList,
  openmetrics: renderOpenMetrics,
  terminal: (result) => renderTerminal(result, { colour: true, width: 100 }),
  charts: (result) => JSON.stringify(chartsOf(result).map((chart) => chart.build(LIGHT))),
  history: (result) => historyEntryOf(result, 'a-folder'),
};
