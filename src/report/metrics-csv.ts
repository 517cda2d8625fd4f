import { METRICS, type MetricValue } from '../measure/metrics.js';
import type { ResultFile } from '../measure/result.js';

const HEADINGS = ['scenario', 'variant', 'seed', 'metric', 'number', 'unit', 'n', 'value'] as const;
/** A spreadsheet takes a cell that begins so for a formula. */
const FORMULA = /^[\s\p{Cc}]*[=+\-@\t\r\uFF0B\uFF0D\uFF1D\uFF20]/u;

/** Every number of every metric of every run, one a line (RFC 4180). A number without samples has no line. */
export function renderMetricsCsv(result: ResultFile): string {
  const lines: string[] = [HEADINGS.join(',')];
  for (const { variant, seed, metrics } of result.runs) {
    const start = `${cell(result.scenario.name)},${cell(variant ?? '')},${seed}`;
    for (const [metric, value] of Object.entries(metrics)) {
      const unit = unitOf(metric);
      for (const [number, figure] of figuresOf(value)) lines.push(`${start},${cell(metric)},${number},${unit},${value.n},${figure}`);
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}

function figuresOf(value: MetricValue): [number: string, figure: number][] {
  if (value.n === 0 && value.type !== 'counter') return [];
  const { type: _type, n: _n, ...figures } = value;
  return Object.entries(figures).filter(([, figure]) => typeof figure === 'number' && Number.isFinite(figure));
}

function unitOf(metric: string): string {
  return (METRICS as Readonly<Record<string, { readonly unit: string }>>)[metric.replace(/\{.*$/, '')]?.unit ?? '';
}

/** Text as a cell: quoted where it must be, and never a formula. Control characters but line breaks have no business in one. */
export function cell(text: string): string {
  const clean = text.replace(/[^\P{Cc}\n\r\t]|\p{Bidi_Control}|\p{Surrogate}/gu, '\uFFFD');
  const safe = FORMULA.test(clean) ? `'${clean}` : clean;
  return /[",\n\r\t\u2028\u2029']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
