import type { Redis } from 'ioredis';
import { reasonOf } from '../reasons.js';
import { type RedisAddress, redisAddress } from './redis-address.js';
import { loadRedisLibraries, type RedisLibraries } from './redis-libraries.js';
import { WorkersError } from './workers-error.js';

/** A server that does not answer at all is given up after this, ms. */
const ANSWER_MS = 3_000;
/** While this process is too busy to hear an answer no time counts: it is waited for in many short turns. */
const TURN_MS = 100;
/** BullMQ needs streams and scripts of this version. */
const LEAST_VERSION = [6, 2] as const;
/** Between two tries to reach a Redis that has gone away, ms. */
const RETRY_MS = { least: 100, most: 1_000 } as const;

/** Told what becomes of the connection. */
export interface LinkListener {
  lost(): void;
  back(): void;
}

/** A connection to Redis that has worked once and comes back by itself. */
export class RedisLink {
  private readonly listeners: LinkListener[] = [];
  /** Since when, ms on a clock that never goes backwards. */
  private lostSinceMs: number | undefined;
  private hasClosed = false;

  private constructor(
    readonly address: RedisAddress,
    readonly libraries: RedisLibraries,
    readonly client: Redis,
    /** What is not as it should be, in words for a person. */
    readonly warnings: readonly string[],
    private readonly copies: ReadonlySet<Redis>,
  ) {
    client.on('close', () => this.noteLost());
    client.on('ready', () => this.noteBack());
  }

  /**
   * @param option who asks, for messages
   * @throws WorkersError when there is no Redis, it wants another password, or it is none, or too old
   */
  static async open(url: string, option: string): Promise<RedisLink> {
    const address = redisAddress(url, option);
    const libraries = await loadRedisLibraries();
    const link = { hasWorked: false };
    const client = new libraries.Redis({
      ...address.connection,
      lazyConnect: true,
      // BullMQ asks for it: commands wait until Redis is back.
      maxRetriesPerRequest: null,
      // What every server and every proxy speaks.
      protocol: 2,
      retryStrategy: (times) => (link.hasWorked ? Math.min(RETRY_MS.most, RETRY_MS.least * times) : null),
    });
    const copies = watchCopies(client);
    try {
      const info = await firstAnswer(client);
      link.hasWorked = true;
      return new RedisLink(address, libraries, client, checkServer(info, address, option), copies);
    } catch (error) {
      client.disconnect();
      if (error instanceof WorkersError) throw error;
      throw new WorkersError(`${option}: ${complaintAbout(error, address)}`);
    }
  }

  listen(listener: LinkListener): void {
    this.listeners.push(listener);
  }

  /** How long Redis has been away, ms; 0: it is there. */
  get awayMs(): number {
    return this.lostSinceMs === undefined ? 0 : performance.now() - this.lostSinceMs;
  }

  /** Ended by `close`. */
  get isClosed(): boolean {
    return this.hasClosed;
  }

  /** Ends the connection at once, and all that BullMQ has made of it, whatever waits for them. */
  close(): void {
    this.hasClosed = true;
    this.listeners.length = 0;
    for (const connection of [...this.copies, this.client]) connection.disconnect();
  }

  private noteLost(): void {
    if (this.lostSinceMs !== undefined) return;
    this.lostSinceMs = performance.now();
    for (const listener of this.listeners) listener.lost();
  }

  private noteBack(): void {
    if (this.lostSinceMs === undefined) return;
    this.lostSinceMs = undefined;
    for (const listener of this.listeners) listener.back();
  }
}

/** BullMQ copies the connection that it is given, and goes on trying with copies that it has let go of. @returns those that have not ended */
function watchCopies(client: Redis): ReadonlySet<Redis> {
  const copies = new Set<Redis>();
  const copy = client.duplicate.bind(client);
  client.duplicate = (options) => {
    // BullMQ would connect a lazy one itself, once: if Redis goes away meanwhile it holds it for broken for ever.
    const made = copy({ ...options, lazyConnect: false });
    copies.add(made);
    made.once('end', () => copies.delete(made));
    endBetweenTries(made);
    return made;
  };
  endBetweenTries(client);
  return copies;
}

/** Told to end between two tries to connect, the library tries no more but never says that it has ended: who waits for that would wait for ever. */
function endBetweenTries(client: Redis): void {
  const disconnect = client.disconnect.bind(client);
  client.disconnect = (reconnect = false) => {
    // As before the first try, which it does end.
    if (!reconnect && client.status === 'reconnecting') client.status = 'wait';
    disconnect(reconnect);
  };
}

