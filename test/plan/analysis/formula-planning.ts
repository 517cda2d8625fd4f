import { startTimeoutGuessMs, waitQuantileMs } from '../../../src/measure/capacity/erlang.js';
import { mostPerSecond, offeredSlots, stableFrom } from '../../../src/measure/capacity/little.js';
import type { LimitAnswer, LoadFacts, PointEvidence } from '../../../src/measure/capacity/plan-result.js';
import { dispersionOfBatches, variabilityFactor } from '../../../src/measure/capacity/variability.js';
import type { MetricValue } from '../../../src/measure/metrics.js';
import type { DialName, Dials, Effort, LoadClass, PlannedLoad, Planning, SeedFigures } from '../../../src/plan/point.js';

export interface FormulaTerms {
  readonly ratePerSecond?: number;
  readonly meanServiceMs?: number;
  readonly sloMs?: number;
  readonly dials?: readonly DialName[];
  readonly classes?: readonly LoadClass[];
  readonly isRecorded?: boolean;
  /** Requests in a seed. */
  readonly requests?: number;
  readonly mostTried?: number;
  readonly peakInFlight?: number;
}

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const ALL_DIALS: readonly DialName[] = [
  'rateFactor',
  'serviceFactor',
  'batchMean',
  'serviceCv',
  'ghosts',
  'coldStartMs',
  'startTimeoutMs',
  'call',
  'burst',
  'waiting',
  'outage',
];

/** A planning in which nothing is simulated: all seeds agree on what Erlang C says. It keeps a record of what it was asked. */
export class FormulaPlanning implements Planning {
  readonly load: PlannedLoad;
  readonly slos: readonly string[];
  readonly asked: { readonly dials: readonly Dials[]; readonly effort: Effort }[] = [];
  readonly told: string[] = [];

  constructor(private readonly terms: FormulaTerms = {}) {
    const facts = factsOf(terms);
    this.slos = [`queue_latency p(95) < ${this.sloMs}ms`];
    this.load = {
      facts,
      dials: new Set<DialName>(['limit', ...(terms.dials ?? ALL_DIALS)]),
      classes: terms.classes,
      isRecorded: terms.isRecorded ?? false,
      overload: (dials) => this.evidence(dials).unstable,
      point: () => ({ input: {}, key: '' }),
    };
  }

  async judge(dials: readonly Dials[], effort: Effort): Promise<readonly PointEvidence[]> {
    for (const one of dials)
      for (const [name, value] of Object.entries(one))
        if (value !== undefined && !this.load.dials.has(name as DialName)) throw new RangeError(`the load has no dial ${name}`);
    this.asked.push({ dials, effort });
    return dials.map((one) => this.evidence(one));
  }

  async figures(dials: Dials): Promise<readonly SeedFigures[]> {
    return (this.load.isRecorded ? [1] : SEEDS).map((seed) => this.figuresOf(dials, seed));
  }

  async smallestLimit(dials: Omit<Dials, 'limit'>, effort: Effort = 'decide'): Promise<LimitAnswer> {
    const most = this.terms.mostTried ?? 500;
    for (let limit = 1; limit <= most; limit++) {
      const [at] = await this.judge([{ ...dials, limit }], effort);
      if (at?.verdict === 'pass') return { limit, mostTried: most, evidence: [at], exceptions: [] };
    }
    return { mostTried: most, why: `no limit up to ${most} is enough`, evidence: [], exceptions: [] };
  }

  async largestFactor(dial: 'rateFactor' | 'serviceFactor', dials: Dials): ReturnType<Planning['largestFactor']> {
    let [low, high] = [0, 100];
    const passes = (factor: number): boolean => this.evidence({ ...dials, [dial]: factor }).verdict === 'pass';
    while (high - low > 1e-6) [low, high] = passes((low + high) / 2) ? [(low + high) / 2, high] : [low, (low + high) / 2];
    return { low, high, evidence: [this.evidence({ ...dials, [dial]: Math.max(low, 1e-9) })] };
  }

  progress(what: string): void {
    this.told.push(what);
  }

  get sloMs(): number {
    return this.terms.sloMs ?? 2000;
  }

