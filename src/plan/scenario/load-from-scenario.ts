import { formatDurationUs } from '../../core/units.js';
import { mostPerSecond } from '../../measure/capacity/little.js';
import type { LoadFacts, Overload, ShortRun } from '../../measure/capacity/plan-result.js';
import { type PreparedVariant, prepareScenario } from '../../prepare.js';
import { sourceOfData } from '../../scenario/source.js';
import type { PlatformSpec, Scenario } from '../../scenario/types.js';
import type { TraceSource } from '../../sim/trace.js';
import { lastingGhosts } from '../dial-parts.js';
import { checkDials } from '../dials.js';
import { turnedLoad } from '../formula-guess.js';
import type { LimitEffect } from '../limit-effects.js';
import { pointOf } from '../load-from-setting.js';
import { PlanError } from '../plan-error.js';
import type { DialName, Dials, LoadClass, PlannedLoad, SeedFigures } from '../point.js';
import { replayedRows } from '../recordings.js';
import { PreparedRuns } from '../run-point.js';
import { type Slo, Slos } from '../slos.js';
import { isDropping, settlingMs } from '../warmup-rule.js';
import { type AccountTraffic, trafficOf } from './account-traffic.js';
import { AccountView } from './account-view.js';
import { ownPromises } from './own-promises.js';
import { dialsOf } from './scenario-dials.js';
import { turnScenario } from './turn-scenario.js';
import { WhosePromise } from './whose-promise.js';

export interface ScenarioLoadOptions {
  /** The scenario's, for messages. */
  readonly file: string;
  /** Whose limit is asked for; undefined: there is one account. */
  readonly account?: string | undefined;
  /** undefined: what the scenario expects of itself. */
  readonly slos?: Slos | undefined;
  /** Opens the recordings that the scenario names. */
  readonly traceSource: TraceSource;
}

/** A scenario that can be planned with: everything in it stays, but the limit of one account. */
export interface ScenarioLoad extends PlannedLoad {
  readonly slos: Slos;
  readonly account: string;
  /** Of the account, as the scenario has it; undefined: its tier decides. */
  readonly limit: number | undefined;
  readonly platform: Pick<PlatformSpec, 'policy' | 'tiers' | 'tiersAreIllustrative'>;
  /** Where its metrics begin, ms. */
  readonly warmupMs: number;
  /** What is assumed, and what of the scenario plays no part. */
  readonly notes: readonly string[];
}

/**
 * One variant of a scenario as the load of a plan.
 * @throws PlanError where it does not say whose limit is asked for, or what is promised
 */
export function loadOfScenario(variant: PreparedVariant, options: ScenarioLoadOptions): ScenarioLoad {
  const { zoo: _, ...data } = variant.input as Record<string, unknown>;
  return new ScenarioTraffic(data, variant, options);
}

class ScenarioTraffic implements ScenarioLoad {
  readonly slos: Slos;
  readonly account: string;
  readonly limit: number | undefined;
  readonly platform: ScenarioLoad['platform'];
  readonly warmupMs: number;
  readonly isRecorded: boolean;
  readonly hasDeadline: boolean;
  readonly facts: LoadFacts;
  readonly dials: ReadonlySet<DialName>;
  readonly classes: readonly LoadClass[] | undefined;
  readonly notes: readonly string[];
  private readonly scenario: Scenario;
  private readonly traffic: AccountTraffic;
  private readonly whose: WhosePromise;
  /** undefined: there is no other account. */
  private readonly view: AccountView | undefined;

