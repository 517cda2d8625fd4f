import { smallestLimitByErlangC, type WaitGoal } from '../measure/capacity/erlang.js';
import { offeredSlots, stableFrom } from '../measure/capacity/little.js';
import type { LimitAnswer, PointEvidence } from '../measure/capacity/plan-result.js';
import { turnedLoad } from './formula-guess.js';
import { type Bracket, isTooLarge, limitBetween } from './limit-between.js';
import type { Dials, Effort, Planning } from './point.js';
import { droppedText, slotsText, whyContradicted, whyNoLimit, whyNotMet } from './why.js';

interface SearchTerms {
  readonly effort: Effort;
  readonly mostTried: number;
  /** For the first guess. */
  readonly waitGoals: readonly WaitGoal[];
  /** By place of the SLOs: whether a larger limit makes it easier to keep. */
  readonly eased: readonly boolean[];
  /** The limit that the user asks about: of that one the answer must not be silent. */
  readonly asked?: number | undefined;
}

/** The formula is off by less where it fits the load: of 69 slots the first step is two. */
const FIRST_STEP_SHARE = 0.03;

function firstStep(guess: number): number {
  return Math.max(1, Math.round(guess * FIRST_STEP_SHARE));
}

/** Looks for the smallest limit that meets every SLO: a first guess by formula, then only simulation counts. */
export class LimitSearch {
  /** Everything tried, by limit. */
  private readonly tried = new Map<number, PointEvidence>();
  private readonly most: number;

  constructor(
    private readonly planning: Planning,
    private readonly dials: Omit<Dials, 'limit'>,
    private readonly terms: SearchTerms,
  ) {
    this.most = Math.max(1, Math.min(terms.mostTried, this.enoughForAll));
  }

  async find(): Promise<LimitAnswer> {
    const isAnswer = this.terms.effort === 'decide';
    const isHopeless = isAnswer && !(await this.meets(this.most));
    const bracket = (isHopeless ? undefined : await this.bracket()) ?? (await this.belowTheLargest());
    if (bracket === undefined) return this.answer(undefined, await this.whyNone());
    const limit = await this.bisect(bracket);
    // One less must fail, and one more must pass: under a backoff that is not sure. Only an answer shows both.
    if (isAnswer) await this.judgeAll([limit - 1, limit + 1].filter((one) => one >= 1));
    return this.answer(limit, this.doubt(limit));
  }

  /** Away from the guess, by steps that double. @returns undefined where no limit meets the SLOs */
  private async bracket(): Promise<Bracket | undefined> {
    const least = this.leastStable;
    const guess = this.guess(least);
    return (await this.meets(guess)) ? this.below(guess, least - 1) : this.above(guess);
  }

  /** @param floor a limit that cannot meet them */
  private async below(guess: number, floor: number): Promise<Bracket> {
    let meeting = guess;
    for (let step = firstStep(guess); meeting - step > floor; step *= 2) {
      const limit = meeting - step;
      if (!(await this.meets(limit))) return { missing: limit, meeting };
      meeting = limit;
    }
    return { missing: floor, meeting };
  }

  private async above(guess: number): Promise<Bracket | undefined> {
    let missing = guess;
    for (let step = firstStep(guess); missing < this.most; step *= 2) {
      // Where a step was not enough, none may be: the largest can tell.
      if (missing > guess && !(await this.meets(this.most))) return undefined;
      const limit = Math.min(this.most, missing + step);
      if (await this.meets(limit)) return { missing, meeting: limit };
      missing = limit;
    }
    return undefined;
  }

  /** The largest limit misses the SLOs; a smaller one meets them where they contradict a larger one, or where rules are not monotone. */
  private async belowTheLargest(): Promise<Bracket | undefined> {
    const { asked = this.most, eased } = this.terms;
    const floor = this.leastStable - 1;
    if (asked < this.most && asked > floor && (await this.meets(asked))) return this.below(asked, floor);
    return limitBetween((limit) => this.tell(limit), { missing: floor, top: await this.judge(this.most), eased });
  }

