import { LoadError } from '../driver.js';
import { foreignWords } from './foreign-words.js';
import type { Target } from './target.js';

export type Addresses = Pick<Target, 'queueUrl' | 'runUrl' | 'apiUrl'>;

const FALS_OWN: ReadonlySet<string> = new Set(['fal.run', 'queue.fal.run']);
const FALS_ADDRESSES: Addresses = { queueUrl: 'https://queue.fal.run', runUrl: 'https://fal.run', apiUrl: 'https://api.fal.ai/v1' };

/** @returns the address without anything behind host and port. @throws LoadError for whatever is no such address */
export function readBaseUrl(text: string): URL {
  const shown = foreignWords(withoutUser(text));
  const expected = `--target: expected an address such as http://127.0.0.1:8080, got "${shown}"`;
  // `localhost:8080` would be read as an address of the scheme "localhost".
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) throw new LoadError(`${expected}. It begins with http:// or https://.`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new LoadError(`${expected}. Check its spelling.`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new LoadError(`${expected}. It begins with http:// or https://.`);
  if (url.username !== '' || url.password !== '') throw new LoadError(`${expected} with a name or password in it. Give keys by --key account/key=id:secret.`);
  if (url.search !== '' || url.hash !== '') throw new LoadError(`${expected}. Leave out what begins with ? or #: paths are built from the endpoint.`);
  if (url.pathname !== '/')
    throw new LoadError(`${expected}. Leave out the path ${foreignWords(url.pathname)}: give ${url.origin}, and the services below it are found.`);
  if (FALS_OWN.has(url.hostname) && url.origin !== `https://${url.hostname}`)
    throw new LoadError(`${expected}. fal answers at https://${url.hostname} only, without a port.`);
  return url;
}

export function isFalsOwn(url: URL): boolean {
  return FALS_OWN.has(url.hostname);
}

/** Where the services are, relative to what was given. */
export function addressesOf(kind: 'slotstorm' | 'fal', url: URL): Addresses {
  const { origin } = url;
  if (kind === 'slotstorm') return { queueUrl: `${origin}/queue`, runUrl: `${origin}/run`, apiUrl: `${origin}/v1` };
  return isFalsOwn(url) ? FALS_ADDRESSES : { queueUrl: origin, runUrl: origin, apiUrl: `${origin}/v1` };
}

/** Nobody wants to read a password on a screen. */
function withoutUser(text: string): string {
  return text.replace(/\/\/[^/?#]*@/, '//');
}
