import { createHash, randomBytes } from 'node:crypto';
import { US_PER_DAY } from '../../core/time.js';
import type { Caller } from '../world/keys.js';
import type { LiveWorld } from '../world/live-world.js';

/** Virtual time, like all of the platform's: much of it passes in a minute where the clock is fast. */
const SESSION_US = 30 * US_PER_DAY;
const TICKET_US = US_PER_DAY;
const MOST_SESSIONS = 1_000;
const MOST_TICKETS = 1_000;
const SECRET_BYTES = 32;

/** Somebody signed in to the pages with a key. */
export interface Session {
  readonly caller: Caller;
  /** What the forms of this session carry, so that no other site can send them. */
  readonly formToken: string;
}

interface Kept<T> {
  readonly value: T;
  readonly caller: Caller;
  readonly untilUs: number;
}

/** Who is signed in. A session ends with its key, at its time, or by signing out; what names it is kept as a hash only. */
export class Sessions {
  private readonly sessions = new Map<string, Kept<Session>>();
  private readonly tickets = new Map<string, Kept<Caller>>();

  constructor(private readonly world: Pick<LiveWorld, 'clock' | 'keys'>) {
    world.keys.onRevoked((keyId) => {
      forget(this.sessions, keyId);
      forget(this.tickets, keyId);
    });
  }

  /** @returns the secret that its cookie carries */
  open(caller: Caller): string {
    const secret = newSecret();
    this.keep(this.sessions, MOST_SESSIONS, secret, { caller, formToken: newSecret() }, caller, SESSION_US);
    return secret;
  }

  find(secret: string | undefined): Session | undefined {
    return secret === undefined ? undefined : this.alive(this.sessions, hashOf(secret));
  }

  close(secret: string): void {
    this.sessions.delete(hashOf(secret));
  }

  /** A word that opens one session for this caller, once: for the link that the command line prints. */
  ticketFor(caller: Caller): string {
    const ticket = newSecret();
    this.keep(this.tickets, MOST_TICKETS, ticket, caller, caller, TICKET_US);
    return ticket;
  }

  /** @returns whom the ticket was for; undefined for an unknown one, and for one that was used */
  redeem(ticket: string): Caller | undefined {
    const name = hashOf(ticket);
    const caller = this.alive(this.tickets, name);
    this.tickets.delete(name);
    return caller;
  }

  private keep<T>(all: Map<string, Kept<T>>, most: number, secret: string, value: T, caller: Caller, forUs: number): void {
    const [oldest] = all.keys();
    if (all.size >= most && oldest !== undefined) all.delete(oldest);
    all.set(hashOf(secret), { value, caller, untilUs: this.world.clock.nowUs() + forUs });
  }

  private alive<T>(all: Map<string, Kept<T>>, name: string): T | undefined {
    const kept = all.get(name);
    if (kept === undefined) return undefined;
    if (this.world.clock.nowUs() < kept.untilUs) return kept.value;
    all.delete(name);
    return undefined;
  }
}

const sessionsByWorld = new WeakMap<LiveWorld, Sessions>();

/** The sessions of a world's pages: one set, whoever asks first. */
export function sessionsOf(world: LiveWorld): Sessions {
  const known = sessionsByWorld.get(world) ?? new Sessions(world);
  sessionsByWorld.set(world, known);
  return known;
}

function forget<T>(all: Map<string, Kept<T>>, keyId: string): void {
  for (const [name, { caller }] of all) if (caller.keyId === keyId) all.delete(name);
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64');
}
