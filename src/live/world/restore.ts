import type { ApiKey } from '../../core/accounts.js';
import { WorkEnd } from '../../core/requests.js';
import { US_PER_MS } from '../../core/time.js';
import type { Scenario } from '../../scenario/types.js';
import type { LiveInput } from '../driver/inputs.js';
import type { WallClock } from '../driver/wall-clock.js';
import type { RestoredRequest, StoredKey, StoredState } from '../store/ledger.js';
import type { RequestRecord } from './request-record.js';

/** Usage is shown for so many days. */
const SHOWN_DAYS = 30;

/** What the world lends to `restore`. */
export interface Restoring {
  readonly scenario: Scenario;
  nowUs(): number;
  apply(input: LiveInput): void;
  key(account: string, name: string): ApiKey;
  freeKeyName(account: string, alias: string): string;
  hasAccount(account: string): boolean;
  /** undefined: not known any more, or revoked before. */
  keyOf(keyId: string): ApiKey | undefined;
  /** Makes a key of the scenario known. @param stored undefined: it is new */
  enterKey(account: string, name: string, key: ApiKey | undefined, stored: StoredKey | undefined): void;
  lock(account: string, reason: string): void;
  spent(account: string, usd: number): void;
  /** A record as it was, in no queue and on no platform yet. */
  recordOf(stored: RestoredRequest): RequestRecord | undefined;
  /** It has ended, and its result is still kept. */
  keepEnded(record: RequestRecord, stored: RestoredRequest): void;
  /** It goes back to the platform. */
  takeUp(record: RequestRecord, stored: RestoredRequest, input: LiveInput): void;
  /** It cannot go on: it ends now. */
  end(record: RequestRecord, how: 'cancelled' | 'revoked' | 'lost'): void;
}

/**
 * Brings a world to where its folder says it was. What waited waits again, in its order and with its deadline. What was in
 * progress was on runners that went with the process: it is tried again as after any lost runner. A cancel that was accepted
 * holds. A direct call's connection is gone, so it ends.
 */
export function restore(state: StoredState, host: Restoring): void {
  restoreKeys(state, host);
  for (const account of state.accounts) {
    if (!host.hasAccount(account.name)) continue;
    if (account.locked !== null) host.lock(account.name, account.locked);
    host.spent(account.name, account.spentUsd);
    const ofAccount = state.usage.filter((day) => day.account === account.name);
    const days = ofAccount.slice(-SHOWN_DAYS).map(({ day, peak }) => ({ day, peak }));
    host.apply({ op: 'restore-usage', account: account.name, days, peak: account.peak });
  }
  // Ended ones in the order of their ends: that is how they are forgotten.
  const ended = state.requests.filter(({ end }) => end !== null).sort((one, other) => (one.end?.atUs ?? 0) - (other.end?.atUs ?? 0));
  for (const stored of ended) restoreRequest(stored, host);
  for (const stored of state.requests) if (stored.end === null) restoreRequest(stored, host);
}

/** Where the clock stands: time has passed while nobody was there. */
export function startOf(state: StoredState, wall: WallClock, speed: number | 'manual'): number {
  if (state.clock === null) return 0;
  const awayMs = Math.max(0, wall.epochMs() - state.clock.wallMs);
  return state.clock.us + (speed === 'manual' ? 0 : Math.round(awayMs * US_PER_MS * speed));
}

/** The scenario with the limits and invoices that the folder knows. */
export function withStoredTerms(scenario: Scenario, state: StoredState): Scenario {
  const stored = new Map(state.accounts.map((account) => [account.name, account]));
  const accounts = scenario.platform.accounts.map((spec) => {
    const known = stored.get(spec.id);
    if (known === undefined) return spec;
    const endpointLimits = { ...spec.endpointLimits, ...ofEndpoints(JSON.parse(known.endpointLimits) as Record<string, number>, scenario) };
    return { ...spec, limit: known.limit ?? undefined, invoices: JSON.parse(known.invoices) as typeof spec.invoices, endpointLimits };
  });
  return { ...scenario, platform: { ...scenario.platform, accounts } };
}

/** Those of endpoints that the scenario still has. */
function ofEndpoints(limits: Readonly<Record<string, number>>, { platform }: Scenario): Record<string, number> {
  return Object.fromEntries(Object.entries(limits).filter(([endpoint]) => platform.endpoints.some(({ id }) => id === endpoint)));
}

function restoreKeys(state: StoredState, host: Restoring): void {
  const scripted = new Set<StoredKey>();
  for (const { id, keys } of host.scenario.platform.accounts) {
    for (const name of keys) {
      const stored = state.keys.find((key) => key.isScripted && key.account === id && key.name === name);
      if (stored !== undefined) scripted.add(stored);
      const key = host.key(id, name);
      host.enterKey(id, name, key, stored);
      if (stored !== undefined && stored.revokedUs !== null) host.apply({ op: 'restore-revoked', key: key.number });
    }
  }
  for (const stored of state.keys) {
    if (scripted.has(stored) || stored.scope === 'OPERATOR' || !host.hasAccount(stored.account)) continue;
    const name = host.freeKeyName(stored.account, stored.name);
    if (stored.revokedUs === null) host.apply({ op: 'open-key', account: stored.account, name });
    host.enterKey(stored.account, stored.name, stored.revokedUs === null ? host.key(stored.account, name) : undefined, stored);
  }
}

function restoreRequest(stored: RestoredRequest, host: Restoring): void {
  const record = host.recordOf(stored);
  if (record === undefined) return;
  if (stored.end !== null) {
    host.keepEnded(record, stored);
    return;
  }
  const key = host.keyOf(stored.keyId);
  if (key === undefined || key.revoked) host.end(record, 'revoked');
  else if (stored.cancelRequested) host.end(record, 'cancelled');
  else if (stored.mode === 'direct') host.end(record, 'lost');
  else host.takeUp(record, stored, inputOf(record, stored, key, host.nowUs()));
}

function inputOf(record: RequestRecord, stored: RestoredRequest, key: ApiKey, nowUs: number): LiveInput {
  const limits = JSON.parse(stored.retryTerms ?? '{}') as { retriesAfterError?: number | null; retriesAfterTimeout?: number | null };
  return {
    op: 'submit',
    handle: stored.ordinal,
    key: key.number,
    endpoint: record.book.name,
    serviceUs: Number.isFinite(record.serviceUs) ? record.serviceUs : null,
    end: record.plan?.end ?? WorkEnd.ok,
    startTimeoutUs: stored.deadlineUs === null ? null : stored.deadlineUs - nowUs,
    low: stored.low,
    runner: -1,
    attemptsBefore: stored.attempts,
    retriesAfterError: limits.retriesAfterError ?? null,
    retriesAfterTimeout: limits.retriesAfterTimeout ?? null,
  };
}