  constructor(
    private readonly data: Readonly<Record<string, unknown>>,
    private readonly variant: PreparedVariant,
    { file, account, slos, traceSource }: ScenarioLoadOptions,
  ) {
    this.scenario = variant.scenario;
    this.account = accountOf(this.scenario, account, file);
    this.limit = this.scenario.platform.accounts.find(({ id }) => id === this.account)?.limit;
    this.platform = this.scenario.platform;
    this.traffic = trafficOf(this.scenario, this.account);
    this.whose = new WhosePromise(this.scenario, this.account);
    if (this.traffic.flows.length === 0)
      throw new PlanError(`${file}: expected the workload to hold requests of ${this.account}, whose limit is asked for; it has none`);
    this.dials = dialsOf(this.scenario, this.traffic);
    this.isRecorded = this.traffic.isRecorded;
    this.hasDeadline = this.traffic.hasDeadline;
    this.warmupMs = warmupOf(this.scenario, this.traffic);
    this.classes = this.traffic.classes;
    this.view = this.scenario.platform.accounts.length > 1 ? new AccountView(this.account, this.classes) : undefined;
    const promises = slos === undefined ? ownPromises(variant, { file, whose: this.whose }) : { slos, notes: [] };
    this.slos = this.own(promises.slos);
    this.facts = this.factsOf(traceSource);
    this.notes = [...promises.notes, ...notesOf(this.scenario, this.traffic)];
  }

  overload(dials: Dials): Overload | undefined {
    const { steady } = this.traffic;
    if (steady === undefined) return undefined;
    const { limit, ghosts = 0, rateFactor = 1, serviceFactor = 1 } = dials;
    const free = Math.max(0, limit - lastingGhosts(ghosts, this.platform.policy));
    if (free > 0 && this.endsWaits(dials)) return undefined;
    const offered = steady.offeredSlots * rateFactor * serviceFactor;
    if (offered < free) return undefined;
    return { offeredSlots: offered, limit: free, mostPerSecond: mostPerSecond(free, steady.meanServiceMs * serviceFactor) };
  }

  /** Of a load that is the same all the time: a story that changes is over when it is over. */
  shortRun(dials: Dials): ShortRun | undefined {
    const { steady, endUs } = this.traffic;
    if (steady === undefined || this.endsWaits(dials)) return undefined;
    const { load, variability } = turnedLoad(this.facts, dials);
    const runMs = endUs / 1000;
    const neededMs = settlingMs(load, dials.limit - lastingGhosts(dials.ghosts ?? 0, this.platform.policy), variability);
    return neededMs > runMs ? { runMs, neededMs } : undefined;
  }

  figuresOf(figures: SeedFigures): SeedFigures {
    return this.view?.figuresOf(figures) ?? figures;
  }

  effectOn(slo: Slo): LimitEffect {
    return this.whose.effectOn(slo);
  }

  /** Whether requests are dropped, or their clients repeat them only so often: no wait grows as long as the load lasts. */
  private endsWaits({ call, startTimeoutMs = Number.POSITIVE_INFINITY }: Dials): boolean {
    return call?.call === 'run' || isDropping(startTimeoutMs, this.traffic.endUs / 1000);
  }

  private own(slos: Slos): Slos {
    return this.view?.slosOf(slos) ?? slos;
  }

  point(dials: Dials) {
    checkDials(dials, this.dials);
    return pointOf(turnScenario(this.data, { ...this, scenario: this.scenario, traffic: this.traffic }, dials));
  }

  /** From the scenario itself where it says so, else by one run with slots to spare. */
  private factsOf(traceSource: TraceSource): LoadFacts {
    const { known, atOnce, arrivalScv, serviceScv } = this.traffic;
    const load = known ?? this.measure(traceSource);
    const offeredSlots = (load.ratePerSecond * load.meanServiceMs) / 1000;
    const how = known === undefined ? ' (measured in one run with slots to spare)' : '';
    const variant = this.variant.name === undefined ? '' : `, variant ${this.variant.name}`;
    const often = atOnce === undefined ? `${Number(load.ratePerSecond.toPrecision(3))}/s` : `${atOnce} ${atOnce === 1 ? 'request' : 'requests'} at once`;
    const text = `${this.scenario.name}${variant}: ${often} of ${this.account}, service ${formatDurationUs(Math.round(load.meanServiceMs * 1000))} mean${how}`;
    return {
      source: 'scenario',
      text,
      ...(atOnce === undefined ? {} : { atOnce }),
      ratePerSecond: load.ratePerSecond,
      meanServiceMs: load.meanServiceMs,
      offeredSlots,
      arrivalScv,
      serviceScv,
      recordings: replayedRows(this.scenario, traceSource),
    };
  }

