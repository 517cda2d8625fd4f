import type { Frontier, GhostCost, HeatMap, InverseAnswer, LimitAnswer, SensitivityRow, WhatIf } from '../../measure/capacity/plan-result.js';
import { largestTier } from '../../measure/capacity/tiers.js';
import type { DialName, Planning } from '../point.js';
import { burstDrain, drainAtOnce } from './burst-drain.js';
import { frontier } from './frontier.js';
import { ghostCosts } from './ghost-costs.js';
import { giveUps } from './give-ups.js';
import { heatMap } from './heat-map.js';
import { highestRate, largestBurst } from './highest-rate.js';
import { outage } from './outage.js';
import { sensitivity } from './sensitivity.js';
import { split } from './split.js';
import { startTimeout } from './start-timeout.js';
import type { AnalysisTerms } from './terms.js';
import { whatIfs } from './what-ifs.js';
import { standing } from './words.js';

/** What a plan says beyond its answer. A part that makes no sense for the load is missing, and `notes` says why. */
export interface Analyses {
  readonly frontier?: Frontier | undefined;
  readonly heatMap?: HeatMap | undefined;
  readonly sensitivity?: readonly SensitivityRow[] | undefined;
  readonly whatIfs?: readonly WhatIf[] | undefined;
  readonly ghosts?: readonly GhostCost[] | undefined;
  readonly inverse?: readonly InverseAnswer[] | undefined;
  readonly notes: readonly string[];
}

/** @param answer what `planning` found without any change */
export async function analyse(planning: Planning, answer: LimitAnswer, terms: AnalysisTerms): Promise<Analyses> {
  const about = terms.limit ?? answer.limit ?? largestTier(terms.tiers)?.limit;
  if (about === undefined)
    return { notes: ['There is no limit to look at more closely: none meets the SLOs, none was given with --limit, and there are no tiers.'] };
  return new Analysis(planning, answer, terms, about).all();
}

const LOOK_NOTE =
  'Heat map, sensitivity, what-ifs and inverse answers rest on fewer seeds than the answer itself: a limit among them may be one or two above what more seeds would show.';

const LEFT_OUT_NOTE = 'Heat map: –: nothing was measured. Where a p95 wait is more than 100 times too long, higher rates at the same limit are not simulated.';

class Analysis {
  private readonly notes: string[] = [];

  /** @param about the limit that the inverse questions are about */
  constructor(
    private readonly planning: Planning,
    private readonly answer: LimitAnswer,
    private readonly terms: AnalysisTerms,
    private readonly about: number,
  ) {}

  async all(): Promise<Analyses> {
    const { planning, answer, terms, about } = this;
    const here = answer.limit ?? about;
    const parts = {
      frontier: await this.step('limits around the answer', () => frontier(planning, here, answer, terms.tiers)),
      heatMap: this.isAtOnce ? undefined : await this.withDial('heat map', 'rateFactor', () => this.heatMap(here)),
      ...(await this.aroundAnswer()),
      ghosts: terms.ghosts === 0 ? undefined : await this.withDial('ghost costs', 'ghosts', () => ghostCosts(planning, about, terms)),
      inverse: await this.inverse(),
    };
    return { ...parts, notes: this.notes };
  }

  /** All requests come at one instant: what is asked of rates is asked of the size of the burst, or not at all. */
  private get isAtOnce(): boolean {
    return this.planning.load.facts.atOnce !== undefined;
  }

  private async heatMap(here: number): Promise<HeatMap> {
    const map = await heatMap(this.planning, here, this.terms);
    if (this.planning.load.isRecorded && map.p95Ms.some((row, at) => row.some((p95Ms, cell) => p95Ms === null && map.verdicts[at]?.[cell] === 'undecided')))
      this.notes.push(LEFT_OUT_NOTE);
    return map;
  }

  private async aroundAnswer(): Promise<Pick<Analyses, 'sensitivity' | 'whatIfs'>> {
    const { planning, answer, terms } = this;
    const { limit } = answer;
    if (limit === undefined) {
      this.notes.push('No sensitivity and no what-ifs: both change one thing at the limit of the answer, and there is none.');
      return {};
    }
    if (!planning.load.isRecorded) this.notes.push(LOOK_NOTE);
    return {
      sensitivity: await this.step('sensitivity', () => sensitivity(planning, limit, terms)),
      whatIfs: await this.step('what-ifs', () => whatIfs(planning, limit, terms)),
    };
  }

  private async inverse(): Promise<InverseAnswer[]> {
    const { planning, about, terms } = this;
    const { atOnce } = planning.load.facts;
    const most =
      atOnce === undefined
        ? await this.withDial('highest rate', 'rateFactor', () => highestRate(planning, about, terms.tiers))
        : await this.withDial('largest burst', 'rateFactor', () => largestBurst(planning, about, terms.tiers, atOnce));
    const answers = [most, ...(await this.underLoad())];
    return answers.filter((answer) => answer !== undefined);
  }

  /** Questions about waits that end. */
  private async underLoad(): Promise<(InverseAnswer | undefined)[]> {
    const { planning, about, terms } = this;
    const [evidence] = await planning.judge([{ limit: about }], 'look');
    if (evidence?.unstable !== undefined) {
      this.notes.push(`No start_timeout, burst, give-ups, split or outage at limit ${about}: ${standing(evidence)}.`);
      return [];
    }
    return [
      await this.withDial('start_timeout', 'startTimeoutMs', () => startTimeout(planning, about, terms.startTimeoutLoss)),
      await this.drain(),
      await this.withDial('give-ups', 'call', () => giveUps(planning, about)),
      (planning.load.classes?.length ?? 0) < 2 ? undefined : await this.step('classes of traffic', () => split(planning, about)),
      await this.withDial('outage', 'outage', () => outage(planning, about, terms.waiting)),
    ];
  }

  /** A load that comes all at once is a burst itself: how long it takes is asked of it, and of no other on top. */
  private drain(): Promise<InverseAnswer | undefined> {
    const { planning, about, terms } = this;
    const { atOnce } = planning.load.facts;
    if (atOnce !== undefined) return this.step('drain of the burst', () => drainAtOnce(planning, about, atOnce));
    return this.withDial('drain of a burst', 'burst', () => burstDrain(planning, about, terms.burst));
  }

  private async withDial<Part>(name: string, dial: DialName, make: () => Promise<Part>): Promise<Part | undefined> {
    if (this.planning.load.dials.has(dial)) return this.step(name, make);
    this.notes.push(`No ${name}: this load has no such dial (${DIAL_WORDS[dial] ?? dial}).`);
    return undefined;
  }

  private step<Part>(name: string, make: () => Promise<Part>): Promise<Part> {
    this.planning.progress(name);
    return make();
  }
}

const DIAL_WORDS: Partial<Record<DialName, string>> = {
  rateFactor: 'its rate is fixed',
  ghosts: 'ghost slots take one account with one limit',
  startTimeoutMs: 'its requests say themselves how long they wait',
  burst: 'nothing can be put on top of it',
  call: 'its calls are made as they are written',
  outage: 'its runners are its own',
};