  private evidence(dials: Dials): PointEvidence {
    const { limit, rateFactor = 1, ghosts = 0 } = dials;
    const free = Math.max(0, limit - ghosts - (dials.outage?.down ?? 0) + (dials.outage?.runners ?? limit) - limit);
    const setting = {
      limit,
      ratePerSecond: this.load.facts.ratePerSecond * rateFactor,
      seeds: SEEDS.length,
      requests: 1000,
      events: 1,
      broken: [],
      checks: [],
    };
    const load = this.loadOf(dials);
    const offered = offeredSlots(load);
    if (offered >= free)
      return { ...setting, verdict: 'fail', unstable: { offeredSlots: offered, limit: free, mostPerSecond: mostPerSecond(free, load.meanServiceMs) } };
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => exactly(this.waitMs(dials, share))) as [Exact, Exact, Exact];
    return { ...setting, verdict: p95.mean < this.sloMs ? 'pass' : 'fail', queueLatency: { p50, p95, p99 } };
  }

  private waitMs(dials: Dials, share: number): number {
    const free = dials.limit - (dials.ghosts ?? 0) - (dials.outage?.down ?? 0);
    const cv = dials.serviceCv ?? 1;
    const variability = variabilityFactor(dispersionOfBatches(dials.batchMean ?? 1), cv * cv);
    return waitQuantileMs(this.loadOf(dials), free, share, variability) + (dials.coldStartMs ?? 0) / 100 + (dials.waiting === 'backoff' ? 200 : 0);
  }

  private loadOf({ rateFactor = 1, serviceFactor = 1 }: Dials) {
    const { ratePerSecond, meanServiceMs } = this.load.facts;
    return { ratePerSecond: ratePerSecond * rateFactor, meanServiceMs: meanServiceMs * serviceFactor };
  }

  private figuresOf(dials: Dials, seed: number): SeedFigures {
    const n = this.terms.requests ?? 20_000;
    const p95 = this.waitMs(dials, 0.95);
    const longest = this.waitMs(dials, 1 - 1 / n) + ((dials.burst ?? 0) * this.load.facts.meanServiceMs) / dials.limit;
    const metrics: Record<string, MetricValue> = {
      queue_latency: trend(n, p95, longest),
      time_to_result: trend(n, p95, longest + this.load.facts.meanServiceMs),
      start_timeouts: counter(this.dropped(dials, n), n),
      gave_up: counter(dials.call?.call === 'run' ? Math.round(n / 100) : 0, n),
      http_429: counter(dials.call?.call === 'run' ? n / 10 : 0, n),
      client_retries: counter(dials.call?.call === 'run' ? n / 20 : 0, n),
      server_requeues: counter(dials.call?.call === 'subscribe' ? n / 40 : 0, n),
    };
    for (const each of this.terms.classes ?? []) metrics[`queue_latency{${each.tag}:${each.name}}`] = trend(n, this.waitOfClassMs(dials, each), longest);
    return { seed, hash: '', events: 1, actuals: [p95], occurrences: [], metrics, broken: [] };
  }

  /** Who would wait longer than the deadline, as if the others waited no less for that. */
  private dropped({ limit, startTimeoutMs }: Dials, n: number): number {
    if (startTimeoutMs === undefined) return 0;
    let share = 1;
    for (let step = 1e-6; step < 1; step *= 1.01) if (startTimeoutGuessMs(this.load.facts, limit, step) > startTimeoutMs) share = step;
    return share === 1 ? 0 : Math.round(share * n);
  }

  /** A class with a cap waits for its own slots, all others for the shared ones. */
  private waitOfClassMs(dials: Dials, each: LoadClass): number {
    const cap = dials.endpointLimits?.[each.name];
    if (cap === undefined) return this.waitMs(dials, 0.95);
    return waitQuantileMs({ ratePerSecond: each.ratePerSecond ?? 0, meanServiceMs: each.meanServiceMs ?? 0 }, cap, 0.95);
  }
}

type Exact = ReturnType<typeof exactly>;

function exactly(mean: number) {
  return { mean, low: mean, high: mean, seeds: SEEDS.length };
}

function factsOf({ ratePerSecond = 5, meanServiceMs = 12_000, isRecorded, peakInFlight = stableFrom(60) }: FormulaTerms): LoadFacts {
  const load = { ratePerSecond, meanServiceMs };
  const trace = { file: 't.csv', sha256: '', rows: 1, used: 1, skipped: [], spanMs: 1, peakInFlight };
  return {
    source: isRecorded ? 'trace' : 'flags',
    text: '',
    ...load,
    offeredSlots: offeredSlots(load),
    arrivalScv: 1,
    serviceScv: 1,
    ...(isRecorded ? { trace } : {}),
  };
}

function trend(n: number, p95: number, max: number): MetricValue {
  // The tests look at no other number.
  return { type: 'trend', n, avg: p95, min: 0, med: p95, max, p90: p95, p95, p99: max };
}

function counter(count: number, n: number): MetricValue {
  return { type: 'counter', n, count, rate: 0 };
}
