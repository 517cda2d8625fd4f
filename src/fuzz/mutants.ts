import type { Setting } from '../scenario/set-path.js';

/** The reference policy with one thing done wrong: fuzz must find it. */
export interface Mutant {
  /** `renew: upsert` */
  readonly name: string;
  readonly setting: Setting;
  /** A second line of defence that makes up for it. Fuzz finds it where that is gone, and only there. */
  readonly mask?: Mask;
}

export interface Mask {
  /** Why nothing stays broken. */
  readonly why: string;
  readonly setting: Setting;
}

const MOST_HOLD: Mask = { why: 'maxHold ends the parents, one after the other', setting: policySetting('maxHold', 'none') };
const TOKENS: Mask = { why: 'a token is given back once, however often it is said', setting: policySetting('release', 'counter') };

/** One line each: a switch of the reference policy on its broken value. */
export const MUTANTS: readonly Mutant[] = [
  mutant('onRevoke', 'strand'),
  mutant('onDisconnect', 'strand'),
  mutant('boundTo', 'name'),
  mutant('keyCache', '30s'),
  mutant('acquire', 'check-then-act'),
  mutant('scopes', 'one-by-one'),
  mutant('acquireRetry', 'second-slot'),
  mutant('limitCheck', 'permit-pool'),
  mutant('accounting', 'counter'),
  mutant('accounting', 'window-counter'),
  mutant('accounting', 'per-gateway'),
  mutant('waiting', 'newest-first'),
  mutant('waiting', 'backoff'),
  mutant('wakeEvery', 'none'),
  mutant('abandonedWaiter', 'granted'),
  mutant('queue', 'memory'),
  mutant('lease', 'none'),
  mutant('renew', 'upsert'),
  mutant('selfFence', false),
  mutant('fence', 'none'),
  mutant('clock', 'caller'),
  mutant('reaper', 'older-than-ttl'),
  mutant('maxHold', 'none'),
  mutant('parentSlot', 'keep', MOST_HOLD),
  mutant('release', 'counter'),
  mutant('releaseOn', 'cancel-request'),
  mutant('releaseAfter', 'webhook'),
  mutant('cancelRace', 'both-release', TOKENS),
  mutant('cancelRace', 'neither-releases'),
  mutant('requeue', 'keep-slot'),
  mutant('redeliverAfter', '2s'),
  mutant('resendEvery', 'none'),
  mutant('deadlineCheck', 'at-dispatch'),
  mutant('afterStoreLoss', 'trust-empty'),
  mutant('view', 'own-count'),
];

function mutant(name: string, value: string | boolean, mask?: Mask): Mutant {
  return { name: `${name}: ${value}`, setting: policySetting(name, value), ...(mask === undefined ? {} : { mask }) };
}

function policySetting(name: string, value: string | boolean): Setting {
  return { path: `platform.policy.${name}`, value };
}
