import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Outcome } from '../../../src/core/history.js';
import { readLoadHint } from '../../../src/protocol/load-hint.js';
import { type Heard, json, ScriptedServer, SECRET, Shot, shoot } from './scene.js';

const BURST = (count: number) => ({ burst: count, at: '0s' });
const AS = { as: 'acme/old', endpoint: 'fal-ai/flux/dev' } as const;
const SUBMITTED = { status: 'IN_QUEUE', request_id: 'r-1', queue_position: 0 };

/** The pauses between hand-ins, in virtual seconds. */
function gapsS(heard: readonly Heard[], speed: number): number[] {
  return heard.slice(1).map((one, n) => ((one.atMs - heard[n]!.atMs) / 1e3) * speed);
}

describe('a direct call that is always told 429', () => {
  const tooMany = () =>
    ScriptedServer.start((_heard, response) => json(response, 429, { detail: 'Reached concurrent requests limit of 2', type: 'concurrent_requests_limit' }));

  it('is made four times by the JavaScript client, half a second doubling, a quarter more or less', async () => {
    const server = await tooMany();
    const { records, report } = await shoot({ workload: [{ ...AS, call: 'run', sdk: 'js', arrivals: BURST(1) }], target: server.target, speed: 10 });
    expect(records).toMatchObject([{ outcome: Outcome.gaveUp, attempts: 4, refusals: 4, mode: 'run', account: 'acme', key: 'old', queueLatencyUs: undefined }]);
    const [first, second, third] = gapsS(server.heard, 10) as [number, number, number];
    expect(first).toBeGreaterThanOrEqual(0.37);
    expect(second).toBeGreaterThanOrEqual(0.74);
    expect(third).toBeGreaterThanOrEqual(1.49);
    expect(report.tally).toMatchObject({ planned: 1, sent: 1, dropped: 0, httpRequests: 4 });
  });

  it('is made ten times by the Python client', async () => {
    const server = await tooMany();
    const { records } = await shoot({ workload: [{ ...AS, call: 'run', sdk: 'python', arrivals: BURST(1) }], target: server.target, speed: 200 });
    expect(records).toMatchObject([{ outcome: Outcome.gaveUp, attempts: 10, refusals: 10 }]);
    expect(server.heard).toHaveLength(10);
  });

  it('is made once by a plain caller', async () => {
    const server = await tooMany();
    const { records } = await shoot({ workload: [{ ...AS, call: 'run', sdk: 'none', arrivals: BURST(1) }], target: server.target });
    expect(records).toMatchObject([{ outcome: Outcome.gaveUp, attempts: 1, refusals: 1 }]);
    expect(server.heard).toHaveLength(1);
  });

  it('carries the same planned time in every attempt', async () => {
    const server = await tooMany();
    await shoot({ workload: [{ ...AS, call: 'run', sdk: 'js', arrivals: { burst: 1, at: '2s' } }], target: server.target, speed: 50 });
    const hints = server.heard.map(({ headers }) => readLoadHint(String(headers['x-slotstorm-call'])));
    expect(hints).toHaveLength(4);
    for (const hint of hints) expect(hint).toEqual({ mode: 'run', calledUs: 2_000_000, serviceUs: 1_000_000, end: 'ok', isRepeat: false });
  });
});

