import { setTimeout as pause } from 'node:timers/promises';
import { objectIn, type TargetAnswer, TargetHttp } from '../../load/target/target-http.js';
import { appName, parseAppId } from '../../protocol/app-id.js';
import { CallLog } from './call-log.js';
import { asNoAnswer } from './no-answer.js';
import type { WireProvider } from './wire-provider.js';

const LOOK_EVERY_MS = 250;
/** A clock that is moved by hand goes on by so much between two looks. */
const STEP_S = 0.25;
/** For cancels, and for revocations of keys. */
const CLEAN_UP_MS = 10_000;
/** For what is cancelled to end, s of the provider's time, or of the wall clock's if that passes more slowly. */
const END_WITHIN_S = 5;
/** For the answer to what leaves something behind. */
const HAND_IN_MS = 10_000;

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Who calls, by the name that records show, and with which `id:secret`. */
export interface Caller {
  readonly name: string;
  readonly credentials: string | undefined;
}

/** A request that was handed in. */
export interface Submitted {
  readonly id: string;
  readonly endpoint: string;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** Calls of the experiments on one provider: each is recorded, and whatever they leave open is cancelled at the end. */
export class WireSession {
  readonly log = new CallLog();
  readonly main: Caller;
  readonly admin: Caller | undefined;
  private readonly http: TargetHttp;
  private readonly startedMs = performance.now();
  private readonly open = new Map<string, Submitted>();
  private readonly madeKeys = new Set<string>();
  /** What was asked for without an answer: it may be there all the same. */
  private readonly unanswered: string[] = [];
  private advancedS = 0;

  /** @param signal ends all of it: calls reject with its reason */
  constructor(
    readonly provider: WireProvider,
    private signal: AbortSignal,
  ) {
    this.http = new TargetHttp(provider.target.ca);
    this.main = { name: 'account’s key', credentials: provider.credentials };
    this.admin = provider.admin === undefined ? undefined : { name: 'admin key', credentials: provider.admin };
    for (const credentials of [provider.credentials, provider.admin, provider.target.operator]) this.log.hide(credentials);
  }

  /** The provider's time since the experiments began, s. */
  get nowS(): number {
    const { speed, advance } = this.provider;
    return advance === undefined ? ((performance.now() - this.startedMs) * speed) / 1000 : this.advancedS;
  }

  /** @param path behind the service's address, with a slash before it @throws NoAnswer where none came; the signal's reason */
  async ask(by: Caller, method: Method, base: string, path: string, body?: unknown, signal = this.signal): Promise<Answer> {
    const atMs = Math.round(performance.now() - this.startedMs);
    const shown = `${new URL(base).pathname.replace(/\/$/, '')}${path}`;
    try {
      const answer = await this.http.ask(method, `${base}${path}`, { credentials: by.credentials, body, signal });
      const parsed = objectIn(answer.text);
      if (typeof parsed?.['key'] === 'string') this.log.hide(parsed['key']);
      this.log.note({ atMs, by: by.name, method, path: shown, status: answer.status, says: shownText(answer) });
      return { status: answer.status, text: answer.text, body: parsed };
    } catch (error) {
      this.log.note({ atMs, by: by.name, method, path: shown, status: 0, says: error instanceof Error ? error.message : String(error) });
      throw error === signal.reason && signal === this.signal ? error : asNoAnswer(error);
    }
  }

  api(by: Caller, method: Method, path: string, body?: unknown): Promise<Answer> {
    return this.ask(by, method, this.provider.target.apiUrl, path, body);
  }

  /**
   * Asks for something that has to be cleaned up again. An interrupt waits for the answer: without it nobody would know what to
   * clean up.
   * @param keep remembers what the answer names @returns that; undefined: it names nothing
   */
  private async handIn<T>(what: string, asking: (signal: AbortSignal) => Promise<Answer>, keep: (answer: Answer) => T | undefined): Promise<T | undefined> {
    this.signal.throwIfAborted();
    try {
      const answer = await asking(AbortSignal.timeout(HAND_IN_MS));
      const kept = keep(answer);
      if (kept === undefined && answer.status < 300) this.unanswered.push(`${what}, accepted without a name`);
      return kept;
    } catch (error) {
      this.unanswered.push(`${what}, handed in without an answer`);
      throw error;
    } finally {
      this.signal.throwIfAborted();
    }
  }

  /** @returns undefined where it was refused */
  async submit(endpoint: string, by = this.main): Promise<Submitted | undefined> {
    return (await this.trySubmit(endpoint, by)).request;
  }

  /** @returns also what was answered */
  async trySubmit(endpoint: string, by = this.main): Promise<{ readonly request: Submitted | undefined; readonly answer: Answer | undefined }> {
    let said: Answer | undefined;
    const request = await this.handIn(
      `a request to ${endpoint}`,
      (signal) => this.ask(by, 'POST', this.provider.target.queueUrl, `/${endpoint}`, this.provider.input, signal),
      (answer) => {
        said = answer;
        const { status, body } = answer;
        const id = body?.['request_id'];
        if (status >= 300 || typeof id !== 'string') return undefined;
        const submitted = { id, endpoint };
        this.open.set(id, submitted);
        return submitted;
      },
    );
    return { request, answer: said };
  }

