import { US_PER_MS, US_PER_SECOND } from '../../core/time.js';
import type { LinkName } from '../../core/topology.js';
import type { FaultKind, StepSpec } from '../../scenario/types.js';
import { CRASH_POINT_NAMES, messagesOn, PART_NAMES, partAt } from '../../scenario/vocabulary.js';
import type { FaultTargets } from './fault-targets.js';
import type { Strike } from './strike.js';

/** Makes the steps of one strike; none where the scenario has nothing of the kind to hit. */
type Draw = (strike: Strike, targets: FaultTargets) => readonly StepSpec[];

/** Mostly one. */
const FEW = [1, 1, 1, 2, 3] as const;
const FACTORS = [2, 3, 5, 10] as const;
const SHARES = [0.1, 0.25, 0.5] as const;
const STATES = ['queued', 'in-progress', 'any'] as const;
/** For a runner there is crash-runner, which names its endpoint. */
const CRASHABLE = PART_NAMES.filter((part) => part !== 'runner');

/** Whoever writes or reads when a lease expires, and may be wrong about it. */
const CLOCKS = ['dispatcher', 'runner'] as const;

/** Shorter than a lease, about as long, longer: each side of it is a story of its own. */
const LEASE_SHARES = [0.1, 0.5, 0.9, 1.1, 1.5, 2] as const;

const revokeKey: Draw = (strike, { keys }) => (keys.length === 0 ? [] : [{ do: 'revoke-key', atUs: strike.atUs(), key: strike.pick(keys) }]);

/** Down and up again; a limit of 1 goes up first. */
const setLimit: Draw = (strike, targets) => {
  if (targets.limits.length === 0) return [];
  const target = strike.pick(targets.limits);
  const { account, endpoint } = target;
  const forUs = strike.lengthUs(100 * US_PER_MS, 20 * US_PER_SECOND);
  const atUs = strike.atUs(forUs);
  const before = targets.limitAt(target, atUs);
  const other = before === 1 ? 2 : strike.whole(1, before - 1);
  const changed = { do: 'set-limit', account, endpoint } as const;
  return [
    { ...changed, atUs, limit: other },
    { ...changed, atUs: atUs + forUs, limit: targets.limitAt(target, atUs + forUs) },
  ];
};

const cancel: Draw = (strike, { accounts }) =>
  accounts.length === 0
    ? []
    : [{ do: 'cancel', atUs: strike.atUs(), account: strike.pick(accounts), key: undefined, count: strike.pick(FEW), state: strike.pick(STATES) }];

const disconnect: Draw = (strike, { accounts }) =>
  accounts.length === 0 ? [] : [{ do: 'disconnect', atUs: strike.atUs(), account: strike.pick(accounts), key: undefined, count: strike.pick(FEW) }];

const crashRunner: Draw = (strike, { endpoints }) => {
  const crash = { do: 'crash-runner', atUs: strike.atUs(), endpoint: strike.pick(endpoints), count: strike.pick(FEW) } as const;
  return [strike.chance(0.5) ? { ...crash, silent: true } : crash];
};

const hangRunner: Draw = (strike, { endpoints }) => [{ do: 'hang-runner', atUs: strike.atUs(), endpoint: strike.pick(endpoints), count: 1 }];

const pauseRunner: Draw = (strike, targets) => {
  const forUs = silenceUs(strike, targets);
  return [{ do: 'pause-runner', atUs: strike.atUs(forUs), endpoint: strike.pick(targets.endpoints), count: strike.pick(FEW), forUs }];
};

const slowRunner: Draw = (strike, { endpoints }) => {
  const forUs = strike.lengthUs(500 * US_PER_MS, 30 * US_PER_SECOND);
  return [{ do: 'slow-runner', atUs: strike.atUs(forUs), endpoint: strike.pick(endpoints), count: strike.pick(FEW), factor: strike.pick(FACTORS), forUs }];
};

const crash: Draw = (strike) => {
  const forUs = strike.lengthUs(50 * US_PER_MS, 5 * US_PER_SECOND);
  const atUs = strike.atUs(forUs);
  if (strike.chance(0.5)) return [{ do: 'crash', atUs, part: strike.pick(CRASHABLE), between: undefined, forUs }];
  const between = strike.pick(CRASH_POINT_NAMES);
  return [{ do: 'crash', atUs, part: partAt(between), between, forUs }];
};

const cut: Draw = (strike, targets) => {
  const link = strike.pick(targets.links);
  const forUs = silences(link) ? silenceUs(strike, targets) : strike.lengthUs(50 * US_PER_MS, 5 * US_PER_SECOND);
  return [{ do: 'cut', atUs: strike.atUs(forUs), link, forUs }];
};

