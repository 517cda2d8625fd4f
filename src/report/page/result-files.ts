import type { ResultFile } from '../../measure/result.js';
import { renderOpenMetrics } from '../ci/openmetrics.js';
import { renderJUnit } from '../junit.js';
import { renderMarkdown } from '../markdown.js';
import { renderMetricsCsv } from '../metrics-csv.js';
import { fileText } from '../result-text.js';
import { offerDownload } from './downloads.js';

/** Sizes of more runs than this take too long to find out before anybody asks. */
const MOST_SIZED_RUNS = 2_000;

/** The files of a run's report. @param text the result inside the page */
export function offerResultFiles(text: string): void {
  const read = (): ResultFile => JSON.parse(text) as ResultFile;
  const makers = {
    result: { type: 'application/json', make: () => fileText(read()) },
    csv: { type: 'text/csv', make: () => renderMetricsCsv(read()) },
    junit: { type: 'application/xml', make: () => renderJUnit(read()) },
    markdown: { type: 'text/markdown', make: () => renderMarkdown(read()) },
    openmetrics: { type: 'text/plain', make: () => renderOpenMetrics(read()) },
  };
  offerDownload(makers, () => read().runs.length <= MOST_SIZED_RUNS);
}
