import type { Baseline } from '../../../src/measure/comparison/baseline.js';
import { baselineOf } from '../../../src/measure/comparison/baseline-of.js';
import type { MetricValue } from '../../../src/measure/metrics.js';
import { RESULT_SCHEMA_VERSION, type ResultFile, type RunResult, type ScenarioParts, type VariantInfo } from '../../../src/measure/result.js';

export const PARTS: ScenarioParts = { load: 'a1', platform: 'b1', policy: 'c1', expectations: 'd1' };

/** A run of which only the hash and a few metrics matter. */
export function madeRun(seed: number, metrics: Readonly<Record<string, MetricValue>>, changes: Partial<RunResult> = {}): RunResult {
  return {
    variant: undefined,
    seed,
    hash: hashOf([seed, metrics]),
    events: 100,
    loadEndUs: 1,
    endUs: 2,
    verdict: 'pass',
    exitCode: 0,
    thresholds: [],
    invariants: [],
    exercised: [],
    exercise: {},
    metrics,
    evidence: undefined,
    ...changes,
  };
}

function hashOf(data: unknown): string {
  let hash = 7;
  for (const character of JSON.stringify(data)) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) | 0;
  return (hash >>> 0).toString(16).padStart(16, '0');
}

/** A trend of which every number is the same. */
export function waits(ms: number, n = 100): MetricValue {
  return { type: 'trend', n, avg: ms, min: ms, med: ms, max: ms, p90: ms, p95: ms, p99: ms };
}

export function counted(count: number, n = 100): MetricValue {
  return { type: 'counter', n, count, rate: count / 60 };
}

/** A run of which only its queue latency is known. */
export function waitingRuns(ms: readonly number[], changes: (seed: number) => Partial<RunResult> = () => ({})): RunResult[] {
  return ms.map((own, at) => madeRun(at + 1, { queue_latency: waits(own) }, changes(at + 1)));
}

export interface ResultChanges extends Partial<Omit<ResultFile, 'scenario'>> {
  readonly scenario?: Partial<ResultFile['scenario']>;
}

/** A result of these runs. Its scenario's hash follows from its parts. */
export function madeResult(runs: readonly RunResult[], { scenario, ...changes }: ResultChanges = {}): ResultFile {
  const parts = scenario?.parts ?? PARTS;
  const names = [...new Set(runs.map((run) => run.variant))];
  return {
    schemaVersion: RESULT_SCHEMA_VERSION,
    tool: { name: 'slotstorm', version: '0.1.0' },
    randomScheme: 2,
    scenario: { name: 'made', description: '', file: 'made.yaml', sha256: JSON.stringify(parts), rerun: '', notes: [], parts, ...scenario },
    seeds: [...new Set(runs.map((run) => run.seed))],
    verdict: 'pass',
    exitCode: 0,
    variants: names.map(madeVariant),
    runs,
    meta: { date: '2027-01-15T12:00:00.000Z', host: 'ci-1', platform: 'linux x64', node: 'v20', durationMs: 1, cpu: 'test' },
    ...changes,
  };
}

function madeVariant(name: string | undefined): VariantInfo {
  return { name, description: '', policy: 'reference', switches: {}, marks: [], prices: [], meanServiceUs: undefined };
}

export function madeBaseline(runs: readonly RunResult[], changes: ResultChanges = {}): Baseline {
  return baselineOf(madeResult(runs, changes), { reason: 'test', updated: '2027-01-01' });
}

export const OPTIONS = { source: 'baseline.json', today: '2027-01-15' };
