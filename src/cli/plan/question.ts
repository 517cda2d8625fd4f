import { createHash } from 'node:crypto';
import { parseDurationUs } from '../../core/units.js';
import type { PlanQuestion, QuestionParts } from '../../measure/capacity/plan-result.js';
import type { PlanPoint } from '../../plan/point.js';
import type { AskedLoad } from './asked-load.js';

/** A scenario file's data, as far as it is looked into here. */
interface PointData {
  readonly platform?: { readonly endpoints?: readonly Record<string, unknown>[] };
  readonly warmup?: unknown;
  readonly [part: string]: unknown;
}

/** What of a scenario's data is neither load nor platform, or depends on the limit that is tried. */
const NO_PART_OF_THE_LOAD = new Set(['name', 'description', 'seed', 'expect', 'platform', 'warmup', 'variants', 'zoo']);
/** An endpoint's service time belongs to the load: the platform only carries it. */
const WORK = new Set(['service', 'failureProbability']);
/** Any will do: at the same limit the same question has the same data. */
const REFERENCE_LIMIT = 1;

/** What was asked, so that two plans can tell whether they asked the same. @param mostSeeds for each setting */
export function questionOf(asked: AskedLoad, mostSeeds: number, limit: number | undefined): PlanQuestion {
  const parts = partsOf(asked);
  return {
    slos: asked.slos.texts,
    policy: asked.policy,
    switches: asked.switches,
    sha256: hashOf(parts),
    parts,
    seed: asked.seed,
    mostSeeds,
    ...(asked.requestsPerSeed === undefined ? {} : { requestsPerSeed: asked.requestsPerSeed }),
    warmupMs: warmupOf(asked.load.point({ limit: limit ?? REFERENCE_LIMIT })),
  };
}

function partsOf({ load, slos, recordings }: AskedLoad): QuestionParts {
  const data = load.point({ limit: REFERENCE_LIMIT }).input as PointData;
  const { endpoints = [], ...platform } = data.platform ?? {};
  const rest = Object.entries(data).filter(([name]) => !NO_PART_OF_THE_LOAD.has(name));
  const sha256s = recordings.sha256s;
  const work = endpoints.map((endpoint) => chosen(endpoint, (name) => WORK.has(name)));
  return {
    load: hashOf({ ...Object.fromEntries(rest), work }, sha256s),
    platform: hashOf({ ...platform, endpoints: endpoints.map((endpoint) => chosen(endpoint, (name) => !WORK.has(name))) }, sha256s),
    // The same SLO may be written with spaces or without.
    slos: hashOf(slos.texts.map((text) => text.replaceAll(/\s+/g, ''))),
  };
}

function chosen(fields: Record<string, unknown>, isWanted: (name: string) => boolean): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => isWanted(name)));
}

/** ms */
function warmupOf({ input }: PlanPoint): number {
  const { warmup } = input as PointData;
  return typeof warmup === 'string' ? (parseDurationUs(warmup) ?? 0) / 1_000 : 0;
}

function hashOf(value: unknown, sha256s: Readonly<Record<string, string>> = {}): string {
  return createHash('sha256').update(canonical(value, sha256s)).digest('hex');
}

/** Where a scenario's data names a file: the trace that is replayed, and samples of an empirical law. */
const NAMES_A_FILE = ['trace', 'file'];

/** JSON with names in order: the same data gives the same text. What a recording holds counts, not where it lies. */
function canonical(value: unknown, sha256s: Readonly<Record<string, string>>): string {
  return JSON.stringify(value, (key, own: unknown) => {
    if (typeof own === 'object' && own !== null && !Array.isArray(own))
      return Object.fromEntries(Object.entries(own).sort(([one], [other]) => (one < other ? -1 : 1)));
    return typeof own === 'string' && NAMES_A_FILE.includes(key) && Object.hasOwn(sha256s, own) ? sha256s[own] : own;
  });
}
