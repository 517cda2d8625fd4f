import type { ResultFile, RunResult, ScenarioParts } from '../result.js';
import { BASELINE_SCHEMA_VERSION, type Baseline, type BaselineVariant } from './baseline.js';
import { latencyCurve } from './latency-curve.js';
import { numbersOf, percentilesAsked } from './seed-numbers.js';

export interface BaselineTerms {
  /** Why it is set, in the user's words. */
  readonly reason: string;
  /** Day: `2027-01-15`; empty for a run that is no baseline: it does not expire either. */
  readonly updated: string;
  /** How long a live baseline holds. */
  readonly days?: number | undefined;
}

export const LIVE_DAYS = 30;
const NEVER = '9999-12-31';

/** Stands where an older result does not say; it is like no part, not even like itself. */
export const UNKNOWN_PART = '';

const NO_PARTS: ScenarioParts = { load: UNKNOWN_PART, platform: UNKNOWN_PART, policy: UNKNOWN_PART, expectations: UNKNOWN_PART };

/** What a result says for later comparisons. */
export function baselineOf(result: ResultFile, { reason, updated, days = LIVE_DAYS }: BaselineTerms): Baseline {
  const { name, file, sha256, parts } = result.scenario;
  return {
    schemaVersion: BASELINE_SCHEMA_VERSION,
    kind: 'slotstorm-baseline',
    tool: result.tool.version,
    randomScheme: result.randomScheme,
    scenario: { name, file, sha256, parts: parts ?? NO_PARTS },
    world: worldOf(result, updated === '' ? NEVER : addDays(updated, days)),
    seeds: result.seeds,
    reason,
    updated,
    variants: result.variants.map((variant) =>
      variantOf(
        result.runs.filter((run) => (run.variant ?? undefined) === (variant.name ?? undefined)),
        variant.name,
      ),
    ),
  };
}

function worldOf({ runs, meta }: ResultFile, expires: string): Baseline['world'] {
  const live = runs.find((run) => run.live != null)?.live;
  if (live == null) return { kind: 'simulated' };
  return {
    kind: 'live',
    driver: `${live.driver}, ${live.follow}, ×${live.speed}, judged by the ${live.judgedBy}`,
    machine: [meta.host, meta.platform, meta.cpu ?? 'unknown CPU'].join(', '),
    expires,
  };
}

function variantOf(runs: readonly RunResult[], name: string | undefined): BaselineVariant {
  const hashes = emptyTable<string>();
  const metrics = emptyTable<Record<string, Record<string, number>>>();
  for (const run of runs) {
    hashes[run.seed] = run.hash;
    const keep = (metric: string, number: string, value: number): void => {
      metrics[metric] ??= emptyTable();
      const numbers = metrics[metric] as Record<string, Record<string, number>>;
      numbers[number] ??= emptyTable();
      (numbers[number] as Record<string, number>)[run.seed] = value;
    };
    for (const [metric, value] of Object.entries(run.metrics)) for (const [number, own] of numbersOf(value)) keep(metric, number, own);
    for (const [metric, number, value] of percentilesAsked(run)) keep(metric, number, value);
  }
  const evidence = runs.find((run) => run.evidence != null)?.evidence;
  return { name: name ?? undefined, hashes, metrics, latencyCurve: evidence == null ? [] : latencyCurve(evidence.queueLatency) };
}

/** Names come from files, and `__proto__` may be one. */
function emptyTable<Value>(): Record<string, Value> {
  return Object.create(null) as Record<string, Value>;
}

const DAY_MS = 86_400_000;

/** @param day `2027-01-15` */
function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
