import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach } from 'vitest';
import type { WireProvider } from '../../src/score/wire/wire-provider.js';

interface Request {
  readonly id: string;
  readonly key: string;
  readonly fromS: number;
  toS: number;
}

/** How a platform behaves: a good one, unless something is changed. */
export interface Behaviour {
  workS: number;
  /** What becomes of a revoked key's requests. */
  onRevoke: 'end' | 'drain' | 'strand';
  /** Whether a cancel, which is always accepted, ends anything; what is stranded excepted. */
  cancelEnds: boolean;
  cancelEndsStranded: boolean;
  listsSlots: boolean;
  /** Slots of others of the account at each look. */
  othersAt: (look: number) => number;
  /** What the status page says where the truth is `slots`. */
  page: (slots: number) => number | undefined;
  /** What a submit is answered with, and the result of a request that is over. */
  submitStatus: number;
  resultStatus: number;
  /** Called before a call is answered; `hang up`: it is not. */
  before: (call: string) => unknown;
}

const GOOD: Behaviour = {
  workS: 20,
  onRevoke: 'end',
  cancelEnds: true,
  cancelEndsStranded: true,
  listsSlots: true,
  othersAt: () => 0,
  page: (slots) => slots,
  submitStatus: 200,
  resultStatus: 200,
  before: () => undefined,
};
export const MADE_SECRET = 'a-secret-that-was-made';

/** A small platform over HTTP that does as a test says. Its clock is moved by hand. A new one for each test. */
export class SomebodysPlatform {
  does = { ...GOOD };
  readonly requests = new Map<string, Request>();
  readonly keys = new Set<string>();
  private readonly stranded = new Set<string>();
  private nowS = 0;
  private looks = 0;
  private server: Server | undefined;
  private origin = '';

  constructor() {
    beforeEach(async () => {
      this.does = { ...GOOD };
      for (const kept of [this.requests, this.keys, this.stranded]) kept.clear();
      this.server = createServer((request, response) => this.answer(request, response));
      const server = this.server;
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterEach(() => {
      this.server?.closeAllConnections();
      this.server?.close();
    });
  }

  provider(changes: Partial<WireProvider> = {}): WireProvider {
    const { origin } = this;
    const credentials = 'main:a-long-main-secret';
    return {
      target: { kind: 'fal', queueUrl: origin, runUrl: origin, apiUrl: `${origin}/v1`, ca: undefined, takesHints: false, credentials: {}, operator: undefined },
      account: 'acme',
      credentials,
      admin: 'admin:a-long-admin-secret',
      isOperator: false,
      quick: { endpoint: 'some/model', seconds: undefined },
      slow: 'some/model',
      input: {},
      speed: 1,
      advance: (seconds) => {
        this.nowS += seconds;
      },
      isOwn: false,
      usdPerRequest: undefined,
      ...changes,
    };
  }

  get open(): string[] {
    return [...this.requests.values()].filter((one) => this.isOpen(one)).map(({ id }) => id);
  }

  private isOpen({ toS }: Request): boolean {
    return toS > this.nowS;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    const say = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    if (this.does.before(`${method} ${url}`) === 'hang up') {
      response.destroy();
      return;
    }
    const [, id = '', what = 'result'] = /\/requests\/([^/]+)(?:\/(status|cancel))?$/.exec(url) ?? [];
    const one = this.requests.get(id);
    if (what === 'status') say(200, { status: one !== undefined && this.isOpen(one) ? 'IN_PROGRESS' : 'COMPLETED' });
    else if (what === 'cancel') say(202, this.cancel(one));
    else if (what === 'result' && one !== undefined) say(this.does.resultStatus, this.does.resultStatus === 200 ? {} : { detail: 'Application not found' });
    else if (url === '/some/model')
      say(
        this.does.submitStatus,
        this.does.submitStatus !== 200 ? { detail: 'No such model' } : { request_id: this.submit(/Key ([^:]*)/.exec(headers.authorization ?? '')?.[1] ?? '') },
      );
    else if (url === '/v1/keys') say(201, this.makeKey());
    else if (method === 'DELETE') say(204, this.revoke(url.slice(url.lastIndexOf('/') + 1)));
    else if (url === '/v1/account/concurrency') say(200, { live: this.open.length + this.does.othersAt(this.looks++), limit: 10, can_release: true });
    else if (url === '/v1/account/slots' && this.does.listsSlots)
      say(200, { slots: this.open.map((open) => ({ request_id: open, key_id: 'k', age_seconds: 1 })) });
    else if (url === '/status') say(200, `<dt>Slots in use</dt><dd>${this.does.page(this.open.length)}</dd>`);
    else say(404, {});
  }

  private submit(key: string): string {
    const id = `request-${this.requests.size + 1}`;
    this.requests.set(id, { id, key, fromS: this.nowS, toS: this.nowS + this.does.workS });
    return id;
  }

  private cancel(one: Request | undefined): object {
    if (one !== undefined && (this.stranded.has(one.id) ? this.does.cancelEndsStranded : this.does.cancelEnds)) one.toS = Math.min(one.toS, this.nowS);
    return { status: 'CANCELLATION_REQUESTED' };
  }

  private makeKey(): object {
    const id = `key-${this.keys.size + 1}`;
    this.keys.add(id);
    return { key_id: id, key: `${id}:${MADE_SECRET}` };
  }

  private revoke(key: string): object {
    this.keys.delete(key);
    for (const one of this.requests.values()) {
      if (one.key !== key || !this.isOpen(one)) continue;
      if (this.does.onRevoke === 'end') one.toS = this.nowS;
      if (this.does.onRevoke === 'strand') {
        one.toS = Infinity;
        this.stranded.add(one.id);
      }
    }
    return {};
  }
}
