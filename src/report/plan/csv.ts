import type { Estimate, LoadFacts, PlanResult, PointEvidence } from '../../measure/capacity/plan-result.js';
import { cell } from '../metrics-csv.js';

const HEADINGS = ['part', 'name', 'limit', 'rate_per_second', 'verdict', 'seeds', 'requests', 'utilisation', 'what', 'unit', 'value', 'low', 'high'] as const;

type Row = Partial<Record<(typeof HEADINGS)[number], string | number | undefined>>;

/** Every number that was simulated, one a line (RFC 4180): how much of a recording is planned with, what each SLO was at each setting, p50, p95 and p99 of the wait, days and tenants. */
export function renderPlanCsv(plan: PlanResult): string {
  const rows: Row[] = [
    ...loadRows(plan.load),
    ...plan.answer.evidence.flatMap((point) => pointRows('answer', '', point)),
    ...(plan.gate === undefined ? [] : pointRows('gate', '', plan.gate.evidence)),
    ...(plan.frontier?.points ?? []).flatMap((point) => pointRows('frontier', '', point)),
    ...(plan.sensitivity ?? []).flatMap(({ what, atAnswer, limit }) => [
      ...pointRows('sensitivity', what, atAnswer),
      { part: 'sensitivity', name: what, what: 'smallest limit', unit: 'slots', value: limit },
    ]),
    ...(plan.ghosts ?? []).flatMap(({ ghosts, atLimit }) => pointRows('ghosts', String(ghosts), atLimit)),
    ...heatRows(plan),
    ...(plan.inverse ?? []).flatMap(({ question, title, value }) =>
      value === undefined ? [] : [{ part: question, name: title, what: 'answer', unit: value.unit, ...spread(value.estimate) }],
    ),
    ...pieceRows('day', plan.days),
    ...pieceRows('tenant', plan.tenants),
  ];
  // What comes all at once has no rate.
  const shown = plan.load.atOnce === undefined ? rows : rows.map((row) => ({ ...row, rate_per_second: undefined }));
  return `${[HEADINGS.join(','), ...shown.map(lineOf)].join('\r\n')}\r\n`;
}

/** How much of each recording is planned with. */
function loadRows({ trace, recordings = [] }: LoadFacts): Row[] {
  return (trace === undefined ? recordings : [trace]).flatMap(({ file, rows, used, skipped }) => [
    { part: 'load', name: file, what: 'rows', unit: 'rows', value: rows },
    { part: 'load', name: file, what: 'rows used', unit: 'rows', value: used },
    ...skipped.map(({ reason, count }) => ({ part: 'load', name: file, what: `rows left out: ${reason}`, unit: 'rows', value: count })),
  ]);
}

function pointRows(part: string, name: string, point: PointEvidence): Row[] {
  const { limit, ratePerSecond, verdict, seeds, requests, utilisation, checks, queueLatency } = point;
  const setting = { part, name, limit, rate_per_second: ratePerSecond, verdict, seeds, requests, utilisation };
  return [
    ...checks.map((check) => ({
      ...setting,
      verdict: check.verdict,
      what: check.slo,
      unit: check.unit,
      ...(check.actual === undefined ? {} : spread(check.actual)),
    })),
    ...Object.entries(queueLatency ?? {}).map(([percentile, estimate]) => ({
      ...setting,
      what: `queue_latency ${percentile}`,
      unit: 'ms',
      ...spread(estimate),
    })),
  ];
}

function heatRows({ heatMap }: PlanResult): Row[] {
  if (heatMap === undefined) return [];
  return heatMap.limits.flatMap((limit, row) =>
    heatMap.ratesPerSecond.map((rate, column) => ({
      part: 'heat map',
      limit,
      rate_per_second: rate,
      verdict: heatMap.verdicts[row]?.[column],
      what: 'queue_latency p95',
      unit: 'ms',
      value: heatMap.p95Ms[row]?.[column] ?? undefined,
    })),
  );
}

function pieceRows(part: string, pieces: PlanResult['days']): Row[] {
  return (pieces ?? []).flatMap(({ name, requests, limit, offeredSlots, peakInFlight, p95Ms }) => [
    { part, name, limit, requests, what: 'smallest limit', unit: 'slots', value: limit },
    { part, name, limit, requests, what: 'offered', unit: 'slots', value: offeredSlots },
    { part, name, limit, requests, what: 'peak in flight', unit: 'slots', value: peakInFlight },
    { part, name, limit, requests, what: 'queue_latency p95', unit: 'ms', value: p95Ms },
  ]);
}

function spread({ mean, low, high }: Estimate): Row {
  return { value: mean, low, high };
}

function lineOf(row: Row): string {
  return HEADINGS.map((heading) => {
    const value = row[heading];
    return typeof value === 'number' ? (Number.isFinite(value) ? String(value) : '') : cell(value ?? '');
  }).join(',');
}