  private async whyNone(): Promise<string> {
    const { eased } = this.terms;
    const top = await this.judge(this.most);
    if (!isTooLarge(top, eased)) return whyNoLimit(top, this.most);
    // The largest of those that miss what a larger one would keep.
    const small = [...this.tried.values()]
      .filter((point) => point.limit < this.most && !isTooLarge(point, eased))
      .sort((one, other) => other.limit - one.limit)[0];
    return whyContradicted(top, small);
  }

  private async bisect({ missing, meeting }: Bracket): Promise<number> {
    let [low, high] = [missing, meeting];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (await this.meets(middle)) high = middle;
      else low = middle;
    }
    return high;
  }

  private async meets(limit: number): Promise<boolean> {
    return (await this.tell(limit)).verdict === 'pass';
  }

  private tell(limit: number): Promise<PointEvidence> {
    this.planning.progress(`limit ${limit}`);
    return this.judge(limit);
  }

  private async judge(limit: number): Promise<PointEvidence> {
    const [evidence] = await this.judgeAll([limit]);
    return evidence as PointEvidence;
  }

  private async judgeAll(limits: readonly number[]): Promise<readonly PointEvidence[]> {
    const found = await this.planning.judge(
      limits.map((limit) => ({ ...this.dials, limit })),
      this.terms.effort,
    );
    for (const [at, evidence] of found.entries()) this.tried.set(limits[at] as number, evidence);
    return found;
  }

  private answer(limit: number | undefined, why: string | undefined): LimitAnswer {
    const evidence = [...this.tried.values()].sort((one, other) => one.limit - other.limit);
    const exceptions =
      limit === undefined ? [] : evidence.filter((one) => (one.limit < limit ? one.verdict === 'pass' : one.verdict !== 'pass')).map((one) => one.limit);
    return { limit, mostTried: this.most, why, evidence, exceptions };
  }

  /** What a reader must know of an answer that is not clear-cut. */
  private doubt(limit: number): string | undefined {
    const below = this.tried.get(limit - 1);
    const above = this.tried.get(limit + 1);
    const at = this.tried.get(limit);
    const lost = at === undefined ? undefined : droppedText(at);
    const doubts: string[] = lost === undefined ? [] : [lost];
    if (below?.verdict === 'undecided') doubts.push(`${limit - 1} could not be decided: ${whyNotMet(below)}`);
    if (above !== undefined && above.verdict !== 'pass') doubts.push(`${limit + 1} was not shown to meet it although ${limit} was: ${whyNotMet(above)}`);
    const top = this.tried.get(this.most);
    if (top !== undefined && top !== above && top.verdict !== 'pass') doubts.push(`no longer with ${slotsText(this.most)}: ${whyNotMet(top)}`);
    return doubts.length === 0 ? undefined : doubts.join('; ');
  }

  /** With a slot for everybody at the worst instant of a recording nobody waits; twice that where it is changed. */
  private get enoughForAll(): number {
    const peak = this.planning.load.facts.trace?.peakInFlight;
    if (peak === undefined) return Number.POSITIVE_INFINITY;
    const { rateFactor = 1, serviceFactor = 1, ghosts = 0, burst = 0 } = this.dials;
    return Math.ceil(2 * peak * Math.max(1, rateFactor * serviceFactor)) + ghosts + burst;
  }

  /** The smallest limit that could carry the load at all, as far as the load can tell; from 1 up, at most `most`. */
  private get leastStable(): number {
    const { load } = this.planning;
    let low = 0;
    let high = this.most;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (load.overload?.({ ...this.dials, limit: middle }) === undefined) high = middle;
      else low = middle;
    }
    return high;
  }

  /** By Erlang C with the variability factor; where the SLOs are not about waits, Little's floor. */
  private guess(least: number): number {
    const { load, variability } = turnedLoad(this.planning.load.facts, this.dials);
    const offered = offeredSlots(load);
    const guesses = this.terms.waitGoals.map((goal) => smallestLimitByErlangC(load, goal, variability) ?? 0);
    // Whatever else takes slots, ghosts for one, lies between Little's floor and the least.
    const taken = Math.max(0, least - stableFrom(offered));
    return Math.min(this.most, Math.max(least, Math.ceil(offered), ...guesses.map((guess) => guess + taken)));
  }
}
