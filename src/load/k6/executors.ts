import { US_PER_MS, US_PER_SECOND } from '../../core/time.js';
import type { StagesSpec } from '../../scenario/arrival-types.js';
import type { FlowSpec } from '../../scenario/types.js';
import type { PlayFlow } from './play.js';

/** Virtual users beyond these cost more memory than a machine has to spare: about 0.4 MB each. */
export const MOST_USERS = 2_000;
/** k6 refuses shorter arrival rates. */
const SHORTEST_RATE_US = US_PER_SECOND;
/** Users are up that long before the first call is due, wall µs, and sleep until its time: k6's own ticks are late by some ms. */
const LEAD_US = 20 * US_PER_MS;
/** k6 wants whole rates, so they are counted in a million seconds. */
const RATE_UNIT_SECONDS = 1e6;
/** What an iteration may take when nobody says when the run ends. */
const LONGEST_US = 24 * 3600 * US_PER_SECOND;
/** An iteration that is told to end says so itself; k6 cuts it off this long after, wall µs. */
const GRACE_US = 30 * US_PER_SECOND;

/** A flow as one of k6's scenarios. */
export interface Executed {
  readonly users: PlayFlow['users'];
  /** k6's scenario options. */
  readonly scenario: Readonly<Record<string, unknown>>;
}

export interface ExecutorTerms {
  readonly speed: number;
  /** When the load is over, all open calls included; Infinity: nobody knows. */
  readonly runEndUs: number;
}

/**
 * The executor that sends a flow's calls when they are due. Where k6 has no executor of its own for an arrival process, or
 * would forget which call it dropped, a schedule is played: each iteration takes the next call and sleeps until its time.
 * @param callsAtUs planned times in order; of a closed loop any
 */
export function executorFor(spec: FlowSpec, flow: number, callsAtUs: readonly number[], terms: ExecutorTerms): Executed {
  return new ExecutorChoice(spec, flow, callsAtUs, terms).choose();
}

class ExecutorChoice {
  constructor(
    private readonly spec: FlowSpec,
    private readonly flow: number,
    private readonly atUs: readonly number[],
    private readonly terms: ExecutorTerms,
  ) {}

  choose(): Executed {
    const { arrivals, maxVUs } = this.spec;
    if (arrivals.kind === 'closedLoop') return { users: 'closed', scenario: this.constantUsers(arrivals.users, arrivals.fromUs, arrivals.toUs) };
    if (maxVUs !== undefined) return { users: 'bounded', scenario: this.schedule(maxVUs) };
    if (arrivals.kind === 'burst' && arrivals.count <= MOST_USERS) return { users: 'open', scenario: this.burst(arrivals.count) };
    if (arrivals.kind === 'constant' && this.lastsLongEnough()) return { users: 'open', scenario: this.constantRate(arrivals.perSecond) };
    if (arrivals.kind === 'stages' && canRamp(arrivals) && this.lastsLongEnough()) return { users: 'open', scenario: this.ramping(arrivals) };
    return { users: 'open', scenario: this.schedule(this.usersForAll()) };
  }

  private burst(count: number): Readonly<Record<string, unknown>> {
    return { executor: 'per-vu-iterations', vus: count, iterations: 1, maxDuration: this.untilEnd(), ...this.common(this.startUs()) };
  }

  private constantRate(perSecond: number): Readonly<Record<string, unknown>> {
    const gapUs = US_PER_SECOND / perSecond / this.terms.speed;
    // Half a gap more than the last call needs: it is never cut off, and none comes after it.
    const durationUs = Math.max(SHORTEST_RATE_US, (this.atUs.length - 0.5) * gapUs);
    return {
      executor: 'constant-arrival-rate',
      rate: 1,
      timeUnit: `${Math.round(gapUs * 1000)}ns`,
      duration: microseconds(durationUs),
      ...this.rateUsers(),
      ...this.common(this.startUs()),
    };
  }

  private ramping({ startPerSecond, stages, fromUs }: StagesSpec): Readonly<Record<string, unknown>> {
    const lastPerSecond = (stages.at(-1) as { perSecond: number }).perSecond;
    // k6 cuts off a call that is due just at the end. Iterations beyond the last call find none and do nothing.
    const whole = [...stages, { durationUs: (1.5 * US_PER_SECOND) / lastPerSecond, perSecond: lastPerSecond }];
    const rate = (perSecond: number): number => Math.round(perSecond * this.terms.speed * RATE_UNIT_SECONDS);
    return {
      executor: 'ramping-arrival-rate',
      startRate: rate(startPerSecond),
      timeUnit: `${RATE_UNIT_SECONDS}s`,
      stages: whole.map(({ durationUs, perSecond }) => ({ duration: microseconds(durationUs / this.terms.speed), target: rate(perSecond) })),
      ...this.rateUsers(),
      ...this.common(fromUs / this.terms.speed),
    };
  }

  private constantUsers(users: number, fromUs: number, toUs: number): Readonly<Record<string, unknown>> {
    const { speed } = this.terms;
    return {
      executor: 'constant-vus',
      vus: users,
      duration: microseconds(Math.max(SHORTEST_RATE_US, (toUs - fromUs) / speed)),
      ...this.common(fromUs / speed),
    };
  }

  private schedule(users: number): Readonly<Record<string, unknown>> {
    return {
      executor: 'shared-iterations',
      vus: Math.max(1, Math.min(users, this.atUs.length)),
      iterations: Math.max(1, this.atUs.length),
      maxDuration: this.untilEnd(),
      ...this.common(this.startUs()),
    };
  }

  private rateUsers(): Readonly<Record<string, unknown>> {
    const users = this.usersForAll();
    // Users that k6 makes on the way come too late for the call that wanted them: all are there from the beginning.
    return { preAllocatedVUs: users, maxVUs: users };
  }

  private common(startUs: number): Readonly<Record<string, unknown>> {
    return { startTime: microseconds(startUs), gracefulStop: this.untilEnd(), exec: 'play', env: { SLOTSTORM_FLOW: String(this.flow) } };
  }

  /** Wall µs since the beginning. */
  private startUs(): number {
    return Math.max(0, (this.atUs[0] ?? 0) / this.terms.speed - LEAD_US);
  }

  private usersForAll(): number {
    return Math.max(1, Math.min(this.atUs.length, MOST_USERS));
  }

  private lastsLongEnough(): boolean {
    const [first = 0] = this.atUs;
    return ((this.atUs.at(-1) ?? 0) - first) / this.terms.speed >= SHORTEST_RATE_US;
  }

  private untilEnd(): string {
    return microseconds(Math.min(LONGEST_US, this.terms.runEndUs / this.terms.speed) + GRACE_US);
  }
}

/** A ramp down to nothing leaves no rate at which its last call could still come. */
function canRamp({ process, stages }: StagesSpec): boolean {
  return process === 'constant' && (stages.at(-1)?.perSecond ?? 0) > 0;
}

/** A duration as k6 reads it. */
function microseconds(us: number): string {
  return `${Math.round(us)}us`;
}
