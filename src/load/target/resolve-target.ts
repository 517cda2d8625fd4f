import { X509Certificate } from 'node:crypto';
import type { Scenario } from '../../scenario/types.js';
import { LoadError } from '../driver.js';
import { stepComplaints } from '../steps/step-complaints.js';
import { addressesOf, readBaseUrl } from './base-url.js';
import { foreignWords, secretsOf } from './foreign-words.js';
import { checkCredentials, keysOfWorkload, type NeededKey } from './needed-keys.js';
import { Preflight } from './preflight.js';
import type { Target } from './target.js';
import { TargetHttp } from './target-http.js';

/** Whom the load is for, as the command line was told. */
export interface TargetOptions {
  /** `http://127.0.0.1:8080`, `https://queue.fal.run`: scheme, host and port, nothing behind them. */
  readonly url: string;
  /** `id:secret` by `account/key`. */
  readonly credentials: Readonly<Record<string, string>>;
  /** `id:secret` of an operator (slotstorm) or an admin key (fal). */
  readonly operator?: string | undefined;
  /** What is in the file that `--ca` names: PEM. */
  readonly ca?: string | undefined;
}

/** What a run will want of its target. */
export interface TargetNeeds {
  readonly scenario: Scenario;
  /** Virtual seconds in a second of the wall clock. */
  readonly speed?: number | undefined;
}

/**
 * Finds out who answers at an address, and that it takes the keys, with a handful of requests that change nothing.
 * @param needs without them only what was given is looked at: keys and steps of a scenario are not
 * @param signal stops at once, whatever is awaited: rejects with its reason
 * @throws LoadError for everything that would make a load pointless, each with what to do about it
 */
export async function resolveTarget(options: TargetOptions, needs?: TargetNeeds, signal?: AbortSignal): Promise<Target> {
  signal?.throwIfAborted();
  const base = readBaseUrl(options.url);
  const needed = needs === undefined ? given(options.credentials) : keysOfWorkload(needs.scenario);
  checkCredentials(needed, withOperator(options));
  checkAuthority(options.ca);
  const http = new TargetHttp(options.ca);
  try {
    const secrets = secretsOf([...Object.values(options.credentials), options.operator]);
    const preflight = new Preflight(http, base, secrets, signal);
    const target = targetOf(await preflight.recognise(), base, options);
    checkSteps(needs, target);
    await preflight.tryKeys(target, needed);
    await preflight.trySpeed(target, needs?.speed, await preflight.tryOperator(target));
    return target;
  } finally {
    await http.close();
  }
}

function targetOf(kind: 'slotstorm' | 'fal', base: URL, { credentials, operator, ca }: TargetOptions): Target {
  return { kind, ...addressesOf(kind, base), ca, takesHints: kind === 'slotstorm', credentials, operator };
}

function given(credentials: Readonly<Record<string, string>>): NeededKey[] {
  return Object.keys(credentials).map((key) => ({ key, endpoint: undefined }));
}

function withOperator({ credentials, operator }: TargetOptions): Readonly<Record<string, string>> {
  return operator === undefined ? credentials : { ...credentials, 'of the operator': operator };
}

function checkAuthority(ca: string | undefined): void {
  if (ca === undefined) return;
  try {
    new X509Certificate(ca);
  } catch (error) {
    throw new LoadError(
      `--ca: expected a PEM file with a certificate (-----BEGIN CERTIFICATE-----), got none that can be read: ${foreignWords(String(error))}`,
    );
  }
}

function checkSteps(needs: TargetNeeds | undefined, target: Target): void {
  const complaints = needs === undefined ? [] : stepComplaints(needs.scenario, target);
  if (complaints.length > 0) throw new LoadError(`--target: this server cannot do what the scenario does:\n${complaints.map((one) => `  ${one}`).join('\n')}`);
}
