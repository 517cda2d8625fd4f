import type { Scenario } from '../../scenario/types.js';
import { LoadError } from '../driver.js';

/** What fits into a header and is no mistake of quoting. */
const CREDENTIALS = /^[\x21-\x7e]+$/;
const NAMED = 5;

/** A key that calls are made with, as `account/key`, and an endpoint that it calls. */
export interface NeededKey {
  readonly key: string;
  readonly endpoint: string | undefined;
}

/** Keys that the workload names. Those that only a trace names are not known before it is read. */
export function keysOfWorkload({ workload }: Pick<Scenario, 'workload'>): readonly NeededKey[] {
  const keys = new Map<string, NeededKey>();
  for (const { as, endpoint } of workload) {
    if (as === undefined) continue;
    const key = `${as.account}/${as.key}`;
    if (!keys.has(key)) keys.set(key, { key, endpoint });
  }
  return [...keys.values()];
}

/** @throws LoadError for keys without credentials, and for credentials that cannot be any. Names keys, never their values */
export function checkCredentials(needed: readonly NeededKey[], credentials: Readonly<Record<string, string>>): void {
  const missing = needed.filter(({ key }) => credentials[key] === undefined).map(({ key }) => key);
  if (missing.length > 0) {
    const named = missing.slice(0, NAMED).join(', ');
    const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : '';
    throw new LoadError(`--target: the workload calls with ${named}${more}, but no credentials were given. Give --key ${missing[0]}=id:secret for each.`);
  }
  const broken = Object.entries(credentials).find(([, value]) => !CREDENTIALS.test(value));
  if (broken !== undefined)
    throw new LoadError(`--key ${broken[0]}: expected id:secret in printable characters without spaces. Its value is not shown; check quotes and line ends.`);
}
