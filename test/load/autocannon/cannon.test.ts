import autocannon from 'autocannon';
import { describe, expect, it } from 'vitest';
import type { CannonResult } from '../../../src/load/autocannon/autocannon-types.js';
import { Cannon, type CannonTerms } from '../../../src/load/autocannon/cannon.js';
import type { Flight, Gun } from '../../../src/load/autocannon/connection.js';
import type { HttpAnswer } from '../../../src/load/engine/answer.js';
import type { PlannedCall } from '../../../src/load/workload.js';
import { ScriptedServer } from './scripted-server.js';

interface Shot {
  readonly n: number;
  readonly answer: HttpAnswer | undefined;
  readonly reason: string | undefined;
  readonly timedOut: boolean;
  readonly tookMs: number;
}

/** Sends numbered requests and notes what became of each. */
class Marksman implements Gun {
  readonly shots: Shot[] = [];
  sent = 0;
  /** Called after each answer or loss. */
  whenOver: (shots: readonly Shot[]) => void = () => undefined;

  next(): Flight {
    const plan = { endpoint: String(++this.sent) } as PlannedCall;
    return { plan, plannedUs: 0, sentUs: 0, sentMs: performance.now() };
  }

  partsOf({ plan }: Flight): { path: string; headers: Record<string, string>; body: string } {
    return { path: `/${plan.endpoint}`, headers: { 'x-number': plan.endpoint }, body: '{}' };
  }

  answered(flight: Flight, answer: HttpAnswer): void {
    this.note(flight, { answer, reason: undefined, timedOut: false });
  }

  lost(flight: Flight, reason: string, timedOut: boolean): void {
    this.note(flight, { answer: undefined, reason, timedOut });
  }

  private note({ plan, sentMs }: Flight, what: Pick<Shot, 'answer' | 'reason' | 'timedOut'>): void {
    this.shots.push({ n: Number(plan.endpoint), tookMs: performance.now() - sentMs, ...what });
    this.whenOver(this.shots);
  }
}

