import { LimiterError, type LimiterSource, type LimiterTerms, type SlotAsk, type SlotLimiter, type Token } from './own-limiter-terms.js';
import { US_PER_MS } from './time.js';
import { formatDurationUs } from './units.js';

const METHODS = ['acquire', 'renew', 'release', 'reap', 'setLimit', 'inUse'] as const;

/** Calls the limiter of a run, and lets nothing through that a limiter may not answer. Every method throws LimiterError. */
export class LimiterCalls {
  private limiter: SlotLimiter;
  private number = 0;
  // The call that is under way or was the last: kept apart, so that it costs nothing to name it.
  private method = '';
  private first: unknown;
  private second: unknown;
  private third: unknown;

  constructor(
    private readonly source: LimiterSource,
    private readonly terms: LimiterTerms,
    private readonly seed: number,
    private readonly clock: { readonly nowUs: number },
  ) {
    this.limiter = this.make();
  }

  get nowMs(): number {
    return this.clock.nowUs / US_PER_MS;
  }

  get canRestore(): boolean {
    return typeof this.limiter.snapshot === 'function' && typeof this.limiter.restore === 'function';
  }

  /** A new one takes its place, which remembers nothing. */
  beginAnew(): void {
    this.limiter = this.make();
  }

  acquire(ask: SlotAsk): Token | null {
    this.begin('acquire', ask);
    let answer: unknown;
    try {
      answer = this.limiter.acquire(ask);
    } catch (error) {
      this.threw(error);
    }
    this.end();
    if (answer === null || isToken(answer)) return answer;
    throw this.complaint(`expected a token (a text or a finite number) or null, got ${shown(answer)}`);
  }

  renew(token: Token): boolean {
    return this.yesOrNo('renew', token);
  }

  release(token: Token): boolean {
    return this.yesOrNo('release', token);
  }

  reap(): readonly Token[] {
    const { nowMs } = this;
    this.begin('reap', nowMs);
    let answer: unknown;
    try {
      answer = this.limiter.reap(nowMs);
    } catch (error) {
      this.threw(error);
    }
    this.end();
    if (!Array.isArray(answer)) throw this.complaint(`expected a list of tokens, got ${shown(answer)}`);
    for (const token of answer) if (!isToken(token)) throw this.complaint(`expected a list of tokens, got one with ${shown(token)}`);
    return answer as Token[];
  }

  setLimit(scope: string, limit: number): void {
    const { nowMs } = this;
    this.begin('setLimit', scope, limit, nowMs);
    let answer: unknown;
    try {
      answer = this.limiter.setLimit(scope, limit, nowMs);
    } catch (error) {
      this.threw(error);
    }
    this.end();
    if (isThenable(answer)) throw this.complaint(`expected it to be done at once, got ${shown(answer)}`);
  }

  inUse(scope: string): number {
    this.begin('inUse', scope);
    let answer: unknown;
    try {
      answer = this.limiter.inUse(scope);
    } catch (error) {
      this.threw(error);
    }
    this.end();
    if (typeof answer === 'number' && Number.isSafeInteger(answer)) return answer;
    throw this.complaint(`expected a whole number, got ${shown(answer)}`);
  }

  snapshot(): unknown {
    this.begin('snapshot');
    let copy: unknown;
    try {
      copy = this.limiter.snapshot?.();
    } catch (error) {
      this.threw(error);
    }
    this.end();
    if (isThenable(copy)) throw this.complaint(`expected a copy, got ${shown(copy)}`);
    return copy;
  }

  restore(copy: unknown): void {
    const { nowMs } = this;
    this.begin('restore', copy, nowMs);
    try {
      this.limiter.restore?.(copy, nowMs);
    } catch (error) {
      this.threw(error);
    }
    this.end();
  }

