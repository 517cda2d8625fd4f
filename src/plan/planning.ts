import type { LimitAnswer, PointEvidence } from '../measure/capacity/plan-result.js';
import { MIN_SEEDS_FOR_NONE } from '../measure/gate/share-interval.js';
import { type FactorInterval, FactorSearch } from './factor-search.js';
import { largestFactorByErlangC, turnedLoad } from './formula-guess.js';
import { Judge } from './judging.js';
import { limitEffectOn } from './limit-effects.js';
import { LimitSearch } from './limit-search.js';
import { Looks } from './looks.js';
import type { Dials, Effort, PlannedLoad, Planning, PlanPoint, SeedFigures, Simulator } from './point.js';
import type { Slos } from './slos.js';

/** No limit above it is tried, where neither the user nor the load says otherwise. */
export const MOST_TRIED = 10_000;

const FAR_TOO_MUCH = 1e9;
/** A formula that is wrong by less is the better guess all the same. */
const FAR_OFF = 1.2;

export interface PlanTerms {
  readonly load: PlannedLoad;
  readonly slos: Slos;
  readonly simulator: Simulator;
  /** The first seed; the others follow it. The same ones at every point, so that only the setting differs. */
  readonly seed: number;
  /** undefined: 128. */
  readonly mostSeeds?: number | undefined;
  /** undefined: 10,000. */
  readonly mostTried?: number | undefined;
  /** The limit that the user asks about. */
  readonly asked?: number | undefined;
  /** Told what is being done. */
  readonly progress?: ((what: string) => void) | undefined;
}

/** Everything known of one point. */
interface Known {
  readonly dials: Dials;
  readonly point: PlanPoint;
  readonly figures: SeedFigures[];
  evidence: PointEvidence | undefined;
  /** More seeds could tell more. */
  isOpen: boolean;
}

/** Answers questions about a load by simulation: seeds are added to a point until it is decided, and no point is run twice. */
export class SimulatedPlanning implements Planning {
  readonly load: PlannedLoad;
  readonly slos: readonly string[];
  /** Runs and requests so far, of all points. */
  readonly spent = { runs: 0, requests: 0 };
  private readonly known = new Map<string, Known>();
  /** By dial: how many times the formula's the last largest factor was. */
  private readonly formulaErrors = new Map<'rateFactor' | 'serviceFactor', number>();
  /** By dial and setting: another search would begin elsewhere, and end with other numbers. */
  private readonly largestFactors = new Map<string, Promise<FactorInterval>>();
  private readonly looks: Looks | undefined;
  private readonly judging: Judge;

  constructor(private readonly terms: PlanTerms) {
    this.load = terms.load;
    this.slos = terms.slos.texts;
    this.looks = terms.load.isRecorded ? undefined : new Looks(terms.mostSeeds);
    this.judging = new Judge(terms.slos, this.looks);
  }

  /** The most seeds that a point may take; 1 where chance has no part. */
  get mostSeeds(): number {
    return this.looks?.most ?? 1;
  }

  async judge(dials: readonly Dials[], effort: Effort): Promise<readonly PointEvidence[]> {
    const overloads = dials.map((one) => this.load.overload?.(one));
    const stable = dials.filter((_, at) => overloads[at] === undefined);
    const judged = (await this.decide(stable, effort)).map(({ evidence }) => evidence as PointEvidence);
    let next = 0;
    return dials.map((one, at) => {
      const unstable = overloads[at];
      if (unstable === undefined) return judged[next++] as PointEvidence;
      return { ...this.settingOf(one), checks: [], verdict: 'fail', seeds: 0, requests: 0, events: 0, broken: [], unstable };
    });
  }

  async figures(dials: Dials, effort: Effort): Promise<readonly SeedFigures[]> {
    const [known] = await this.decide([dials], effort);
    return (known as Known).figures;
  }

  smallestLimit(dials: Omit<Dials, 'limit'>, effort: Effort = 'decide'): Promise<LimitAnswer> {
    const { mostTried = MOST_TRIED, slos, asked } = this.terms;
    const eased = slos.all.map((slo) => (this.load.effectOn?.(slo) ?? limitEffectOn(slo)) === 'eases');
    return new LimitSearch(this, dials, { effort, mostTried, waitGoals: slos.waitGoals, eased, asked }).find();
  }

  async largestFactor(dial: 'rateFactor' | 'serviceFactor', dials: Dials): Promise<FactorInterval> {
    const key = `${dial} ${this.load.point({ ...dials, [dial]: 1 }).key}`;
    const known = this.largestFactors.get(key) ?? this.searchFactor(dial, dials);
    this.largestFactors.set(key, known);
    return known;
  }

