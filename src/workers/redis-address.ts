import type { RedisOptions } from 'ioredis';
import { WorkersError } from './workers-error.js';

type Connection = Pick<RedisOptions, 'host' | 'port' | 'path' | 'username' | 'password' | 'db' | 'tls'>;

/** Where a Redis is, and how it may be named to a person. */
export interface RedisAddress {
  /** With the password. Never to be printed. */
  readonly connection: Connection;
  /** The same without user and password, as a URL. */
  readonly text: string;
}

/**
 * `redis://user:password@host:6379/0`, or `rediss://` for TLS; Valkey's `valkey://` and `valkeys://` mean the same.
 * `unix:///run/redis/redis.sock?db=0` for a socket of this machine.
 * @param option who asks, for the message
 * @throws WorkersError for everything else; what was given is not repeated, for it may hold a password
 */
export function redisAddress(given: string, option: string): RedisAddress {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const scheme = url === undefined ? undefined : SCHEMES[url.protocol];
  if (url === undefined || scheme === undefined) {
    // `user:password@host` is read as a URL as well, of the scheme `user:`.
    const came = url === undefined || !WITH_HOST.test(given) ? 'no URL' : `an address of ${url.protocol}//`;
    throw new WorkersError(`${option}: expected the URL of a Redis, such as redis://localhost:6379 or rediss://user:password@host:6380/0, got ${came}`);
  }
  const user = userOf(url, option);
  return scheme === 'unix:' ? socketAddress(url, user, option) : networkAddress(url, scheme, user, option);
}

function networkAddress(url: URL, scheme: string, user: Connection, option: string): RedisAddress {
  if (url.hostname === '') throw new WorkersError(`${option}: expected a host in the URL, such as redis://localhost:6379, got none`);
  const database = url.pathname === '' || url.pathname === '/' ? '' : url.pathname;
  if (!/^(\/\d{1,5})?$/.test(database))
    throw new WorkersError(`${option}: expected the number of a database after the host, such as redis://localhost:6379/0, got another path`);
  if (url.search !== '' || url.hash !== '') throw new WorkersError(`${option}: expected nothing after the number of the database`);
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    connection: { ...user, host, port, db: Number(database.slice(1)), ...(scheme === 'rediss:' ? { tls: {} } : {}) },
    text: `${scheme}//${url.hostname}:${port}${database}`,
  };
}

function socketAddress({ hostname, pathname, search, hash, port }: URL, user: Connection, option: string): RedisAddress {
  const database = /^(?:\?db=(\d{1,5}))?$/.exec(search);
  // A user needs a host to stand before; there is but one that a socket can be of.
  if (!['', 'localhost'].includes(hostname) || port !== '' || pathname.length < 2 || database === null || hash !== '')
    throw new WorkersError(
      `${option}: expected the path of a socket, such as unix:///run/redis/redis.sock?db=0 or unix://user:password@localhost/run/redis/redis.sock, got another URL`,
    );
  return { connection: { ...user, path: decoded(pathname, option), db: Number(database[1] ?? 0) }, text: `unix://${pathname}${search}` };
}

function userOf({ username, password }: URL, option: string): Connection {
  return {
    ...(username === '' ? {} : { username: decoded(username, option) }),
    ...(password === '' ? {} : { password: decoded(password, option) }),
  };
}

function decoded(text: string, option: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new WorkersError(`${option}: expected a URL in which % begins two hexadecimal digits; a percent sign by itself is written %25`);
  }
}

const WITH_HOST = /^\s*[a-z][a-z0-9+.-]*:\/\//i;
const DEFAULT_PORT = 6379;
const SCHEMES: Readonly<Record<string, string>> = {
  'redis:': 'redis:',
  'rediss:': 'rediss:',
  'valkey:': 'redis:',
  'valkeys:': 'rediss:',
  'unix:': 'unix:',
};
