import { type Emulator, prepareEmulator } from '../../src/live/emulator.js';
import { OPERATOR, ownTarget, type Stage, type StageOptions } from './stage.js';
import { authorization, type Call, type Door, PREFIXES, plainHeaders, Reply } from './target.js';

const STEP_S = 0.25;
/** Turns of the event loop in which whatever was sent to a server in this process has been handled. */
const TURNS = 8;

/** An emulator without a socket: calls go straight to its routes, and only the test moves time. */
export async function inProcess(options: StageOptions = {}): Promise<Stage> {
  const { scenario, rest, target } = ownTarget(options);
  const emulator = await prepareEmulator({ ...rest, scenario, operator: OPERATOR, speed: 'manual' });
  return new InProcess(emulator, target);
}

class InProcess implements Stage {
  readonly endpoint: string;
  readonly serviceS: number;
  readonly limit: number;
  readonly credentials: string;
  readonly admin: string;
  readonly operator = OPERATOR;

  constructor(
    readonly emulator: Emulator,
    { endpoint, serviceS, limit, key, adminKey }: ReturnType<typeof ownTarget>['target'],
  ) {
    this.endpoint = endpoint;
    this.serviceS = serviceS;
    this.limit = limit;
    this.credentials = emulator.credentials(key);
    this.admin = emulator.credentials(adminKey);
  }

  async fetch(door: Door, path: string, call: Call = {}): Promise<Reply> {
    const { method = 'GET', headers, json, signal } = call;
    const answer = await this.emulator.app.inject({
      method: method as 'GET',
      url: PREFIXES[door] + path,
      headers: {
        host: '127.0.0.1:8080',
        ...authorization(call, this.credentials),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { payload: JSON.stringify(json) }),
      ...(signal === undefined ? {} : { signal }),
    });
    return new Reply(answer.statusCode, plainHeaders(Object.entries(answer.headers)), answer.payload);
  }

  async arrived(): Promise<void> {
    for (let n = 0; n < TURNS; n++) await new Promise((resolve) => setImmediate(resolve));
  }

  async wait(seconds: number): Promise<void> {
    await this.arrived();
    for (let left = seconds; left > 0; left -= STEP_S) await this.pass(Math.min(STEP_S, left));
  }

  async until(what: string, check: () => Promise<boolean> | boolean, withinS: number): Promise<void> {
    await this.arrived();
    for (let passed = 0; passed <= withinS; passed += STEP_S) {
      if (await check()) return;
      await this.pass(STEP_S);
    }
    throw new Error(`expected ${what} within ${withinS} s, and it did not come`);
  }

  async during<T>(promise: Promise<T>): Promise<T> {
    let isOver = false;
    const mark = (): void => {
      isOver = true;
    };
    promise.then(mark, mark);
    await this.until('an answer', () => isOver, 3600);
    return promise;
  }

  close(): Promise<void> {
    return this.emulator.close();
  }

  private async pass(seconds: number): Promise<void> {
    this.emulator.advance(`${Math.round(seconds * 1000)}ms`);
    await this.arrived();
  }
}