describe('what a direct call comes to', () => {
  const ask = async (sdk: 'js' | 'python' | 'none', status: number, body: unknown, headers: Record<string, string> = {}) => {
    const server = await ScriptedServer.start((_heard, response) => json(response, status, body, headers));
    const { records } = await shoot({ workload: [{ ...AS, call: 'run', sdk, arrivals: BURST(1) }], target: server.target, speed: 100 });
    return { record: records[0]!, server };
  };

  it('ok for an answer', async () => {
    const { record } = await ask('js', 200, { images: [] });
    expect(record).toMatchObject({ outcome: Outcome.ok, attempts: 1, trouble: undefined });
  });

  it('unauthorized for a 401, without a second try', async () => {
    const { record } = await ask('js', 401, { detail: 'invalid key credentials' });
    expect(record).toMatchObject({ outcome: Outcome.unauthorized, attempts: 1, trouble: 'HTTP 401: {"detail":"invalid key credentials"}' });
  });

  it('a start timeout for a 504 of the start deadline, which no client tries again', async () => {
    const { record } = await ask('js', 504, { detail: 'too late', error_type: 'startup_timeout' }, { 'x-fal-request-timeout-type': 'user' });
    expect(record).toMatchObject({ outcome: Outcome.startTimeout, attempts: 1 });
  });

  it('failed for an error of the model', async () => {
    const { record } = await ask('js', 500, { detail: 'CUDA out of memory' });
    expect(record).toMatchObject({ outcome: Outcome.failed, attempts: 1 });
  });

  it('failed for work that was lost four times, and says that work had begun', async () => {
    const { record, server } = await ask('js', 503, { detail: 'gone', error_type: 'runner_disconnected' });
    expect(record).toMatchObject({ outcome: Outcome.failed, attempts: 4 });
    expect(server.heard.map(({ headers }) => readLoadHint(String(headers['x-slotstorm-call']))?.isRepeat)).toEqual([false, true, true, true]);
  });

  it('Python does not try a 503 again', async () => {
    const { record } = await ask('python', 503, { detail: 'no runner', error_type: 'runner_scheduling_failure' });
    expect(record).toMatchObject({ outcome: Outcome.gaveUp, attempts: 1 });
  });

  it('says nothing of the key, even where the server does', async () => {
    const { record } = await ask('none', 400, { detail: `what is ${SECRET}?\u001b[31m` });
    expect(record.trouble).toContain('HTTP 400');
    expect(record.trouble).not.toContain('key-secret');
    expect(record.trouble).not.toContain('\u001b');
  });

  it('says nothing of the secret alone either, nor where marks that nobody sees cut it in two', async () => {
    for (const said of ['key-secret', 'key-\u202esecret', `${'-'.repeat(150)}key-secret`]) {
      const { record } = await ask('none', 400, { detail: said });
      expect(record.trouble).toContain('HTTP 400');
      expect(record.trouble).not.toMatch(/key-s/);
    }
  });

  it('has the id that the server gave to the work', async () => {
    const named = { 'x-fal-request-id': 'r-77' };
    expect((await ask('none', 200, {}, named)).record.requestId).toBe('r-77');
    expect((await ask('none', 500, { detail: 'CUDA out of memory' }, named)).record.requestId).toBe('r-77');
    const tooLate = { ...named, 'x-fal-request-timeout-type': 'user' };
    expect((await ask('none', 504, { error_type: 'startup_timeout' }, tooLate)).record.requestId).toBe('r-77');
    expect((await ask('none', 200, {}, { 'x-fal-request-id': '../../v1/keys' })).record.requestId).toBeUndefined();
  });

  it('has none where the server took no work, though every answer of fal’s carries one', async () => {
    for (const status of [401, 404, 429, 503]) {
      const { record } = await ask('none', status, { detail: 'no' }, { 'x-fal-request-id': 'r-77' });
      expect(record.requestId, String(status)).toBeUndefined();
    }
  });
});

