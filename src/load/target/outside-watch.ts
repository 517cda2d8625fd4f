import type { SlotLook } from '../../measure/client-view.js';
import type { RunClock } from '../steps/run-clock.js';
import { foreignWords, secretsOf } from './foreign-words.js';
import type { Target } from './target.js';
import { objectIn, TargetHttp, wordsIn } from './target-http.js';
import { unlessAborted } from './unless-aborted.js';

const ACCOUNTS_WATCHED = 20;
const EVERY_WALL_MS = 250;
/** For one look, and for the last round as a whole. */
const LOOK_MS = 3_000;

/** Hears of every look at an account's slots. */
export interface SlotLooks {
  slots(look: SlotLook): void;
}

/**
 * Looks at the slots of accounts of a `slotstorm serve` from outside, again and again, as its operator: what fal shows on its
 * Concurrency page. One request at a time. A round in which a look fails is left out, for its sum would be too low.
 */
export class OutsideWatch {
  private readonly http: TargetHttp;
  private readonly stopped = new AbortController();
  private readonly accounts: readonly string[];
  private looksFailed = 0;
  private firstTrouble: string | undefined;
  private over: Promise<void> | undefined;
  /** The round before. */
  private before: Promise<unknown> = Promise.resolve();

  /** @param named accounts whose slots make up the sum; of more than 20 none is looked at */
  constructor(
    private readonly target: Target,
    private readonly named: readonly string[],
    private readonly sink: SlotLooks,
  ) {
    this.http = new TargetHttp(target.ca, LOOK_MS);
    // A sum over some of the accounts would be no sum.
    this.accounts = named.length > ACCOUNTS_WATCHED || target.operator === undefined ? [] : named;
  }

  /** @param speed virtual seconds in a second of the wall clock */
  start(clock: RunClock, speed: number): void {
    this.over ??= this.watch(clock, EVERY_WALL_MS * 1000 * speed);
  }

  /**
   * Looks once more, and ends; the round under way is left.
   * @param how interrupted: nobody waits for another look
   * @returns what a reader must know of these looks
   */
  async stop(clock: RunClock, { isInterrupted = false }: { readonly isInterrupted?: boolean | undefined } = {}): Promise<readonly string[]> {
    this.stopped.abort();
    await this.over;
    if (!isInterrupted) await this.inTurn(clock, AbortSignal.timeout(LOOK_MS));
    await this.http.close();
    return this.notes();
  }

  /**
   * A round of its own, beside those that come by themselves; none is under way then. Rejects with the signal's reason.
   * @returns whether every account could be looked at: the sink has heard of all of them
   */
  async lookNow(clock: RunClock, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    const sawAll = await unlessAborted(this.inTurn(clock, AbortSignal.any([signal, this.stopped.signal])), signal);
    signal.throwIfAborted();
    return sawAll;
  }

  private async watch(clock: RunClock, everyUs: number): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      await this.inTurn(clock, signal);
      await clock.until(clock.nowUs() + everyUs, signal).catch(() => undefined);
    }
  }

  /** Rounds do not overlap: an older look would be told after a younger one. */
  private inTurn(clock: RunClock, signal: AbortSignal): Promise<boolean> {
    const round = this.before.then(() => this.round(clock, signal));
    this.before = round;
    return round;
  }

  /** Never rejects. */
  private async round(clock: RunClock, signal: AbortSignal): Promise<boolean> {
    const looks: SlotLook[] = [];
    for (const account of this.accounts) {
      const look = await this.look(account, clock, signal);
      if (look === undefined) return false;
      looks.push(look);
    }
    for (const look of looks) this.sink.slots(look);
    return looks.length > 0;
  }

  private async look(account: string, clock: RunClock, signal: AbortSignal): Promise<SlotLook | undefined> {
    const { apiUrl, operator } = this.target;
    const url = `${apiUrl}/account/concurrency?account=${encodeURIComponent(account)}`;
    try {
      const answer = await this.http.ask('GET', url, { credentials: operator, signal });
      const { live, stuck, peak } = (answer.status === 200 ? objectIn(answer.text) : undefined) ?? {};
      if (isCount(live) && isCount(stuck)) return { account, atUs: clock.nowUs(), inUse: live, stuck, peak: isCount(peak) ? peak : undefined };
      this.failed(`${account}: ${answer.status} ${wordsIn(answer)}`);
    } catch (error) {
      // Whoever has no time left is not refused.
      if (!signal.aborted || isTimeout(signal.reason)) this.failed(`${account}: ${error instanceof Error ? error.message : String(error)}`);
    }
    return undefined;
  }

  private failed(what: string): void {
    this.looksFailed++;
    this.firstTrouble ??= foreignWords(what, secretsOf([this.target.operator]));
  }

  private notes(): string[] {
    const notes: string[] = [];
    if (this.looksFailed > 0) notes.push(`${this.looksFailed} looks at slots failed; the first: ${this.firstTrouble}`);
    if (this.target.operator === undefined) notes.push('Slots were not looked at: only an operator may. Give --operator-key id:secret.');
    else if (this.named.length > ACCOUNTS_WATCHED)
      notes.push(`Slots were not looked at: of ${this.named.length} accounts, ${ACCOUNTS_WATCHED} at most can be watched from outside.`);
    return notes;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError';
}