const disturb: Draw = (strike, { links, messages }) => {
  const link = strike.pick(links);
  const onIt = messagesOn(link).filter((message) => messages.includes(message));
  const message = strike.chance(0.5) ? strike.pick(onIt) : undefined;
  const shares = { drop: shareOr0(strike), duplicate: shareOr0(strike), reorder: shareOr0(strike) };
  const isDisturbed = shares.drop + shares.duplicate + shares.reorder > 0;
  const delayUs = !isDisturbed || strike.chance(0.25) ? strike.lengthUs(5 * US_PER_MS, 2 * US_PER_SECOND) : 0;
  const forUs = strike.lengthUs(500 * US_PER_MS, 20 * US_PER_SECOND);
  // What is sent last is late as well.
  return [{ do: 'disturb', atUs: strike.atUs(forUs + delayUs), link, message, ...shares, delayUs, forUs }];
};

const drop: Draw = (strike, { messages }) => [{ do: 'drop', atUs: strike.atUs(), message: strike.pick(messages), count: strike.pick(FEW) }];

const duplicate: Draw = (strike, { messages }) => [{ do: 'duplicate', atUs: strike.atUs(), message: strike.pick(messages), count: strike.pick(FEW) }];

const delay: Draw = (strike, { messages }) => {
  const byUs = strike.lengthUs(10 * US_PER_MS, 10 * US_PER_SECOND);
  return [{ do: 'delay', atUs: strike.atUs(byUs), message: strike.pick(messages), count: strike.pick(FEW), byUs }];
};

const loseStore: Draw = (strike) => {
  const atUs = strike.atUs();
  if (strike.chance(0.5)) return [{ do: 'lose-store', atUs, ageUs: undefined }];
  const ageUs = strike.lengthUs(50 * US_PER_MS, 20 * US_PER_SECOND);
  return [{ do: 'lose-store', atUs, ageUs: ageUs <= atUs ? ageUs : undefined }];
};

/** Wrong for a while, then right again. */
const skewClock: Draw = (strike, targets) => {
  const part = strike.pick(CLOCKS);
  const forUs = strike.lengthUs(500 * US_PER_MS, 30 * US_PER_SECOND);
  const atUs = strike.atUs(forUs);
  const amountUs = silenceUs(strike, targets);
  const byUs = strike.chance(0.5) ? amountUs : -amountUs;
  return [
    { do: 'skew-clock', atUs, part, byUs },
    { do: 'skew-clock', atUs: atUs + forUs, part, byUs: 0 },
  ];
};

const deleteAccount: Draw = (strike, { accounts }) =>
  accounts.length === 0 ? [] : [{ do: 'delete-account', atUs: strike.atUs(), account: strike.pick(accounts) }];

const renameAccount: Draw = (strike, { accounts }) =>
  accounts.length === 0 ? [] : [{ do: 'rename-account', atUs: strike.atUs(), account: strike.pick(accounts) }];

const webhookDown: Draw = (strike, { webhooks }) => {
  if (webhooks.length === 0) return [];
  const forUs = strike.lengthUs(500 * US_PER_MS, 30 * US_PER_SECOND);
  return [{ do: 'webhook-down', atUs: strike.atUs(forUs), account: strike.pick(webhooks), forUs }];
};

export const STRIKES: Readonly<Record<FaultKind, Draw>> = {
  'revoke-key': revokeKey,
  'set-limit': setLimit,
  cancel,
  disconnect,
  'crash-runner': crashRunner,
  'hang-runner': hangRunner,
  'pause-runner': pauseRunner,
  'slow-runner': slowRunner,
  crash,
  cut,
  disturb,
  drop,
  duplicate,
  delay,
  'lose-store': loseStore,
  'skew-clock': skewClock,
  'rename-account': renameAccount,
  'delete-account': deleteAccount,
  'webhook-down': webhookDown,
};

/** How long a holder is not heard of: measured in leases where there are any. */
function silenceUs(strike: Strike, { leaseUs }: FaultTargets): number {
  if (leaseUs === undefined) return strike.lengthUs(100 * US_PER_MS, 20 * US_PER_SECOND);
  return strike.lengthOf(LEASE_SHARES.map((share) => Math.max(1, Math.round(leaseUs * share))));
}

/** Whether a cut of the link keeps renewals from arriving. */
function silences(link: LinkName): boolean {
  return link === 'runner-store' || link === 'store-runner';
}

function shareOr0(strike: Strike): number {
  return strike.chance(0.4) ? strike.pick(SHARES) : 0;
}
