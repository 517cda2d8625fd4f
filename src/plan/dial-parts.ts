import { type Policy, PRESETS, type PresetName } from '../core/policy.js';
import type { InvariantId } from '../measure/invariants/registry.js';
import type { ScenarioInput } from '../scenario/schema.js';
import { durationOfMs } from './duration-words.js';
import type { Dials } from './point.js';

/** Pieces of a scenario's data that dials add to it. */

type EndpointInput = ScenarioInput['platform']['endpoints'][number];
type FlowInput = NonNullable<ScenarioInput['workload']>[number];
type PolicyInput = Exclude<ScenarioInput['platform']['policy'], string | undefined>;
type StepInput = NonNullable<ScenarioInput['steps']>[number];

const GHOST_KEY = 'ghost';
/** Its work is still under way when the key is revoked, and over an instant later: from then on nothing lives in the slot. */
export const GHOST_ENDPOINT: EndpointInput = { id: 'ghost', service: '2ms' };
const REVOKED_AT = '1ms';

interface GhostParts {
  readonly key: string;
  readonly revocation: StepInput;
}

/**
 * Ghosts by the real fault: requests of a second key take their slots at the start, and the key is revoked while they are in
 * progress (`onRevoke: strand`). All that happens within the warm-up.
 */
export function ghostParts(account: string, ghosts: number): GhostParts {
  if (!(Number.isInteger(ghosts) && ghosts >= 0)) throw new RangeError(`expected a whole number of ghost slots, got ${ghosts}`);
  return { key: GHOST_KEY, revocation: { at: REVOKED_AT, do: 'revoke-key', key: `${account}/${GHOST_KEY}` } };
}

export function ghostFlow(account: string, ghosts: number): FlowInput {
  return {
    as: `${account}/${GHOST_KEY}`,
    endpoint: GHOST_ENDPOINT.id,
    call: 'submit',
    sdk: 'none',
    arrivals: { burst: ghosts, at: '0s' },
  };
}

/** How many of the ghosts stay: a policy with leases, or with a bound on every hold, takes their slots back. */
export function lastingGhosts(ghosts: number, { lease, maxHoldUs }: Pick<Policy, 'lease' | 'maxHoldUs'>): number {
  return lease === undefined && maxHoldUs === undefined ? ghosts : 0;
}

/** What a ghost breaks by being one: that is the question, not a finding. */
const BROKEN_BY_GHOSTS: readonly InvariantId[] = ['S-ORPH', 'L-REL', 'L-TERM', 'L-HEAL', 'L-HOLD', 'L-QUIET'];

export function invariantsUnderGhosts(): Record<string, 'off'> {
  return Object.fromEntries(BROKEN_BY_GHOSTS.map((id) => [id, 'off' as const]));
}

/** Runners that start cold, or so many of them that some can stand still; without either dial there are always enough. */
export function endpointRunners({ coldStartMs, outage }: Pick<Dials, 'coldStartMs' | 'outage'>): Pick<EndpointInput, 'runners'> {
  const coldStart = coldStartMs === undefined ? {} : { coldStart: durationOfMs(coldStartMs) };
  if (outage !== undefined) return { runners: { min: outage.runners, max: outage.runners, ...coldStart } };
  return coldStartMs === undefined ? {} : { runners: { min: 0, max: 'unlimited', ...coldStart } };
}

/** Runners stand still for a while in the middle of the run. */
export function pauseOf(endpoint: string, { down, forMs }: NonNullable<Dials['outage']>, runMs: number): StepInput {
  return { at: durationOfMs(runMs / 2), do: 'pause-runner', endpoint, count: down, for: durationOfMs(forMs) };
}

/** A plain client that hands work in, unless another is asked for: which SDK does so makes no difference to a submit. */
const PLAIN_CLIENT = { call: 'submit', sdk: 'none' } as const;

/** @param own the load's start_timeout, where none is turned, ms; Infinity: none */
export function clientOf({ call, startTimeoutMs }: Pick<Dials, 'call' | 'startTimeoutMs'>, own = Number.POSITIVE_INFINITY) {
  const ms = startTimeoutMs ?? own;
  return { ...(call ?? PLAIN_CLIENT), ...(Number.isFinite(ms) ? { startTimeout: durationOfMs(ms) } : {}) };
}

/** @param waiting undefined: the preset's own */
export function policyOf(preset: PresetName, waiting: Dials['waiting'], ghosts: number): PolicyInput {
  return {
    preset,
    ...(waiting === undefined ? {} : { waiting }),
    ...promisesUnder(waiting, PRESETS[preset].policy.promises),
    ...(ghosts > 0 ? { onRevoke: 'strand' as const } : {}),
  };
}

/** Who sleeps keeps no order, and does not see at once that a slot is free: under a backoff nobody can promise that. */
export function promisesUnder(waiting: Dials['waiting'], promises: Policy['promises']): Pick<PolicyInput, 'promises'> {
  const kept = promises.filter((promise) => promise !== 'fifo' && promise !== 'work-conserving');
  return waiting !== 'backoff' || kept.length === promises.length ? {} : { promises: [...kept] };
}

interface BurstPlace {
  readonly atMs: number;
  readonly as: string;
  readonly endpoint: string;
}

/** So many requests more at one instant. */
export function burstStep<Client>(count: number, { atMs, as, endpoint }: BurstPlace, client: Client) {
  return { at: durationOfMs(atMs), do: 'burst' as const, count, as, endpoint, ...client };
}

/**
 * How long a burst and an outage are waited for at the end of a run, ms: twice what their work takes, for slots stand empty
 * while requests sleep.
 */
export function drainMs(meanServiceMs: number, { limit, ghosts = 0, burst = 0, outage }: Dials): number {
  return (2 * burst * meanServiceMs) / Math.max(1, limit - ghosts) + (outage === undefined ? 0 : 2 * outage.forMs);
}