  private measure(traceSource: TraceSource): { readonly ratePerSecond: number; readonly meanServiceMs: number } {
    const point = pointOf(
      turnScenario(this.data, { ...this, scenario: this.scenario, traffic: this.traffic, slos: this.own(SLOT_HOLD) }, { limit: AMPLE_LIMIT }),
    );
    const [variant] = prepareScenario(sourceOfData(this.scenario.name, point.input)).variants as [PreparedVariant];
    const runs = new PreparedRuns(variant, traceSource);
    const run = runs.start(this.scenario.seed);
    while (!run.advance(1_000_000));
    const result = run.result();
    const { metrics } = this.figuresOf(runs.figuresOf(result));
    const [hold, calls] = [metrics['slot_hold'], metrics['requests']];
    const meanServiceMs = Math.max(0.001, hold?.type === 'trend' ? hold.avg : 0);
    // A single instant has no rate: as if it had taken a mean service time.
    const spanMs = Math.max(meanServiceMs, result.loadEndUs / 1000 - this.warmupMs);
    return { ratePerSecond: Math.max(1e-6, ((calls?.type === 'counter' ? calls.count : 0) * 1000) / spanMs), meanServiceMs };
  }
}

const AMPLE_LIMIT = 100_000;
const SLOT_HOLD = new Slos(['slot_hold avg > 0']);

function accountOf({ platform: { accounts } }: Scenario, asked: string | undefined, file: string): string {
  const names = accounts.map(({ id }) => id);
  const [only] = names;
  if (asked !== undefined && names.includes(asked)) return asked;
  const known = names.slice(0, 10).join(', ');
  if (asked !== undefined)
    throw new PlanError(
      `${file}: expected --account to be one of ${known === '' ? 'none: the platform has no accounts' : known}, got ${JSON.stringify(asked)}`,
    );
  if (only === undefined)
    throw new PlanError(
      `${file}: expected an account under platform.accounts whose limit is asked for; it has none (recorded traffic that brings its own is planned with --trace and --by)`,
    );
  if (names.length > 1) throw new PlanError(`${file}: expected --account, for the scenario has ${names.length}: ${known}`);
  return only;
}

/** `auto` would need a pilot for every setting: then it is as much as of any load, ten mean services. */
function warmupOf({ warmup }: Scenario, { known, endUs }: AccountTraffic): number {
  if (warmup === undefined) return 0;
  if (warmup.kind === 'fixed') return warmup.us / 1000;
  return Math.min(10 * (known?.meanServiceMs ?? 0), 0.3 * (endUs / 1000));
}

function notesOf({ steps, warmup, platform }: Scenario, { account, steady, isRecorded, endUs }: AccountTraffic): string[] {
  const notes: string[] = [];
  if (platform.accounts.length > 1)
    notes.push(`Promises are made to ${account}: what other accounts send takes part in the story, and counts in none of its figures.`);
  if (steady === undefined && !isRecorded && endUs > 0)
    notes.push(`The answer is one of this story, ${formatDurationUs(endUs)} long: a load that goes on for longer may need more.`);
  if (steps.some((step) => (step.do === 'set-limit' || step.do === 'invoice-paid') && step.account === account))
    notes.push(`Steps of the scenario change the limit of ${account} during the run: the answer is the limit that it begins with.`);
  if (warmup === undefined) notes.push('The scenario has no warmup: its metrics count from the first instant on, with an empty queue.');
  if (warmup?.kind === 'auto') notes.push('The warm-up of the scenario is auto: a plan leaves out ten mean service times, at most 30 % of the load.');
  return notes;
}
