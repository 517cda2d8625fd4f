import type { MetricValue } from '../measure/metrics.js';

export type Metrics = Readonly<Record<string, MetricValue>>;

/** Metrics of many runs of one variant: names and types once, then nothing but numbers, run by run. */
export interface MetricTape {
  readonly names: readonly string[];
  readonly types: readonly MetricValue['type'][];
  readonly numbers: Float64Array;
}

const WIDTH: Readonly<Record<MetricValue['type'], number>> = { trend: 8, counter: 3, gauge: 5, rate: 2 };

/** @returns undefined where the runs do not have the same metrics, which no two runs of a variant do */
export function writeMetrics(runs: readonly Metrics[]): MetricTape | undefined {
  const [first] = runs;
  if (first === undefined) return undefined;
  const names = Object.keys(first);
  const types = names.map((name) => (first[name] as MetricValue).type);
  const width = types.reduce((sum, type) => sum + WIDTH[type], 0);
  const numbers = new Float64Array(width * runs.length);
  let at = 0;
  for (const metrics of runs) {
    if (!hasNames(metrics, names)) return undefined;
    for (let n = 0; n < names.length; n++) {
      const value = metrics[names[n] as string] as MetricValue;
      if (value.type !== types[n]) return undefined;
      at = writeValue(value, numbers, at);
    }
  }
  return { names, types, numbers };
}

/** @param count how many runs were written */
export function readMetrics({ names, types, numbers }: MetricTape, count: number): Metrics[] {
  const runs: Metrics[] = [];
  let at = 0;
  for (let run = 0; run < count; run++) {
    const metrics: Record<string, MetricValue> = {};
    for (let n = 0; n < names.length; n++) {
      const type = types[n] as MetricValue['type'];
      metrics[names[n] as string] = readValue(type, numbers, at);
      at += WIDTH[type];
    }
    runs.push(metrics);
  }
  return runs;
}

function hasNames(metrics: Metrics, names: readonly string[]): boolean {
  const own = Object.keys(metrics);
  if (own.length !== names.length) return false;
  for (let n = 0; n < names.length; n++) if (own[n] !== names[n]) return false;
  return true;
}

/** Written out by type rather than field by field: this is done for some thirty metrics of every seed. */
function writeValue(value: MetricValue, to: Float64Array, from: number): number {
  let at = from;
  to[at++] = value.n;
  switch (value.type) {
    case 'trend':
      to[at++] = value.avg;
      to[at++] = value.min;
      to[at++] = value.med;
      to[at++] = value.max;
      to[at++] = value.p90;
      to[at++] = value.p95;
      to[at++] = value.p99;
      return at;
    case 'counter':
      to[at++] = value.count;
      to[at++] = value.rate;
      return at;
    case 'gauge':
      to[at++] = value.value;
      to[at++] = value.min;
      to[at++] = value.max;
      to[at++] = value.avg;
      return at;
    case 'rate':
      to[at++] = value.rate;
      return at;
  }
}

/** In the order of fields that metrics are made with: the order shows in a file that is compared byte by byte. */
function readValue(type: MetricValue['type'], from: Float64Array, at: number): MetricValue {
  const number = (offset: number): number => from[at + offset] as number;
  const n = number(0);
  switch (type) {
    case 'trend':
      return { type, n, avg: number(1), min: number(2), med: number(3), max: number(4), p90: number(5), p95: number(6), p99: number(7) };
    case 'counter':
      return { type, n, count: number(1), rate: number(2) };
    case 'gauge':
      return { type, n, value: number(1), min: number(2), max: number(3), avg: number(4) };
    case 'rate':
      return { type, n, rate: number(1) };
  }
}