  /** A new limiter grants one slot and is told to take it back. @throws LimiterError when it does not @param releases how many have done nothing */
  mustGiveBack(releases: number): void {
    this.limiter = this.make();
    const scope = 'probe';
    this.setLimit(scope, 1);
    const token = this.acquire({ request: scope, attempt: 1, scopes: [scope], nowMs: this.nowMs });
    if (token === null) return;
    const before = this.inUse(scope);
    const hasEnded = this.release(token);
    if (hasEnded || this.inUse(scope) < before) return;
    this.name('release', token, this.nowMs);
    const seen = `none of ${releases} releases in this run ended a grant or lowered inUse`;
    throw this.complaint(`nothing is ever given back: ${seen}, and in a new limiter this one does not either`);
  }

  /** @returns an error about the last call of the limiter, with everything that is needed to see it again */
  complaint(problem: string, isEndless = false): LimiterError {
    const { source, method, first, second, third, seed, clock } = this;
    const given = [first, second, third].filter((argument) => argument !== undefined).map(shown);
    const when = clock.nowUs === 0 ? 'at the very start' : `${formatDurationUs(clock.nowUs)} into the run`;
    return new LimiterError(`${source.file}: ${method}(${given.join(', ')}): ${problem} (seed ${seed}, ${when})`, isEndless);
  }

  private yesOrNo(method: 'renew' | 'release', token: Token): boolean {
    const { nowMs } = this;
    this.begin(method, token, nowMs);
    let answer: unknown;
    try {
      answer = this.limiter[method](token, nowMs);
    } catch (error) {
      this.threw(error);
    }
    this.end();
    if (typeof answer === 'boolean') return answer;
    throw this.complaint(`expected true or false, got ${shown(answer)}`);
  }

  private make(): SlotLimiter {
    this.begin('default export', this.terms);
    let made: unknown;
    try {
      made = this.source.make(this.terms);
    } catch (error) {
      this.threw(error);
    }
    this.end();
    const expected = `expected a limiter with the methods ${METHODS.join(', ')}`;
    if (typeof made !== 'object' || made === null || isThenable(made)) throw this.complaint(`${expected}, got ${shown(made)}`);
    const missing = METHODS.filter((method) => typeof (made as Partial<Record<string, unknown>>)[method] !== 'function');
    if (missing.length > 0) throw this.complaint(`${expected}, got one without ${missing.join(', ')}`);
    return made as SlotLimiter;
  }

  private name(method: string, first?: unknown, second?: unknown, third?: unknown): void {
    this.method = method;
    this.first = first;
    this.second = second;
    this.third = third;
  }

  private begin(method: string, first?: unknown, second?: unknown, third?: unknown): void {
    this.name(method, first, second, third);
    this.number++;
    const { watch } = this.source;
    if (watch === undefined) return;
    if (watch.stuckAt === this.number) throw this.complaint('it had not come back when the run was given up: expected every call to answer at once', true);
    watch.begin(this.number);
  }

  private end(): void {
    this.source.watch?.end();
  }

  private threw(error: unknown): never {
    this.end();
    throw this.complaint(`it threw ${error instanceof Error ? `${`${error.name}: ${error.message}`.slice(0, LONGEST)}${placeIn(error)}` : shown(error)}`);
  }
}

function isToken(answer: unknown): answer is Token {
  return typeof answer === 'string' || (typeof answer === 'number' && Number.isFinite(answer));
}

function isThenable(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && typeof (answer as { then?: unknown }).then === 'function';
}

const LONGEST = 200;

/** As code would say it, for as far as it fits on a line. */
function shown(value: unknown): string {
  if (isThenable(value)) return 'something to wait for (calls must answer at once)';
  if (value === undefined || typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  let text: string;
  try {
    text = JSON.stringify(value) ?? typeof value;
  } catch {
    text = 'an object';
  }
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** File and line of the topmost frame, where it names them. */
function placeIn({ stack = '' }: Error): string {
  const frame = stack.split('\n').find((line) => /^\s+at /.test(line)) ?? '';
  const place = /([^\s()/\\]+\.[cm]?[jt]s:\d+):\d+\)?\s*$/.exec(frame);
  return place === null ? '' : ` at ${place[1]}`;
}