/** @param until shots after which nothing more is sent */
async function fire(
  terms: Partial<CannonTerms> & { readonly origin: string },
  until = Number.POSITIVE_INFINITY,
): Promise<{ man: Marksman; own: CannonResult }> {
  const man = new Marksman();
  const cannon = new Cannon({ connections: 1, fires: 'again', timeoutS: 60, ...terms }, man);
  man.whenOver = (shots) => {
    if (shots.length >= until) cannon.cease();
  };
  cannon.fire();
  return { man, own: await cannon.done };
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

describe('a burst', () => {
  it.for([1, 7, 150])('of %i is exactly so many requests, each on a connection of its own', async (count, { onTestFinished }) => {
    const server = await ScriptedServer.start((_n, answer) => answer(), onTestFinished);
    const { man } = await fire({ origin: server.url, connections: count, fires: 'once' });
    expect(server.requests).toHaveLength(count);
    expect(new Set(server.requests.map(({ socket }) => socket.remotePort)).size).toBeLessThanOrEqual(count);
    expect(man.shots.map(({ n }) => n).sort((one, other) => one - other)).toEqual(Array.from({ length: count }, (_, n) => n + 1));
    expect(man.shots.every(({ answer }) => answer?.status === 200)).toBe(true);
  });

  it('carries what each call is to carry: its own path, headers and body', async ({ onTestFinished }) => {
    const server = await ScriptedServer.start((_n, answer) => answer(), onTestFinished);
    await fire({ origin: server.url, connections: 5, fires: 'once' });
    expect(server.requests.map(({ url }) => url).sort()).toEqual(['/1', '/2', '/3', '/4', '/5']);
    for (const { url, headers, method } of server.requests) {
      expect(method).toBe('POST');
      expect(`/${headers['x-number']}`).toBe(url);
    }
  });

  it('tells the headers of an answer by names in lower case', async ({ onTestFinished }) => {
    const server = await ScriptedServer.start((_n, answer) => answer(), onTestFinished);
    const { man } = await fire({ origin: server.url, fires: 'once' });
    expect(man.shots[0]?.answer?.headers['x-fal-request-id']).toBe('r-1');
  });
});

describe('what gets no answer', () => {
  it('is counted once when the server hangs: four timeouts, and autocannon has none of them among its latencies', async ({ onTestFinished }) => {
    const server = await ScriptedServer.start(() => undefined, onTestFinished);
    const { man, own } = await fire({ origin: server.url, connections: 4, fires: 'once', timeoutS: 1 });
    expect(man.shots).toHaveLength(4);
    for (const { timedOut, reason, answer } of man.shots)
      expect({ timedOut, reason, answer }).toEqual({ timedOut: true, reason: 'no answer within 1 s', answer: undefined });
    expect(own.timeouts).toBe(4);
    expect(own.latency.totalCount).toBe(0);
  });

  it('is counted when the server resets the connection, and autocannon matches no later answer with it', async ({ onTestFinished }) => {
    // The third request waits 150 ms and is reset; all others are answered at once.
    const server = await ScriptedServer.start((n, answer, socket) => {
      if (n === 3) setTimeout(() => socket.resetAndDestroy(), 150);
      else answer();
    }, onTestFinished);
    const { man, own } = await fire({ origin: server.url }, 20);
    const lost = man.shots.filter(({ reason }) => reason !== undefined);
    expect(lost.map(({ n }) => n)).toEqual([3]);
    expect(lost[0]?.reason).toMatch(/ECONNRESET/);
    expect(lost[0]?.tookMs).toBeGreaterThan(140);
    expect(man.shots.map(({ n }) => n)).toEqual(Array.from({ length: man.shots.length }, (_, n) => n + 1));
    // Unmended, every request after the reset would have the time of the one before it, and the next one these 150 ms.
    expect(own.latency.p50).toBeLessThan(100);
    expect(own.latency.totalCount).toBe(man.shots.length - 1);
  });

  it('is counted when the server closes the connection in silence, which autocannon tells nobody', async ({ onTestFinished }) => {
    const server = await ScriptedServer.start((n, answer, socket) => {
      if (n === 3) socket.end();
      else answer();
    }, onTestFinished);
    const { man, own } = await fire({ origin: server.url }, 10);
    expect(man.shots.filter(({ reason }) => reason !== undefined)).toMatchObject([
      { n: 3, reason: 'the server closed the connection without an answer', timedOut: false },
    ]);
    expect(own.errors).toBe(0);
  });

  it('does not spoil the answer after it: half an answer and then the end', async ({ onTestFinished }) => {
    const server = await ScriptedServer.start((n, answer, socket) => {
      if (n === 2) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{"half":');
      else answer(200, 0, `{"n":${n}}`);
    }, onTestFinished);
    const { man } = await fire({ origin: server.url }, 6);
    expect(man.shots[1]).toMatchObject({ n: 2, answer: undefined });
    expect(man.shots.slice(2, 5).map(({ n, answer }) => `${n} ${answer?.text}`)).toEqual(['3 {"n":3}', '4 {"n":4}', '5 {"n":5}']);
  });

  it('is told by the end of the run: what is on its way when it is stopped', async ({ onTestFinished }) => {
    const server = await ScriptedServer.start(() => undefined, onTestFinished);
    const man = new Marksman();
    const cannon = new Cannon({ origin: server.url, connections: 6, fires: 'again', timeoutS: 60 }, man);
    cannon.fire();
    await expect.poll(() => server.requests.length).toBe(6);
    expect(cannon.stop()).toHaveLength(6);
    await cannon.done;
    expect(man.shots).toEqual([]);
    expect(man.sent).toBe(6);
  });

  it('can be stopped before it has fired', async ({ onTestFinished }) => {
    const server = await ScriptedServer.start((_n, answer) => answer(), onTestFinished);
    const cannon = new Cannon({ origin: server.url, connections: 3, fires: 'once', timeoutS: 60 }, new Marksman());
    expect(cannon.stop()).toEqual([]);
    await cannon.done;
    expect(server.requests).toEqual([]);
  });
});

describe('a closed loop', () => {
  it('ends with the answers that it waits for: nothing that was sent is forgotten', async ({ onTestFinished }) => {
    const server = await ScriptedServer.start((_n, answer) => answer(200, 5), onTestFinished);
    const { man } = await fire({ origin: server.url, connections: 8 }, 100);
    expect(man.shots).toHaveLength(man.sent);
    expect(server.requests).toHaveLength(man.sent);
    expect(man.sent).toBeLessThanOrEqual(100 + 8);
  });

  it('sends the next request with every 429, and counts each', async ({ onTestFinished }) => {
    const server = await ScriptedServer.start((n, answer) => answer(n % 10 === 0 ? 200 : 429), onTestFinished);
    const { man } = await fire({ origin: server.url, connections: 4 }, 400);
    const refused = man.shots.filter(({ answer }) => answer?.status === 429).length;
    expect(refused).toBe(server.requests.length - Math.floor(server.requests.length / 10));
  });
});

describe('latencies', () => {
  it('of a slow server are slow here; autocannon at a rate of its own invents quick ones', { timeout: 30_000 }, async ({ onTestFinished }) => {
    const SLOW_MS = 100;
    const server = await ScriptedServer.start((_n, answer) => answer(200, SLOW_MS), onTestFinished);
    const { man, own } = await fire({ origin: server.url, connections: 5 }, 75);
    const ours = man.shots.map(({ tookMs }) => tookMs);
    expect(Math.min(...ours)).toBeGreaterThan(SLOW_MS - 2);
    expect(medianOf(ours)).toBeGreaterThan(SLOW_MS - 2);
    expect(own.latency.p50).toBeGreaterThanOrEqual(SLOW_MS - 1);

    const naive = await autocannon({ url: server.url, connections: 5, overallRate: 50, duration: 2 });
    // Its correction takes one request a second for one a millisecond, and so invents requests of 1, 2, … 99 ms.
    expect(naive.latency.p50).toBeLessThan(SLOW_MS - 20);
    expect(naive.latency.min).toBeLessThan(10);
  });
});
