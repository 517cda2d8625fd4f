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
  return { ...base, ...wordSwitches(parsed), ...boundSwitches(parsed, base), ...timeSwitches(parsed, base), ...moneySwitches(parsed, base) };
}

/** Switches that the policy spells as the scenario does. */
function wordSwitches(parsed: ParsedSwitches): Partial<Policy> {
  const { preset: _, lease, maxHold, wakeEvery, redeliverAfter, resendEvery, requeueBackoff, retryBackoff, priceUsd, ...rest } = parsed;
  const { keyCache, revokeWithin, checkGap, accountingWindow, releaseLatency, dispatchLatency, stopDelay, reconcileEvery, tierDelay, ...words } = rest;
  return defined(words);
}

/** Switches that may be `none`. */
function boundSwitches(parsed: ParsedSwitches, base: Policy): Partial<Policy> {
  const { lease } = parsed;
  return {
    lease: lease === undefined ? base.lease : lease === 'none' ? undefined : { ttlUs: lease.ttl, renewEveryUs: lease.renewEvery, reapEveryUs: lease.reapEvery },
    maxHoldUs: orNever(parsed.maxHold, base.maxHoldUs),
    wakeEveryUs: orNever(parsed.wakeEvery, base.wakeEveryUs),
    redeliverAfterUs: orNever(parsed.redeliverAfter, base.redeliverAfterUs),
    resendEveryUs: orNever(parsed.resendEvery, base.resendEveryUs),
  };
}

function orNever(given: number | 'none' | undefined, base: number | undefined): number | undefined {
  return given === undefined ? base : given === 'none' ? undefined : given;
}

function timeSwitches(parsed: ParsedSwitches, base: Policy): Partial<Policy> {
  return {
    keyCacheUs: parsed.keyCache ?? base.keyCacheUs,
    revokeWithinUs: parsed.revokeWithin ?? base.revokeWithinUs,
    checkGapUs: parsed.checkGap ?? base.checkGapUs,
    accountingWindowUs: parsed.accountingWindow ?? base.accountingWindowUs,
    releaseLatencyUs: parsed.releaseLatency ?? base.releaseLatencyUs,
    dispatchLatencyUs: parsed.dispatchLatency ?? base.dispatchLatencyUs,
    stopDelayUs: parsed.stopDelay ?? base.stopDelayUs,
    reconcileEveryUs: parsed.reconcileEvery ?? base.reconcileEveryUs,
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
