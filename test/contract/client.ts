import type { Call, Reply, Target } from './target.js';

export type WireState = 'IN_QUEUE' | 'IN_PROGRESS' | 'COMPLETED';

const PROMPT = { prompt: 'a lighthouse' };
/** Backoffs of a minute may pass before a freed slot is noticed. */
const PATIENCE_S = 900;

/** A plain HTTP client of the queue and of direct calls: no retries, no polling of its own. */
export class Client {
  private readonly handedIn: string[] = [];

  /** @param key `id:secret`; undefined: the target's own */
  constructor(
    readonly target: Target,
    private readonly key?: string,
  ) {}

  /** The same with another key. */
  as(key: string): Client {
    return new Client(this.target, key);
  }

  /** @param query such as `?fal_max_queue_length=1` */
  async submit(endpoint = this.target.endpoint, call: Call = {}, query = ''): Promise<Reply> {
    const reply = await this.target.fetch('queue', endpoint + query, this.with({ method: 'POST', json: PROMPT, ...call }));
    if (reply.status === 200) this.handedIn.push(requestId(reply));
    return reply;
  }

  /** @returns its id. @throws Error where it was not taken */
  async submitted(endpoint?: string, call?: Call, query?: string): Promise<string> {
    const reply = await this.submit(endpoint, call, query);
    if (reply.status !== 200) throw new Error(`expected the queue to take a request, got ${reply.status} ${reply.text}`);
    return requestId(reply);
  }

  async submitMany(count: number, endpoint?: string): Promise<string[]> {
    const ids: string[] = [];
    for (let n = 0; n < count; n++) ids.push(await this.submitted(endpoint));
    return ids;
  }

  status(id: string, query = '', endpoint = this.target.endpoint): Promise<Reply> {
    return this.target.fetch('queue', `${appOf(endpoint)}/requests/${id}/status${query}`, this.with({}));
  }

  async state(id: string, endpoint?: string): Promise<WireState> {
    return (await this.status(id, '', endpoint)).body['status'] as WireState;
  }

  result(id: string, endpoint = this.target.endpoint): Promise<Reply> {
    return this.target.fetch('queue', `${appOf(endpoint)}/requests/${id}`, this.with({}));
  }

  /** As JavaScript sends it: a JSON content type, and no body. */
  cancel(id: string, endpoint = this.target.endpoint): Promise<Reply> {
    return this.target.fetch(
      'queue',
      `${appOf(endpoint)}/requests/${id}/cancel`,
      this.with({ method: 'PUT', headers: { 'content-type': 'application/json' } }),
    );
  }

  run(endpoint = this.target.endpoint, call: Call = {}): Promise<Reply> {
    return this.target.fetch('run', endpoint, this.with({ method: 'POST', json: PROMPT, ...call }));
  }

  api(path: string, call: Call = {}): Promise<Reply> {
    return this.target.fetch('api', path, this.with(call));
  }

  /** What the platform API tells of a request of the account: when it began, and on which runner. */
  async record(id: string): Promise<Readonly<Record<string, unknown>>> {
    const [found] = (await this.api(`models/requests/search?request_id=${id}`)).body['items'] as Readonly<Record<string, unknown>>[];
    if (found === undefined) throw new Error(`expected the account's requests to list ${id}`);
    return found;
  }

  async slots(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return (await this.api('account/slots')).body['slots'] as readonly Readonly<Record<string, unknown>>[];
  }

  async inState(state: WireState, ids: readonly string[], endpoint?: string): Promise<string[]> {
    const states = await Promise.all(ids.map((id) => this.state(id, endpoint)));
    return ids.filter((_, n) => states[n] === state);
  }

  /** Lets time pass until all of them are there. */
  async reach(state: WireState, ids: readonly string[], endpoint?: string, withinS = PATIENCE_S): Promise<void> {
    await this.target.until(
      `${ids.length} requests ${state}`,
      async () => {
        const states = await Promise.all(ids.map((id) => this.state(id, endpoint)));
        return states.every((one) => one === state);
      },
      withinS,
    );
  }

  /** Takes all slots of the account. @returns who holds them */
  async fill(): Promise<string[]> {
    const ids = await this.submitMany(this.target.limit);
    await this.reach('IN_PROGRESS', ids);
    return ids;
  }

  /** Cancels what it has handed in, and waits until all of it is over. */
  async clear(): Promise<void> {
    const ids = this.handedIn.splice(0);
    for (const id of ids) await this.cancel(id);
    for (const id of ids) await this.target.until(`the end of ${id}`, async () => (await this.status(id)).status !== 202, PATIENCE_S);
  }

  private with(call: Call): Call {
    return this.key === undefined ? call : { key: this.key, ...call };
  }
}

export function requestId(reply: Reply): string {
  return String(reply.body['request_id']);
}

/** Paths of status, result and cancel drop what comes after the alias. */
export function appOf(endpoint: string): string {
  const parts = endpoint.split('/');
  return parts.slice(0, parts[0] === 'workflows' || parts[0] === 'comfy' ? 3 : 2).join('/');
}