/** @returns what the server says of itself */
async function firstAnswer(client: Redis): Promise<string> {
  let last: Error | undefined;
  // The rejection says no more than that the connection is closed; why, only the event says.
  client.on('error', (error) => {
    last = error;
  });
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    let waitedMs = 0;
    timer = setInterval(() => {
      waitedMs += TURN_MS;
      if (waitedMs >= ANSWER_MS) reject(new SilentServer());
    }, TURN_MS);
  });
  try {
    const info = await Promise.race([client.connect().then(() => client.info()), silence]);
    // A database that is not there is no failure to the library: it would use another one.
    if (last !== undefined && NO_DATABASE.test(last.message)) throw last;
    return info;
  } catch (error) {
    throw error instanceof SilentServer || last === undefined ? error : last;
  } finally {
    clearInterval(timer);
  }
}

class SilentServer extends Error {}

const NO_DATABASE = /DB index is out of range/i;

/** @throws WorkersError for a server that is too old @returns warnings */
function checkServer(info: string, { text }: RedisAddress, option: string): string[] {
  const version = /^redis_version:(\d+)\.(\d+)(\S*)/m.exec(info);
  if (version === null) throw new WorkersError(`${option}: expected a Redis or Valkey at ${text}, but it does not say its version`);
  const [, major, minor, rest] = version;
  const [leastMajor, leastMinor] = LEAST_VERSION;
  if (Number(major) < leastMajor || (Number(major) === leastMajor && Number(minor) < leastMinor))
    throw new WorkersError(`${option}: expected Redis ${leastMajor}.${leastMinor} or newer at ${text}, got ${major}.${minor}${rest}: install a newer one`);
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  if (policy === undefined || policy === 'noeviction') return [];
  return [
    `Redis at ${text} may throw jobs away when its memory is full (maxmemory-policy ${policy.slice(0, 40)}); better: redis-cli config set maxmemory-policy noeviction`,
  ];
}

function complaintAbout(error: unknown, { text }: RedisAddress): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const start = 'start one with: redis-server --port 6379';
  if (error instanceof SilentServer || code === 'ETIMEDOUT' || /timed? ?out/i.test(message))
    return `nothing at ${text} answers as a Redis does within ${ANSWER_MS / 1_000} s: are host and port right, and may this machine reach it? ${aboutTls(text)}`;
  if (code === 'ECONNREFUSED') return `nobody listens at ${text}: is Redis running? If not, ${start}`;
  if (code === 'ENOENT') return `there is no socket as in ${text}: is Redis running, with unixsocket in its configuration?`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `there is no such host as in ${text}`;
  if (/WRONGPASS|invalid password|invalid username/i.test(message)) return `the Redis at ${text} does not accept this user and password`;
  if (/NOAUTH/.test(message)) return `the Redis at ${text} wants a password: redis://:password@host:6379, or redis://user:password@host:6379`;
  if (/NOPERM/.test(message)) return `the user may not do what is needed in the Redis at ${text}: ${reasonOf(error)}`;
  if (NO_DATABASE.test(message)) return `the Redis at ${text} has no database of this number`;
  if (/protocol error|unknown RESP type/i.test(message)) return `what listens at ${text} does not speak Redis' protocol: is it the right port?`;
  if (TLS_TROUBLE.test(`${code ?? ''} ${message}`)) return `no TLS connection to ${text}: ${tlsReason(code, message)}`;
  if (code === 'ECONNRESET' || code === 'EPIPE') return `what listens at ${text} ends the connection at once. ${aboutTls(text)}`;
  return `cannot use the Redis at ${text}: ${reasonOf(error)}`;
}

function aboutTls(text: string): string {
  return text.startsWith('rediss:')
    ? 'A Redis without TLS needs redis://; of one that wants certificates of its clients, set tls-auth-clients no'
    : 'A Redis with TLS needs rediss://';
}

const TLS_TROUBLE = /SSL|TLS|CERT|EPROTO|UNABLE_TO_|packet length too long/;

/** What OpenSSL says is full of places in its own source. */
function tlsReason(code: string | undefined, message: string): string {
  if (/wrong version number|packet length too long/.test(message)) return 'the server does not speak TLS. Without TLS the URL begins with redis://';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return "its certificate is another host's: name the one that it is for";
  if (/certificate required|handshake failure/i.test(message)) return 'it wants certificates of its clients; set tls-auth-clients no in its configuration';
  const reason = reasonOf(new Error(message.trim().replace(/\s+/g, ' ')));
  return /SELF_SIGNED|UNABLE_TO_/.test(code ?? '') ? `${reason}. For an authority of your own set NODE_EXTRA_CA_CERTS=ca.pem` : reason;
}
