import { waitQuantileMs } from '../../src/measure/capacity/erlang.js';
import type { Overload } from '../../src/measure/capacity/plan-result.js';
import type { MetricValue } from '../../src/measure/metrics.js';
import { checkDials } from '../../src/plan/dials.js';
import type { DialName, Dials, PlannedLoad, PlanPoint, SeedFigures, Simulator } from '../../src/plan/point.js';

const DIALS: ReadonlySet<DialName> = new Set<DialName>(['limit', 'rateFactor', 'serviceFactor', 'ghosts', 'waiting']);
const LOAD = { ratePerSecond: 5, meanServiceMs: 12_000 };

export interface FormulaWorldOptions {
  /** How far seeds are spread around the formula's p95, as a share of it. */
  readonly spread?: number | undefined;
  readonly isRecorded?: boolean | undefined;
  /** Says what p95 is, in ms, instead of Erlang C. */
  readonly p95Ms?: ((dials: Dials) => number) | undefined;
  /** What further thresholds judge, behind that of the p95. */
  readonly also?: ((dials: Dials) => readonly number[]) | undefined;
  /** How many of a seed's 100 requests are dropped. */
  readonly lost?: ((dials: Dials, seed: number) => number) | undefined;
  /** Of a recording: most slots that would ever be busy. */
  readonly peakInFlight?: number | undefined;
  /** Of limits below it runs are too short. */
  readonly settledFrom?: number | undefined;
  /** false: only runs can tell. */
  readonly isStationary?: boolean | undefined;
}

/** A load whose p95 is Erlang C's, and seeds that lie around it as their number says: questions about it have known answers. */
export class FormulaWorld implements Simulator {
  readonly description = 'formula';
  /** Each call: how many points, which seeds. */
  readonly asked: { readonly points: number; readonly seeds: readonly number[] }[] = [];
  readonly load: PlannedLoad;

  constructor(private readonly options: FormulaWorldOptions = {}) {
    const { isRecorded = false, isStationary = true, peakInFlight, settledFrom } = options;
    const trace = { file: 'a.csv', sha256: '', rows: 1, used: 1, skipped: [], spanMs: 1 };
    this.load = {
      facts: {
        source: 'flags',
        text: 'a formula',
        ...LOAD,
        offeredSlots: 60,
        arrivalScv: 1,
        serviceScv: 1,
        ...(peakInFlight === undefined ? {} : { trace: { ...trace, peakInFlight } }),
      },
      dials: DIALS,
      isRecorded,
      ...(isStationary ? { overload: overloadOf } : {}),
      ...(settledFrom === undefined ? {} : { shortRun: ({ limit }) => (limit < settledFrom ? { runMs: 1_000, neededMs: 2_000 } : undefined) }),
      point: (dials) => {
        checkDials(dials, DIALS);
        return { input: dials, key: JSON.stringify(Object.entries(dials).sort()) };
      },
    };
  }

  async run(points: readonly PlanPoint[], seeds: readonly number[]): Promise<readonly (readonly SeedFigures[])[]> {
    this.asked.push({ points: points.length, seeds });
    return points.map(({ input }) => seeds.map((seed) => this.figures(input as Dials, seed)));
  }

  async stop(): Promise<void> {}

  /** How many runs were made of all points. */
  get runs(): number {
    return this.asked.reduce((sum, { points, seeds }) => sum + points * seeds.length, 0);
  }

  private figures(dials: Dials, seed: number): SeedFigures {
    const { p95Ms = erlang, spread = 0, also = () => [] } = this.options;
    const p95 = p95Ms(dials) * (1 + spread * spreadOf(seed));
    const wait: MetricValue = { type: 'trend', n: 100, avg: 0, min: 0, med: 0, max: p95, p90: p95, p95, p99: p95 };
    const requests: MetricValue = { type: 'counter', n: 100, count: 100, rate: 1 };
    const occurrences = this.options.lost === undefined ? [] : [{ name: 'start_timeouts', k: this.options.lost(dials, seed), n: 100 }];
    return { seed, hash: '', events: 1, actuals: [p95, ...also(dials)], occurrences, metrics: { queue_latency: wait, requests }, broken: [] };
  }
}

function erlang({ limit, ghosts = 0, rateFactor = 1, serviceFactor = 1 }: Dials): number {
  const load = { ratePerSecond: LOAD.ratePerSecond * rateFactor, meanServiceMs: LOAD.meanServiceMs * serviceFactor };
  return Math.min(1e9, waitQuantileMs(load, limit - ghosts, 0.95));
}

function overloadOf({ limit, ghosts = 0, rateFactor = 1, serviceFactor = 1 }: Dials): Overload | undefined {
  const offeredSlots = 60 * rateFactor * serviceFactor;
  const free = Math.max(0, limit - ghosts);
  return offeredSlots < free ? undefined : { offeredSlots, limit: free, mostPerSecond: free / 12 };
}

/** From −1 to 1; of every 8 seeds in a row that begin at 1 the sum is 0. */
function spreadOf(seed: number): number {
  return [-1, 1, -0.7, 0.7, -0.4, 0.4, -0.1, 0.1][(seed - 1) % 8] as number;
}
