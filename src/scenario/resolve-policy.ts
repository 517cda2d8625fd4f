import type { Backoff } from '../core/backoff.js';
import { type Policy, PRESETS } from '../core/policy.js';
import type { ParsedScenario } from './schema.js';

type ParsedPolicy = ParsedScenario['platform']['policy'];
type ParsedSwitches = Exclude<ParsedPolicy, string | undefined>;

/** A preset, or a preset with some switches set otherwise. Without either: what fal documents. */
export function resolvePolicy(parsed: ParsedPolicy): Policy {
  if (parsed === undefined) return PRESETS['fal-documented'].policy;
  if (typeof parsed === 'string') return PRESETS[parsed].policy;
  const base = PRESETS[parsed.preset ?? 'fal-documented'].policy;
  return { ...base, ...plainSwitches(parsed), ...boundSwitches(parsed, base), ...timeSwitches(parsed, base), ...moneySwitches(parsed, base) };
}

function plainSwitches({ onRevoke, waiting, release, releaseOn, requeue, deadlineCheck, selfService, maxAttempts }: ParsedSwitches): Partial<Policy> {
  return defined({ onRevoke, waiting, release, releaseOn, requeue, deadlineCheck, selfService, maxAttempts });
}

function boundSwitches({ lease, maxHold }: ParsedSwitches, base: Policy): Pick<Policy, 'lease' | 'maxHoldUs'> {
  return {
    lease: lease === undefined ? base.lease : lease === 'none' ? undefined : { ttlUs: lease.ttl, renewEveryUs: lease.renewEvery, reapEveryUs: lease.reapEvery },
    maxHoldUs: maxHold === undefined ? base.maxHoldUs : maxHold === 'none' ? undefined : maxHold,
  };
}

function timeSwitches(parsed: ParsedSwitches, base: Policy): Partial<Policy> {
  return {
    keyCacheUs: parsed.keyCache ?? base.keyCacheUs,
    revokeWithinUs: parsed.revokeWithin ?? base.revokeWithinUs,
    dispatchLatencyUs: parsed.dispatchLatency ?? base.dispatchLatencyUs,
    stopDelayUs: parsed.stopDelay ?? base.stopDelayUs,
    tierDelayUs: parsed.tierDelay ?? base.tierDelayUs,
    requeueBackoff: resolveBackoff(parsed.requeueBackoff, base.requeueBackoff),
    retryBackoff: resolveBackoff(parsed.retryBackoff, base.retryBackoff),
  };
}

function moneySwitches({ priceUsd }: ParsedSwitches, base: Policy): Pick<Policy, 'pricePerRequestUsd' | 'priceSource'> {
  return priceUsd === undefined
    ? { pricePerRequestUsd: base.pricePerRequestUsd, priceSource: base.priceSource }
    : { pricePerRequestUsd: priceUsd, priceSource: 'the scenario' };
}

function resolveBackoff(parsed: ParsedSwitches['requeueBackoff'], base: Backoff): Backoff {
  return {
    ...base,
    baseUs: parsed?.base ?? base.baseUs,
    factor: parsed?.factor ?? base.factor,
    capUs: parsed?.cap ?? base.capUs,
    jitter: parsed?.jitter ?? base.jitter,
  };
}

function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