  private async searchFactor(dial: 'rateFactor' | 'serviceFactor', dials: Dials): Promise<FactorInterval> {
    const turned = turnedLoad(this.load.facts, { ...dials, [dial]: 1 });
    // What ghosts leave of the limit, the load says of itself.
    const free = this.load.overload?.({ ...dials, [dial]: FAR_TOO_MUCH })?.limit ?? dials.limit - (dials.ghosts ?? 0);
    const formula = largestFactorByErlangC(turned, dial, free, this.terms.slos.waitGoals) ?? 1;
    // Where the formula was wrong for a neighbour, it is wrong here by about as much.
    const start = formula * (this.formulaErrors.get(dial) ?? 1);
    const found = await new FactorSearch(this, dial, dials, { effort: 'weigh', start }).find();
    const error = found.low / formula;
    if (error > 0 && Number.isFinite(found.high) && Math.max(error, 1 / error) > FAR_OFF) this.formulaErrors.set(dial, error);
    return found;
  }

  progress(what: string): void {
    this.terms.progress?.(what);
  }

  /** Runs what is not decided yet, all points together, look after look. */
  private async decide(dials: readonly Dials[], effort: Effort): Promise<readonly Known[]> {
    const all = dials.map((one) => this.knownOf(one));
    for (let open = this.openOf(all, effort); open.size > 0; open = this.openOf(all, effort)) {
      for (const [key, points] of open) await this.addSeeds(points, ...(key.split('-').map(Number) as [number, number]));
    }
    return all;
  }

  private knownOf(dials: Dials): Known {
    const point = this.load.point(dials);
    const known = this.known.get(point.key) ?? { dials, point, figures: [], evidence: undefined, isOpen: true };
    this.known.set(point.key, known);
    return known;
  }

  /** By which seeds they lack: those that lack the same are run together. */
  private openOf(all: readonly Known[], effort: Effort): Map<string, Set<Known>> {
    const open = new Map<string, Set<Known>>();
    for (const known of all) {
      const has = known.figures.length;
      const wanted = this.seedsWanted(known, effort);
      if (wanted === undefined) continue;
      const key = `${has}-${wanted}`;
      open.set(key, (open.get(key) ?? new Set()).add(known));
    }
    return open;
  }

  /** @returns how many seeds it should have next; undefined: it has enough */
  private seedsWanted(known: Known, effort: Effort): number | undefined {
    const has = known.figures.length;
    if (has === 0) return this.looks?.first ?? 1;
    if (!known.isOpen || this.looks === undefined) return undefined;
    const next = this.looks.after(has);
    return next === undefined || next > this.mostSeedsOf(known, this.looks, effort) ? undefined : next;
  }

  private mostSeedsOf({ evidence }: Known, { first, most, seeds }: Looks, effort: Effort): number {
    if (effort === 'decide') return most;
    const usual = effort === 'weigh' ? Math.max(first, most / 4) : first;
    if (evidence === undefined || !this.judging.lacksSeedsForNone(evidence)) return usual;
    return Math.max(usual, seeds.find((count) => count >= MIN_SEEDS_FOR_NONE) ?? 0);
  }

  private async addSeeds(points: ReadonlySet<Known>, from: number, to: number): Promise<void> {
    const seeds = Array.from({ length: to - from }, (_, n) => this.terms.seed + from + n);
    const list = [...points];
    const found = await this.terms.simulator.run(
      list.map(({ point }) => point),
      seeds,
    );
    for (const [at, known] of list.entries()) {
      // Two questions at once may have asked for the same seeds.
      if (known.figures.length === from) known.figures.push(...(found[at] as readonly SeedFigures[]).map((seed) => this.load.figuresOf?.(seed) ?? seed));
      const evidence = this.judging.judge(known.figures, this.settingOf(known.dials));
      known.isOpen = evidence.verdict === 'undecided';
      known.evidence = this.withDoubt(evidence, known.dials);
      this.spent.runs += seeds.length;
    }
    this.spent.requests = [...this.known.values()].reduce((sum, { evidence }) => sum + (evidence?.requests ?? 0), 0);
  }

  /** Long queues take long to grow: what was over before could not show them. What fails all the same fails. */
  private withDoubt(evidence: PointEvidence, dials: Dials): PointEvidence {
    const tooShort = evidence.verdict === 'pass' ? this.load.shortRun?.(dials) : undefined;
    return tooShort === undefined ? evidence : { ...evidence, verdict: 'undecided', tooShort };
  }

  private settingOf({ limit, rateFactor = 1 }: Dials): Pick<PointEvidence, 'limit' | 'ratePerSecond'> {
    return { limit, ratePerSecond: this.load.facts.ratePerSecond * rateFactor };
  }
}
