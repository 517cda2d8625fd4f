import { type Emulator, startEmulator } from '../../src/live/emulator.js';
import { OPERATOR, ownTarget, type Stage, type StageOptions } from './stage.js';
import { authorization, type Call, type Door, PREFIXES, plainHeaders, Reply, type Target } from './target.js';

const SPEED = 20;
const LOOK_EVERY_MS = 15;
/** A machine with other work to do may be late by so much, ms of wall time. */
const LENIENCE_MS = 10_000;

export interface RemoteTerms {
  /** Without a slash at its end. */
  readonly url: string;
  readonly credentials: string;
  readonly admin?: string | undefined;
  readonly endpoint: string;
  readonly serviceS: number;
  readonly limit: number;
  /** How many times as fast as ours its clock goes. */
  readonly speed: number;
}

/** fal's own hosts, where the base address is fal's; prefixes of one address anywhere else. */
export function addressOf(base: string, door: Door, path: string): string {
  if (new URL(base).hostname !== 'fal.run') return base + PREFIXES[door] + path;
  const hosts: Readonly<Record<Door, string>> = { run: 'fal.run/', queue: 'queue.fal.run/', rest: 'rest.fal.ai/', api: 'api.fal.ai/v1/', here: 'fal.run/' };
  return `https://${hosts[door]}${path}`;
}

/** Whatever answers at an address. Its time follows the wall clock. */
export class Remote implements Target {
  readonly endpoint: string;
  readonly serviceS: number;
  readonly limit: number;
  readonly credentials: string;
  readonly admin: string | undefined;

  constructor(private readonly terms: RemoteTerms) {
    this.endpoint = terms.endpoint;
    this.serviceS = terms.serviceS;
    this.limit = terms.limit;
    this.credentials = terms.credentials;
    this.admin = terms.admin;
  }

  async fetch(door: Door, path: string, call: Call = {}): Promise<Reply> {
    const { method = 'GET', headers, json, signal } = call;
    const answer = await fetch(addressOf(this.terms.url, door, path), {
      method,
      headers: { ...authorization(call, this.credentials), ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(signal === undefined ? {} : { signal }),
      redirect: 'manual',
    });
    return new Reply(answer.status, plainHeaders(answer.headers), await answer.text());
  }

  arrived(): Promise<void> {
    return pause(LOOK_EVERY_MS);
  }

  wait(seconds: number): Promise<void> {
    return pause((seconds * 1000) / this.terms.speed);
  }

  async until(what: string, check: () => Promise<boolean> | boolean, withinS: number): Promise<void> {
    const deadline = performance.now() + (withinS * 1000) / this.terms.speed + LENIENCE_MS;
    while (performance.now() < deadline) {
      if (await check()) return;
      await pause(LOOK_EVERY_MS);
    }
    throw new Error(`expected ${what} within ${withinS} s, and it did not come`);
  }

  during<T>(promise: Promise<T>): Promise<T> {
    return promise;
  }

  async close(): Promise<void> {}
}

class OverHttp extends Remote implements Stage {
  override readonly admin: string;
  readonly operator = OPERATOR;

  constructor(
    readonly emulator: Emulator,
    { endpoint, serviceS, limit, key, adminKey }: ReturnType<typeof ownTarget>['target'],
    speed: number,
  ) {
    super({ url: emulator.url, credentials: emulator.credentials(key), endpoint, serviceS, limit, speed });
    this.admin = emulator.credentials(adminKey);
  }

  override close(): Promise<void> {
    return this.emulator.close(0);
  }
}

/** An emulator that listens on loopback, in a hurry. */
export async function overHttp(options: StageOptions = {}): Promise<Stage> {
  const { scenario, rest, target } = ownTarget(options);
  const speed = options.speed ?? SPEED;
  const emulator = await startEmulator({ ...rest, scenario, operator: OPERATOR, speed });
  return new OverHttp(emulator, target, speed);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