  /** @returns `IN_QUEUE`, `IN_PROGRESS`, `COMPLETED`; undefined for every other answer */
  async stateOf(request: Submitted, by = this.main): Promise<string | undefined> {
    const { body } = await this.ask(by, 'GET', this.provider.target.queueUrl, `${pathOf(request)}/status`);
    const state = body?.['status'];
    if (state === 'COMPLETED') this.open.delete(request.id);
    return state === 'IN_QUEUE' || state === 'IN_PROGRESS' || state === 'COMPLETED' ? state : undefined;
  }

  /** What a completed request came to. */
  resultOf(request: Submitted): Promise<Answer> {
    return this.ask(this.main, 'GET', this.provider.target.queueUrl, pathOf(request));
  }

  async areAll(state: string, requests: readonly Submitted[]): Promise<boolean> {
    for (const request of requests) if ((await this.stateOf(request)) !== state) return false;
    return true;
  }

  /** @returns whether it was accepted */
  async cancel(request: Submitted): Promise<boolean> {
    const { status } = await this.ask(this.main, 'PUT', this.provider.target.queueUrl, `${pathOf(request)}/cancel`);
    return status < 300;
  }

  /**
   * Looks again and again while the provider's time passes.
   * @returns how long it took, s of that time; undefined: it did not come within so much of it
   */
  async secondsUntil(withinS: number, check: () => Promise<boolean>): Promise<number | undefined> {
    const { speed, advance } = this.provider;
    if (advance === undefined) {
      const ms = await this.wallMsUntil((withinS / speed) * 1000, check);
      return ms === undefined ? undefined : (ms * speed) / 1000;
    }
    for (let passedS = 0; ; passedS += STEP_S) {
      if (await check()) return passedS;
      if (passedS >= withinS) return undefined;
      this.signal.throwIfAborted();
      advance(STEP_S);
      this.advancedS += STEP_S;
    }
  }

  /** The same on the wall clock. @returns ms until the look began that saw it */
  async wallMsUntil(withinMs: number, check: () => Promise<boolean>): Promise<number | undefined> {
    const fromMs = performance.now();
    for (;;) {
      const lookedMs = performance.now();
      if (await check()) return lookedMs - fromMs;
      if (performance.now() - fromMs >= withinMs) return undefined;
      await pause(LOOK_EVERY_MS, undefined, { signal: this.signal });
    }
  }

  /** A key of the account to be revoked; undefined where none can be made. */
  async makeKey(alias: string): Promise<{ readonly id: string; readonly caller: Caller } | undefined> {
    const { admin } = this;
    // An account's own key may be able to, but nobody has allowed that.
    if (admin === undefined) return undefined;
    const made = await this.handIn(
      `a key ${JSON.stringify(alias)}`,
      (signal) => this.ask(admin, 'POST', this.provider.target.apiUrl, `/keys${this.whose}`, { alias }, signal),
      ({ status, body }) => {
        const [id, key] = [body?.['key_id'], body?.['key']];
        if (status >= 300 || typeof id !== 'string') return undefined;
        this.madeKeys.add(id);
        return { id, key };
      },
    );
    if (typeof made?.key !== 'string') return undefined;
    return { id: made.id, caller: { name: 'key to be revoked', credentials: made.key } };
  }

  /** @returns whether it was done */
  async revokeKey(id: string): Promise<boolean> {
    const { status } = await this.api(this.admin ?? this.main, 'DELETE', `/keys/${encodeURIComponent(id)}${this.whose}`);
    if (status < 300) this.madeKeys.delete(id);
    return status < 300;
  }

  /**
   * Cancels what is still open, looks whether that has ended it, and revokes keys that were made. Never rejects, and takes its
   * time also after an interrupt.
   * @returns what may still be there
   */
  async close(): Promise<readonly string[]> {
    // What has ended the experiments does not end this.
    this.signal = AbortSignal.timeout(CLEAN_UP_MS);
    for (const request of [...this.open.values()]) await this.cancel(request).catch(() => false);
    // That a cancel is accepted does not say that anything ends.
    await this.secondsUntil(END_WITHIN_S * Math.max(1, this.provider.speed), () => this.isNothingOpen()).catch(() => undefined);
    this.signal = AbortSignal.timeout(CLEAN_UP_MS);
    for (const id of [...this.madeKeys]) await this.revokeKey(id).catch(() => false);
    await this.http.close();
    const left = [...[...this.open.keys()].map((id) => `request ${id}`), ...[...this.madeKeys].map((id) => `key ${id}`), ...this.unanswered];
    return left.map((one) => this.log.words(one));
  }

  private async isNothingOpen(): Promise<boolean> {
    for (const request of [...this.open.values()]) await this.stateOf(request).catch(() => undefined);
    return this.open.size === 0;
  }

  private get whose(): string {
    const { isOperator, account } = this.provider;
    return isOperator ? `?account=${encodeURIComponent(account)}` : '';
  }
}

function pathOf({ id, endpoint }: Submitted): string {
  const app = parseAppId(endpoint);
  return `/${app === undefined ? endpoint : appName(app)}/requests/${encodeURIComponent(id)}`;
}

/** Pages are long: their title and figures have to do. Addresses that a client might follow say nothing new. */
function shownText({ text, contentType }: TargetAnswer): string {
  if (!contentType.includes('html')) return text.replace(/"\w+_url":"[^"]*",?/g, '');
  const figures = [...text.matchAll(/<dt>([^<]*)<\/dt>\s*<dd>([^<]*)<\/dd>/g)].map(([, name, value]) => `${name}: ${value}`);
  return `a page: ${[/<title>([^<]*)</.exec(text)?.[1] ?? '', ...figures].filter((one) => one !== '').join(' · ')}`;
}
