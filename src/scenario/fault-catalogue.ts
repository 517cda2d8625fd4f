import type { CrashPointName, LinkName, MessageName, PartName } from '../core/topology.js';
import type { StepSpec } from './types.js';

/** The vocabulary of steps and faults in words. `docs/faults.md` is printed from these tables. */

export interface StepEntry {
  /** As a file spells it, without its time. */
  readonly example: string;
  readonly doc: string;
}

/** In the order in which a reader meets them: load, owners, callers, runners, parts, links, store, clocks. */
export const STEP_CATALOGUE: Readonly<Record<StepSpec['do'], StepEntry>> = {
  burst: { example: 'do: burst, count: 20, as: acme/old', doc: 'So many calls at once, made as a workload entry makes them.' },
  'revoke-key': { example: 'do: revoke-key, key: acme/old', doc: 'The owner revokes a key.' },
  'set-limit': { example: 'do: set-limit, account: acme, limit: 4', doc: 'A limit is lowered or raised; with `endpoint` the account’s limit on that one.' },
  'invoice-paid': { example: 'do: invoice-paid, account: acme, usd: 250', doc: 'The limit that it buys holds after `tierDelay`.' },
  'rename-account': { example: 'do: rename-account, account: acme', doc: 'Its requests go on; whatever is looked up by the old name is not found.' },
  'delete-account': { example: 'do: delete-account, account: acme', doc: 'The same for an account that is gone for good.' },
  'release-stuck': { example: 'do: release-stuck, account: acme', doc: 'The account asks for the slots back whose work has ended (`selfService`).' },
  cancel: {
    example: 'do: cancel, account: acme, count: 2, state: in-progress',
    doc: 'Cancels open requests, the oldest first: `count` of them or `all`, of one `key`, `queued`, `in-progress` or `any`.',
  },
  disconnect: {
    example: 'do: disconnect, account: acme, count: 1',
    doc: 'Clients of open requests are gone (`onDisconnect`): `count` of them or `all`, those in progress first, the oldest first.',
  },
  'webhook-down': { example: 'do: webhook-down, account: acme, for: 30s', doc: 'The receiver of the account’s results answers nothing.' },
  'crash-runner': {
    example: 'do: crash-runner, endpoint: flux, count: 1, silent: true',
    doc: 'Kills the busiest runners. `silent`: no connection closes, so nobody is told.',
  },
  'hang-runner': { example: 'do: hang-runner, endpoint: flux', doc: 'Its work never ends, but its leases are renewed.' },
  'pause-runner': {
    example: 'do: pause-runner, endpoint: flux, for: 45s',
    doc: 'It computes nothing and renews nothing, then goes on as if no time had passed.',
  },
  'slow-runner': { example: 'do: slow-runner, endpoint: flux, factor: 5, for: 30s', doc: 'What it works on takes so many times as long.' },
  crash: {
    example: 'do: crash, between: acquire-dispatch, for: 2s',
    doc: 'A part stops: at once (`part`), or the next time that it is at a crash point (`between`). What it had in memory is gone; messages to it are lost until it is up again.',
  },
  cut: { example: 'do: cut, link: runner-store, for: 40s', doc: 'Nothing passes the link, one way.' },
  disturb: {
    example: 'do: disturb, link: runner-dispatcher, message: done, drop: 0.2, duplicate: 0.1, reorder: 0.1, delay: 50ms, for: 10s',
    doc: 'Chance drops, repeats or reorders messages of the link (or one kind of them); `delay` makes every one late.',
  },
  drop: { example: 'do: drop, message: done, count: 1', doc: 'The next so many messages of the kind get lost.' },
  duplicate: { example: 'do: duplicate, message: done, count: 1', doc: 'They arrive twice.' },
  delay: { example: 'do: delay, message: release, count: 1, by: 5s', doc: 'They arrive late.' },
  'lose-store': {
    example: 'do: lose-store, age: 500ms',
    doc: 'The slot store comes back as it was `age` ago; without an age, empty.',
  },
  'skew-clock': {
    example: 'do: skew-clock, part: runner, by: -30s',
    doc: 'From now on the clock of the `dispatcher` or the `runner` is off by so much; `0s`: it is right again. Nothing reads the others’, and the store’s never jumps.',
  },
};

export const PART_WORDS: Readonly<Record<PartName, string>> = {
  gateway: 'Accepts or refuses requests and cancels.',
  dispatcher: 'Keeps the queue, asks for slots, sends work to runners, gives slots back.',
  store: 'The slot store: leases and what admission counts.',
  runner: 'Works. One runner at a time is hit: `crash-runner`, `hang-runner`, `pause-runner`, `slow-runner`.',
  keys: 'Keeps the keys and tells the gateways of revocations.',
};

export const LINK_WORDS: Readonly<Record<LinkName, string>> = {
  'gateway-dispatcher': 'from the gateway to the queue',
  'dispatcher-store': 'from the dispatcher to the slot store',
  'store-dispatcher': 'back',
  'dispatcher-runner': 'from the dispatcher to the runners',
  'runner-dispatcher': 'back',
  'runner-store': 'heartbeats from the runners to the slot store',
  'store-runner': 'back',
  'keys-gateway': 'from the key service to the gateways',
};

export const MESSAGE_WORDS: Readonly<Record<MessageName, string>> = {
  enqueue: 'An accepted request goes to the queue.',
  cancel: 'A caller’s cancel.',
  acquire: 'May this request have a slot?',
  grant: 'It has one.',
  release: 'Here it is back.',
  wake: 'A slot is free. The only one that is never sent again: `wakeEvery` stands in for it.',
  expired: 'A lease was not renewed in time.',
  start: 'Begin to work.',
  stop: 'Stop working.',
  done: 'The work has ended, whichever way.',
  renew: 'Still at it.',
  renewed: 'Noted.',
  revoked: 'A key is not to be accepted any more.',
};

export const CRASH_POINT_WORDS: Readonly<Record<CrashPointName, string>> = {
  'accept-enqueue': 'The request is accepted, but not in the queue.',
  'dequeue-acquire': 'The request is off the queue, but has asked for no slot.',
  'acquire-dispatch': 'A slot is granted, but nothing was sent to a runner.',
  'done-release': 'The work has ended, but its slot was not given back.',
  'release-end': 'The slot was given back, but the request has not ended.',
  'grant-reply': 'The grant is written, but nobody was told.',
  'release-wake': 'The slot is free, but nobody was woken.',
  'work-done': 'The work is done, but nobody was told.',
  'revoke-publish': 'The revocation is written, but no gateway was told.',
};
