import { Purpose, RandomStream } from '../../core/random.js';
import { meanOfLawUs } from '../../scenario/durations.js';
import type { FlowSpec, Scenario } from '../../scenario/types.js';
import { Durations } from '../../sim/demands.js';
import { Laws } from '../../sim/laws.js';
import type { TraceSource } from '../../sim/trace.js';
import { type Follow, LoadError } from '../driver.js';
import { drawnCalls, type PlannedCall, plannedCalls } from '../workload.js';
import { executorFor } from './executors.js';
import { type PlayBook, type PlayCall, type PlayFlow, type PlayHead, type PlayOptions, type PlayTarget, TOLD } from './play.js';

/** A schedule is held by k6 as a whole. */
export const MOST_CALLS = 10_000;

/** What a play is made from. Times in virtual µs. */
export interface PlayTerms {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly traceSource: TraceSource;
  readonly speed: number;
  readonly follow: Follow;
  /** When load and recovery are over; Infinity: open calls are waited for. */
  readonly runEndUs: number;
  /** How many share it. */
  readonly processes: number;
}

export interface Play {
  readonly options: PlayOptions;
  readonly flows: PlayHead['flows'];
  readonly book: PlayBook;
  /** Calls that come whatever the server answers. */
  readonly planned: number;
  /** What whoever reads the results should know. */
  readonly notes: readonly string[];
}

/**
 * A scenario's workload as k6 plays it.
 * @throws LoadError for more calls than a schedule may hold
 */
export function planPlay(terms: PlayTerms): Play {
  return new PlayMaker(terms).make();
}

class PlayMaker {
  private readonly targets = new Map<string, number>();
  private readonly targetList: PlayTarget[] = [];
  private readonly notes: string[] = [];
  private readonly laws = new Laws();

  constructor(private readonly terms: PlayTerms) {}

  make(): Play {
    const { scenario } = this.terms;
    const calls = this.callsByFlow();
    const executed = scenario.workload.map((spec, flow) =>
      executorFor(
        spec,
        flow,
        (calls[flow] as PlayCall[]).map(({ atUs }) => atUs),
        this.terms,
      ),
    );
    const scenarios = Object.fromEntries(
      executed.flatMap((flow, number) => ((calls[number] as PlayCall[]).length === 0 ? [] : [[`flow-${number}`, flow.scenario] as const])),
    );
    const flows = scenario.workload.map(
      (spec, number): PlayFlow => ({
        ...spanOf(spec),
        sdk: spec.sdk,
        mode: spec.call,
        follow: this.terms.follow,
        users: (executed[number] as { users: PlayFlow['users'] }).users,
      }),
    );
    const planned = scenario.workload.reduce((sum, spec, flow) => sum + (spec.arrivals.kind === 'closedLoop' ? 0 : (calls[flow] as PlayCall[]).length), 0);
    return {
      options: { scenarios, thresholds: thresholdsFor(this.terms.processes), setupTimeout: '24h', discardResponseBodies: false },
      flows,
      book: { targets: this.targetList, calls },
      planned,
      notes: this.notes,
    };
  }

  private callsByFlow(): PlayCall[][] {
    const { scenario, seed, traceSource } = this.terms;
    const calls: PlayCall[][] = scenario.workload.map(() => []);
    const planned = plannedCalls(scenario, seed, traceSource);
    for (const call of planned) {
      if (scenario.workload[call.flow]?.arrivals.kind !== 'closedLoop') (calls[call.flow] as PlayCall[]).push(this.played(call, 0));
    }
    for (const [flow, list] of calls.entries()) complainAboutLength(scenario.workload[flow] as FlowSpec, flow, list.length);
    for (const [flow, spec] of scenario.workload.entries()) if (spec.arrivals.kind === 'closedLoop') calls[flow] = this.closedLoop(spec, flow);
    return calls;
  }

  private closedLoop(spec: FlowSpec, flow: number): PlayCall[] {
    const { scenario, seed, traceSource } = this.terms;
    if (spec.arrivals.kind !== 'closedLoop') return [];
    const { users, fromUs, toUs, thinkTime } = spec.arrivals;
    const thinking = new Durations(this.laws.of(thinkTime, traceSource), new RandomStream(seed, Purpose.thinkTime, flow));
    const service = scenario.platform.endpoints.find(({ id }) => id === spec.endpoint)?.service;
    const roundUs = (meanOfLawUs(thinkTime) ?? 0) + ((service && meanOfLawUs(service)) ?? 0);
    // Nobody can call more often than think time and service time allow; twice that for chance.
    const most = Math.min(MOST_CALLS, users + Math.ceil((2 * users * (toUs - fromUs)) / Math.max(1, roundUs)));
    if (most === MOST_CALLS)
      this.notes.push(
        `${nameOf(spec, flow)}: k6 holds ${MOST_CALLS} drawn calls; the users of a closed loop that make more of them begin again with the first`,
      );
    return drawnCalls(scenario, seed, traceSource, flow, most).map((call) => this.played(call, thinking.nextUs()));
  }

  private played(call: PlannedCall, thinkUs: number): PlayCall {
    const { atUs, serviceUs, end, startTimeoutUs, clientTimeoutUs, patienceUs } = call;
    return {
      target: this.targetOf(call),
      atUs,
      serviceUs,
      end,
      startTimeoutUs: finite(startTimeoutUs),
      clientTimeoutUs: finite(clientTimeoutUs),
      patienceUs: finite(patienceUs),
      thinkUs,
    };
  }

  private targetOf({ account, key, endpoint }: PlannedCall): number {
    const name = JSON.stringify([account, key, endpoint]);
    const known = this.targets.get(name);
    if (known !== undefined) return known;
    this.targets.set(name, this.targetList.length);
    return this.targetList.push({ account, key, endpoint }) - 1;
  }
}

/** k6 passes a run without samples, and one whose iterations all threw. These see to that wherever the script is run; a part of a load may have no call. */
function thresholdsFor(processes: number): PlayOptions['thresholds'] {
  const none = { [TOLD.broken]: ['count==0'] };
  return processes === 1 ? { [TOLD.call]: ['count>0'], ...none } : none;
}

function complainAboutLength(spec: FlowSpec, flow: number, calls: number): void {
  if (calls <= MOST_CALLS) return;
  throw new LoadError(
    `${nameOf(spec, flow)}: expected at most ${MOST_CALLS} calls, which k6 can hold as a schedule, got ${calls}; the driver "engine" has no such bound`,
  );
}

/** A flow as a complaint names it. */
export function nameOf({ as, endpoint, call }: FlowSpec, flow: number): string {
  const who = as === undefined ? 'a trace' : `${as.account}/${as.key}`;
  return `workload.${flow} (${call} by ${who}${endpoint === undefined ? '' : ` to ${endpoint}`})`;
}

function spanOf({ arrivals }: FlowSpec): { readonly fromUs: number; readonly toUs: number } {
  return arrivals.kind === 'closedLoop' ? { fromUs: arrivals.fromUs, toUs: arrivals.toUs } : { fromUs: 0, toUs: 0 };
}

function finite(us: number): number | null {
  return us === Number.POSITIVE_INFINITY ? null : us;
}