describe('what a server says of work that failed', () => {
  const HOSTILE = `bad Key ${SECRET} and key-secret \u001b[31m\u202e${'y'.repeat(10_000)}`;

  it.each(['submit', 'subscribe'] as const)('stands in the record of a %s in one short line, without the key', async (call) => {
    const ended = { status: 'COMPLETED', error: HOSTILE, error_type: 'odd' };
    const server = await ScriptedServer.start(({ method, path }, response) => {
      if (method === 'POST') return json(response, 200, SUBMITTED);
      if (!path.endsWith('/stream')) return json(response, 200, path.endsWith('/status') ? ended : {});
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: ${JSON.stringify(ended)}\n\n`);
    });
    for (const follow of ['poll', 'stream'] as const) {
      const { records } = await shoot({ workload: [{ ...AS, call, sdk: 'js', arrivals: BURST(1) }], target: server.target, follow });
      expect(records).toMatchObject([{ outcome: Outcome.failed }]);
      const { trouble } = records[0]!;
      expect(trouble).toMatch(/^bad Key … and … y/);
      expect(trouble!.length).toBeLessThanOrEqual(160);
      expect(trouble).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
    }
  });
});

describe('an answer without an end', () => {
  /** Sends for as long as somebody reads. */
  const endless = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const send = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    };
    response.on('drain', send);
    send();
  };

  it('to a submit is left after its beginning, and names no request', async () => {
    const server = await ScriptedServer.start((_heard, response) => endless(response));
    const { records } = await shoot({ workload: [{ ...AS, call: 'submit', arrivals: BURST(1) }], target: server.target });
    expect(records).toMatchObject([{ outcome: Outcome.failed, requestId: undefined }]);
    expect(records[0]!.trouble).toMatch(/expected a request_id, got HTTP 200: xxx/);
  });

  it('to a direct call is left too', async () => {
    const server = await ScriptedServer.start((_heard, response) => endless(response));
    const { records } = await shoot({ workload: [{ ...AS, call: 'run', sdk: 'none', arrivals: BURST(1) }], target: server.target });
    expect(records).toMatchObject([{ outcome: Outcome.ok }]);
  });

  it('is not one that is merely long: pictures come whole, and their connection is used again', async () => {
    let wasCutOff = false;
    const server = await ScriptedServer.start((_heard, response) => {
      response.on('close', () => {
        wasCutOff ||= !response.writableFinished;
      });
      json(response, 200, { images: ['x'.repeat(4_000_000)] });
    });
    const arrivals = { closedLoop: { users: 1, thinkTime: '1s' }, from: '0s', to: '1.5s' } as never;
    const { records } = await shoot({ workload: [{ ...AS, call: 'run', sdk: 'none', arrivals }], target: server.target, speed: 5 });
    expect(records.length).toBeGreaterThanOrEqual(1);
    expect(records.every(({ outcome }) => outcome === Outcome.ok)).toBe(true);
    expect(wasCutOff).toBe(false);
  });
});

describe('a server that takes no connection', () => {
  it('is not the client’s fault: calls are counted apart', async () => {
    const server = await ScriptedServer.start((_heard, response) => json(response, 200, SUBMITTED));
    await server.close();
    const { report } = await shoot({ workload: [{ ...AS, call: 'submit', arrivals: BURST(3) }], target: server.target });
    expect(report.tally).toMatchObject({ planned: 3, sent: 0, unconnected: 3 });
  });

  it('while the run lasts is not the client’s fault either', async () => {
    let reached: () => void;
    const hasCome = new Promise<void>((done) => {
      reached = done;
    });
    // Takes the socket, and never shakes hands.
    const silent = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      reached();
    });
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    const server = await ScriptedServer.start(() => undefined);
    const queueUrl = `https://127.0.0.1:${(silent.address() as AddressInfo).port}/queue`;
    const shot = await Shot.prepare({ workload: [{ ...AS, call: 'submit', arrivals: { burst: 2, at: '1s' } }], target: { ...server.target, queueUrl } });
    shot.start();
    await hasCome;
    shot.shooter.stop();
    const { report, records } = await shot.end();
    silent.close();
    expect(report.tally).toMatchObject({ planned: 2, sent: 0, unconnected: 2 });
    expect(records.map(({ outcome }) => outcome)).toEqual([0, 0]);
  });

  it('at first, and does then: the call was sent, and its lateness is the server’s', async () => {
    const server = await ScriptedServer.start((_heard, response) => json(response, 200, {}));
    const port = Number(new URL(server.url).port);
    await server.close();
    const shot = await Shot.prepare({ workload: [{ ...AS, call: 'run', sdk: 'python', arrivals: BURST(1) }], target: server.target, speed: 1 });
    shot.start();
    const later = createServer((request, response) => {
      request.resume();
      json(response, 200, {});
    });
    await new Promise<void>((done) => setImmediate(() => setImmediate(() => later.listen(port, '127.0.0.1', done))));
    const { report, records } = await shot.end();
    await new Promise((done) => {
      later.close(done);
      later.closeAllConnections();
    });
    expect(records).toMatchObject([{ outcome: Outcome.ok }]);
    expect(report.tally).toMatchObject({ sent: 1, unconnected: 0 });
    if (records[0]!.attempts > 1) expect(report.tally.sendErrorUs).toBe('');
  });
});

describe('a call through the queue', () => {
  /** Begins to work at the given poll and has ended at the next one. */
  const queue = (beginsAtPoll: number, ending: Record<string, unknown> = {}) => {
    let polls = 0;
    return ScriptedServer.start(({ method, path }, response) => {
      if (method === 'POST') return json(response, 200, SUBMITTED);
      if (!path.endsWith('/status')) return json(response, ending['error_type'] === undefined ? 200 : 504, { done: true });
      polls++;
      if (polls < beginsAtPoll) return json(response, 202, { status: 'IN_QUEUE', queue_position: 1 });
      if (polls === beginsAtPoll) return json(response, 202, { status: 'IN_PROGRESS', logs: null });
      return json(response, 200, { status: 'COMPLETED', logs: null, metrics: { inference_time: 0.1 }, ...ending });
    });
  };

  it('is polled twice a second by the JavaScript client, then its result is fetched', async () => {
    const server = await queue(3);
    const { records } = await shoot({ workload: [{ ...AS, call: 'subscribe', sdk: 'js', arrivals: BURST(1) }], target: server.target, speed: 5 });
    expect(server.heard.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /queue/fal-ai/flux/dev',
      ...Array(4).fill('GET /queue/fal-ai/flux/requests/r-1/status'),
      'GET /queue/fal-ai/flux/requests/r-1',
    ]);
    const [record] = records as [(typeof records)[number]];
    expect(record).toMatchObject({ outcome: Outcome.ok, attempts: 1, polls: 4, requestId: 'r-1' });
    // The first poll comes at once, the second half a second after the call began, and so on.
    expect(record.queueLatencyUs).toBeGreaterThanOrEqual(1_000_000);
    expect(record.elapsedUs).toBeGreaterThanOrEqual(1_500_000);
    expect(record.elapsedUs).toBeGreaterThan(record.queueLatencyUs!);
  });

  it('ends with a start timeout where its status says so', async () => {
    const server = await queue(0, { error: 'too late', error_type: 'startup_timeout', metrics: { inference_time: 0 } });
    const { records } = await shoot({ workload: [{ ...AS, call: 'subscribe', sdk: 'js', arrivals: BURST(1), startTimeout: '30s' }], target: server.target });
    expect(records).toMatchObject([{ outcome: Outcome.startTimeout, queueLatencyUs: undefined }]);
    expect(server.heard[0]!.headers['x-fal-request-timeout']).toBe('30');
  });

  it('sends the client timeout of Python along as a start timeout, in virtual seconds', async () => {
    const server = await queue(0);
    await shoot({ workload: [{ ...AS, call: 'subscribe', sdk: 'python', arrivals: BURST(1), clientTimeout: '20s' }], target: server.target, speed: 50 });
    expect(server.heard[0]!.headers['x-fal-request-timeout']).toBe('20');
  });

  it('stops at a 401, without a cancel', async () => {
    const server = await ScriptedServer.start(({ method }, response) =>
      method === 'POST' ? json(response, 200, SUBMITTED) : json(response, 401, { detail: 'invalid key credentials' }),
    );
    const { records } = await shoot({ workload: [{ ...AS, call: 'subscribe', sdk: 'python', arrivals: BURST(1) }], target: server.target });
    expect(records).toMatchObject([{ outcome: Outcome.unauthorized, polls: 1 }]);
    expect(server.count('PUT', /cancel/)).toBe(0);
  });

  it('that was refused has failed, and is not handed in again', async () => {
    const server = await ScriptedServer.start((_heard, response) => json(response, 429, { detail: 'queue is full' }));
    const { records } = await shoot({ workload: [{ ...AS, call: 'submit', arrivals: BURST(1) }], target: server.target });
    expect(records).toMatchObject([{ outcome: Outcome.failed, attempts: 1, refusals: 1, polls: 0 }]);
  });

  it('whose answer names no request has failed', async () => {
    const server = await ScriptedServer.start((_heard, response) => json(response, 200, { request_id: '../../v1/keys' }));
    const { records } = await shoot({ workload: [{ ...AS, call: 'submit', arrivals: BURST(1) }], target: server.target });
    expect(records).toMatchObject([{ outcome: Outcome.failed, requestId: undefined }]);
    expect(server.heard).toHaveLength(1);
  });
});

describe('a client that has waited enough', () => {
  /** Everything waits, and a cancel changes nothing. */
  const stuck = () =>
    ScriptedServer.start(({ method }, response) => {
      if (method === 'POST') json(response, 200, SUBMITTED);
      else json(response, 202, method === 'PUT' ? { status: 'CANCELLATION_REQUESTED' } : { status: 'IN_QUEUE', queue_position: 4 });
    });

  it('cancels once and is gone, as JavaScript and async Python do', async () => {
    for (const sdk of ['js', 'python-async'] as const) {
      const server = await stuck();
      const workload = [{ ...AS, call: 'subscribe' as const, sdk, arrivals: BURST(1), clientTimeout: '3s' }];
      const { records, notes } = await shoot({ workload, target: server.target, speed: 10 });
      expect(records, sdk).toMatchObject([{ outcome: Outcome.gaveUp, attempts: 1 }]);
      expect(server.count('PUT', /\/requests\/r-1\/cancel$/), sdk).toBe(1);
      expect(notes.zombiesBy.size, sdk).toBe(0);
      expect(server.heard.at(-1)!.method, sdk).toBe('PUT');
    }
  });

  it('leaves a poller behind in Python, which asks ten times a second until the request ends', async () => {
    let left = 0;
    const server = await ScriptedServer.start(({ method }, response) => {
      if (method === 'POST') return json(response, 200, SUBMITTED);
      if (method === 'PUT') {
        left = 12;
        return json(response, 202, { status: 'CANCELLATION_REQUESTED' });
      }
      if (left > 0 && --left === 0) return json(response, 200, { status: 'COMPLETED', logs: null, error: 'cancelled', error_type: 'client_cancelled' });
      return json(response, 202, { status: 'IN_PROGRESS', logs: null });
    });
    const workload = [{ ...AS, call: 'subscribe' as const, sdk: 'python' as const, arrivals: BURST(1), clientTimeout: '2s' }];
    const { records, notes } = await shoot({ workload, target: server.target, speed: 10 });
    expect(records).toMatchObject([{ outcome: Outcome.gaveUp }]);
    // One may have been under way when the cancel was.
    expect(notes.zombiesBy.get('subscribe')).toBeGreaterThanOrEqual(11);
    expect(notes.zombiesBy.get('subscribe')).toBeLessThanOrEqual(13);
  });

  it('is told of as it stands when the run ends first', async () => {
    const server = await stuck();
    const shot = await Shot.prepare({ workload: [{ ...AS, call: 'subscribe', sdk: 'js', arrivals: BURST(3) }], target: server.target });
    shot.start();
    while (server.count('GET', /status$/) < 6) await new Promise((done) => setImmediate(done));
    shot.shooter.stop();
    shot.shooter.stop();
    const { records, report } = await shot.end();
    expect(records).toHaveLength(3);
    for (const record of records) expect(record).toMatchObject({ outcome: 0, elapsedUs: undefined, requestId: 'r-1' });
    expect(report.tally).toMatchObject({ planned: 3, sent: 3 });
  });

  it('cancels a submit that still waits when its patience ends', async () => {
    for (const follow of ['poll', 'none'] as const) {
      let cancelled = false;
      const server = await ScriptedServer.start(({ method }, response) => {
        if (method === 'PUT') cancelled = true;
        if (method === 'POST') json(response, 200, SUBMITTED);
        else if (method === 'GET' && cancelled) json(response, 200, { status: 'COMPLETED', logs: null, error: 'x', error_type: 'client_cancelled' });
        else json(response, 202, { status: method === 'PUT' ? 'CANCELLATION_REQUESTED' : 'IN_QUEUE', queue_position: 4 });
      });
      const { records } = await shoot({ workload: [{ ...AS, call: 'submit', arrivals: BURST(1), patience: '2s' }], target: server.target, follow });
      expect(records, follow).toMatchObject([{ outcome: Outcome.cancelled, attempts: 1 }]);
      expect(server.count('PUT', /cancel$/), follow).toBe(1);
    }
  });

  it('does not cancel work that has begun', async () => {
    const server = await ScriptedServer.start(({ method, atMs }, response) => {
      if (method === 'POST') json(response, 200, SUBMITTED);
      else if (atMs < 500) json(response, 202, { status: 'IN_PROGRESS', logs: null });
      else json(response, 200, { status: 'COMPLETED', logs: null });
    });
    const { records } = await shoot({ workload: [{ ...AS, call: 'submit', arrivals: BURST(1), patience: '2s' }], target: server.target, follow: 'poll' });
    expect(records).toMatchObject([{ outcome: Outcome.ok }]);
    expect(server.count('PUT', /cancel$/)).toBe(0);
  });
});

describe('a submit that is followed', () => {
  const EVENTS = [
    { status: 'IN_QUEUE', queue_position: 1 },
    { status: 'IN_PROGRESS', logs: null },
    { status: 'COMPLETED', logs: null, metrics: { inference_time: 0.2 } },
  ];

  it('by its status stream: one connection, opened again where it breaks', async () => {
    let streams = 0;
    const server = await ScriptedServer.start(({ method, path }, response) => {
      if (method === 'POST') return json(response, 200, SUBMITTED);
      if (!path.endsWith('/status/stream')) return json(response, 404, {});
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const events = streams++ === 0 ? EVENTS.slice(0, 1) : EVENTS;
      // In pieces that cut an event in two.
      const text = `: ping\n\n${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}`;
      response.write(text.slice(0, 30));
      response.end(text.slice(30));
    });
    const { records } = await shoot({ workload: [{ ...AS, call: 'submit', arrivals: BURST(1) }], target: server.target, follow: 'stream' });
    expect(records).toMatchObject([{ outcome: Outcome.ok, polls: 4, attempts: 1, requestId: 'r-1' }]);
    expect(records[0]!.elapsedUs).toBeGreaterThanOrEqual(records[0]!.queueLatencyUs!);
    expect(server.count('GET', /stream$/)).toBe(2);
  });

  it('by nobody: it is over once it is handed in', async () => {
    const server = await ScriptedServer.start((_heard, response) => json(response, 200, SUBMITTED));
    const { records } = await shoot({ workload: [{ ...AS, call: 'submit', arrivals: BURST(5) }], target: server.target, follow: 'none' });
    expect(records).toHaveLength(5);
    for (const record of records) expect(record).toMatchObject({ outcome: 0, requestId: 'r-1', polls: 0, attempts: 1 });
    expect(server.heard).toHaveLength(5);
  });

  it('by so many streams as a server has places for; the notes say how many calls were left alone', async () => {
    const server = await ScriptedServer.start(({ method }, response) => {
      if (method === 'POST') return json(response, 200, SUBMITTED);
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(`data: ${JSON.stringify(EVENTS[0])}\n\n`);
    });
    const shot = await Shot.prepare({ workload: [{ ...AS, call: 'submit', arrivals: BURST(3) }], target: server.target, follow: 'stream', processes: 500 });
    shot.start();
    shot.shooter.stop();
    await shot.end();
    const whole = await Shot.prepare({ workload: [{ ...AS, call: 'submit', arrivals: BURST(1_004) }], target: server.target, follow: 'stream' });
    whole.start();
    while (server.count('GET', /stream$/) < 1_000 || whole.notes.records.length < 4) await new Promise((done) => setImmediate(done));
    whole.shooter.stop();
    const { report, records } = await whole.end();
    expect(report.notes).toEqual(['4 submits were not followed to their end: 1000 status streams were open already']);
    expect(records.filter(({ outcome }) => outcome === 0)).toHaveLength(1_004);
  });
});

describe('users', () => {
  const done = () =>
    ScriptedServer.start(({ method }, response) => {
      if (method === 'POST') json(response, 200, SUBMITTED);
      else json(response, 200, { status: 'COMPLETED', logs: null });
    });

  it('of a closed loop call, wait for the end, think, and call again', async () => {
    const server = await done();
    const arrivals = { closedLoop: { users: 2, thinkTime: '1s' }, from: '0s', to: '4.5s' } as never;
    const { records, report } = await shoot({ workload: [{ ...AS, call: 'subscribe', sdk: 'js', arrivals }], target: server.target, speed: 10 });
    // Each user has called at 0 s and, as slow as this machine may be, thought for a second after each end.
    expect(records.length).toBeGreaterThanOrEqual(4);
    expect(records.length).toBeLessThanOrEqual(10);
    expect(report.tally.planned).toBe(records.length);
    const ends = records.map(({ plannedUs, elapsedUs }) => plannedUs + elapsedUs!).sort((a, b) => a - b);
    const later = records
      .map(({ plannedUs }) => plannedUs)
      .filter((us) => us > 0)
      .sort((a, b) => a - b);
    for (const [n, us] of later.entries()) expect(us - ends[n]!).toBeGreaterThanOrEqual(1_000_000 - 1);
  });

  it('of a closed loop of submits wait for the end even where nobody follows for the report', async () => {
    const server = await done();
    const arrivals = { closedLoop: { users: 1, thinkTime: '1s' }, from: '0s', to: '2.5s' } as never;
    const { records } = await shoot({ workload: [{ ...AS, call: 'submit', arrivals }], target: server.target, speed: 10, follow: 'none' });
    expect(records.map(({ outcome }) => outcome)).toEqual([Outcome.ok, Outcome.ok, Outcome.ok]);
  });

  it('beyond maxVUs are dropped and counted', async () => {
    const server = await ScriptedServer.start(() => {});
    const shot = await Shot.prepare({ workload: [{ ...AS, call: 'run', sdk: 'none', arrivals: BURST(7), maxVUs: 3 }], target: server.target });
    shot.start();
    while (server.heard.length < 3) await new Promise((soon) => setImmediate(soon));
    shot.shooter.stop();
    const { notes, report } = await shot.end();
    expect(notes.droppedBy.get('run')).toBe(4);
    expect(report.tally).toMatchObject({ planned: 7, sent: 3, dropped: 4 });
    expect(notes.records).toHaveLength(3);
  });
});
