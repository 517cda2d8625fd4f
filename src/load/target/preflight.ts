import { randomUUID } from 'node:crypto';
import { appName, parseAppId } from '../../protocol/app-id.js';
import { LoadError } from '../driver.js';
import { isFalsOwn } from './base-url.js';
import { connectionTrouble, wrongScheme } from './connection-trouble.js';
import { foreignWords } from './foreign-words.js';
import type { NeededKey } from './needed-keys.js';
import type { Target } from './target.js';
import { objectIn, type TargetAnswer, type TargetHttp } from './target-http.js';
import { unlessAborted } from './unless-aborted.js';

/** Keys that are tried before the load, at most: a preflight is a handful of requests. */
const KEYS_TRIED = 5;
const ANY_APP = 'fal-ai/flux';
const OWN_TITLE = /"title"\s*:\s*"slotstorm emulator"/;
const TITLE_WITHIN = 4_096;
/** A line of Prometheus' text format. */
const SPEED = /^slotstorm_speed (\S+)$/m;
const TLS_WANTED = /plain HTTP request|HTTPS port|HTTPS server/i;

/** Looks at a target before any load: who it is, and whether it takes the keys. Asks, and never submits. Rejects with the signal's reason. */
export class Preflight {
  constructor(
    private readonly http: TargetHttp,
    private readonly base: URL,
    private readonly secrets: readonly string[],
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** @throws LoadError where nobody answers */
  async recognise(): Promise<'slotstorm' | 'fal'> {
    if (isFalsOwn(this.base)) return 'fal';
    const answer = await this.get(`${this.base.origin}/openapi.json`);
    return answer.status === 200 && OWN_TITLE.test(answer.text.slice(0, TITLE_WITHIN)) ? 'slotstorm' : 'fal';
  }

  /**
   * Asks for the status of a request that cannot be known, with each key.
   * @throws LoadError for a key that is not accepted, and for a server that does not answer as fal's queue does
   */
  async tryKeys(target: Target, needed: readonly NeededKey[]): Promise<void> {
    for (const { key, endpoint } of needed.slice(0, KEYS_TRIED)) {
      const app = parseAppId(endpoint ?? ANY_APP);
      const url = `${target.queueUrl}/${app === undefined ? ANY_APP : appName(app)}/requests/${randomUUID()}/status`;
      this.readStatusAnswer(key, await this.get(url, target.credentials[key]));
    }
  }

  /**
   * @returns how many times as fast as the wall clock its time passes, where the server says so
   * @throws LoadError for an operator's or admin key that is not accepted
   */
  async tryOperator({ kind, apiUrl, operator }: Target): Promise<number | undefined> {
    if (operator === undefined) return undefined;
    const isOwn = kind === 'slotstorm';
    const answer = await this.get(isOwn ? `${apiUrl}/slotstorm/platform` : `${apiUrl}/keys?limit=1`, operator);
    if (answer.status === 401 || answer.status === 403) {
      const wanted = isOwn ? 'the operator’s key (slotstorm serve prints it, or takes it as --operator-key)' : 'an admin key';
      throw new LoadError(`--operator-key: expected ${wanted}, but ${apiUrl} answers ${this.quote(answer)}. Its value is not shown here.`);
    }
    const theirs = objectIn(answer.text)?.['speed'];
    return isOwn && typeof theirs === 'number' ? theirs : undefined;
  }

  /**
   * @param told what `tryOperator` has found out: without an operator's key its metrics say it
   * @throws LoadError for a slotstorm whose time passes otherwise than the run's, or nobody knows how
   */
  async trySpeed({ kind }: Target, speed: number | undefined, told: number | undefined): Promise<void> {
    if (kind !== 'slotstorm' || speed === undefined) return;
    const { origin } = this.base;
    const theirs = told ?? (await this.speedOfMetrics());
    if (theirs === speed) return;
    const advice = theirs === 0 ? `Serve with --speed ${speed}.` : `Give --speed ${theirs}, or serve with --speed ${speed}.`;
    throw new LoadError(`${origin}: its time passes ${theirs} times as fast as the wall clock, the run’s ${speed} times. ${advice}`);
  }

  private async speedOfMetrics(): Promise<number> {
    const { origin } = this.base;
    const answer = await this.get(`${origin}/metrics`);
    const [, figure] = (answer.status === 200 ? SPEED.exec(answer.text) : null) ?? [];
    const speed = Number(figure ?? Number.NaN);
    if (Number.isFinite(speed)) return speed;
    throw new LoadError(
      `${origin}: expected ${origin}/metrics to say how fast its time passes (slotstorm_speed), got ${this.quote(answer)}. Give --operator-key id:secret, as slotstorm serve printed it, or let /metrics through.`,
    );
  }

  private readStatusAnswer(key: string, answer: TargetAnswer): void {
    const body = objectIn(answer.text);
    const isLikeFal = body !== undefined && ('detail' in body || body['status'] === 'NOT_FOUND');
    if (isLikeFal && answer.status === 401)
      throw new LoadError(
        `${this.base.origin}: the key ${key} is not accepted: ${this.quote(answer)}. It is unknown there, misspelt or revoked; give another one by --key ${key}=id:secret.`,
      );
    if (isLikeFal && answer.status === 403)
      throw new LoadError(
        `${this.base.origin}: the account of the key ${key} may not call: ${this.quote(answer)}. Unlock it, or give a key of another account.`,
      );
    if (isLikeFal && answer.status >= 400 && answer.status < 500) return;
    throw new LoadError(
      `${this.base.origin} does not answer like fal’s queue: expected 404 with JSON for the status of an unknown request, got ${this.quote(answer)}. Give the base address of a slotstorm serve, of fal (https://queue.fal.run), or of a server with fal’s API.`,
    );
  }

  private quote({ status, contentType, location, text }: TargetAnswer): string {
    if (location !== '') return `${status} to ${foreignWords(location, this.secrets)}`;
    const type = contentType === '' ? 'without a content type' : foreignWords(contentType, this.secrets);
    const words = foreignWords(text, this.secrets);
    return `${status}, ${type}${words === '' ? ', no body' : `: "${words}"`}`;
  }

  private async get(url: string, credentials?: string): Promise<TargetAnswer> {
    let answer: TargetAnswer;
    try {
      answer = await this.http.ask('GET', url, { credentials, signal: this.signal });
    } catch (error) {
      this.signal?.throwIfAborted();
      // The services of fal are different hosts: name the one that did not answer.
      throw await unlessAborted(connectionTrouble(error, new URL(new URL(url).origin), this.secrets), this.signal);
    }
    if (this.base.protocol === 'http:' && answer.status === 400 && TLS_WANTED.test(answer.text.slice(0, TITLE_WITHIN)))
      throw wrongScheme(this.base, 'https', 'it speaks TLS there');
    return answer;
  }
}
