import { describe, expect, it } from 'vitest';
import { Outcome } from '../../src/core/history.js';
import type { CallRecord } from '../../src/measure/client-calls.js';
import { judgeFromOutside } from '../../src/measure/client-judge.js';
import { type ClientRecording, ClientView, type ClientViewOptions } from '../../src/measure/client-view.js';
import { planExpectations, type RawExpectations } from '../../src/measure/expectations.js';
import { metricValues } from '../../src/measure/judge.js';
import { parseSelector, type Selector } from '../../src/measure/thresholds.js';

const S = 1_000_000;
const END_US = 100 * S;

describe('the view of the clients', () => {
  it('has the metrics of the calls that clients tell', () => {
    const recording = seen([
      call({ queueLatencyUs: 2 * S, elapsedUs: 5 * S, attempts: 3, refusals: 2 }),
      call({ plannedUs: S, queueLatencyUs: 4 * S, elapsedUs: 9 * S }),
      call({ outcome: Outcome.startTimeout, queueLatencyUs: undefined, elapsedUs: 30 * S }),
      call({ outcome: Outcome.gaveUp, queueLatencyUs: undefined, elapsedUs: 3 * S, attempts: 4, refusals: 4, requestId: undefined }),
    ]);
    const metrics = metricValues(recording, []);
    expect(metrics['queue_latency']).toMatchObject({ n: 2, min: 2000, max: 4000 });
    expect(metrics['time_to_result']).toMatchObject({ n: 2, max: 9000 });
    expect(metrics['attempts_per_call']).toMatchObject({ n: 4, max: 4 });
    expect(metrics['client_retries']).toMatchObject({ count: 5 });
    expect(metrics['http_429']).toMatchObject({ count: 6 });
    expect(metrics['gave_up']).toMatchObject({ count: 1 });
    expect(metrics['start_timeouts']).toMatchObject({ count: 1 });
    expect(metrics['requests']).toMatchObject({ count: 4 });
    expect(metrics['requests{outcome:ok}']).toMatchObject({ count: 2 });
  });

  it('keeps metrics for the tags that somebody asked for', () => {
    const selector = parseSelector('queue_latency{key:new}') as Selector;
    const recording = seen([call({ key: 'new', queueLatencyUs: 3 * S }), call({ key: 'old', queueLatencyUs: S })], { selectors: [selector] });
    expect(metricValues(recording, [selector])['queue_latency{key:new}']).toMatchObject({ n: 1, max: 3000 });
  });

  it('counts calls that were open at the end where they stood', () => {
    const recording = seen([open({ queueLatencyUs: undefined }), open({ queueLatencyUs: S }), call({})]);
    const metrics = metricValues(recording, []);
    expect(metrics['requests{outcome:waiting}']).toMatchObject({ count: 1 });
    expect(metrics['requests{outcome:in_progress}']).toMatchObject({ count: 1 });
    expect(recording.seen.open).toBe(2);
  });

  it('has no samples of what clients cannot see, so that no threshold on it passes', () => {
    const judged = verdict([call({})], {
      thresholds: {
        leaked_slots: ['value == 0'],
        slots_in_use: ['max <= 10'],
        server_requeues: ['count == 0'],
        lost_requests: ['count == 0'],
        'requests{outcome:lost}': ['count == 0'],
      },
    });
    expect(judged.thresholds.map(({ verdict: one }) => one)).toEqual(Array(5).fill('undecided'));
    expect(judged.exitCode).toBe(96);
  });

  it('has no samples of the ends of calls that nobody followed', () => {
    const judged = verdict(
      [open({ queueLatencyUs: undefined, acceptedUs: 100 })],
      { thresholds: { 'requests{outcome:failed}': ['count == 0'], queue_latency: ['max < 1s'], time_to_result: ['max < 1s'], requests: ['count == 1'] } },
      { followsSubmits: false },
    );
    expect(judged.thresholds.map(({ verdict: one }) => one)).toEqual(['undecided', 'undecided', 'undecided', 'pass']);
  });

  it('does not take the direct calls whose beginning was seen for all direct calls', () => {
    const judged = verdict([call({ mode: 'run', queueLatencyUs: undefined }), call({ mode: 'run', queueLatencyUs: S })], {
      thresholds: { queue_latency: ['max < 5s'] },
    });
    expect(judged.verdict).toBe('undecided');
  });

  it('leaves laws undecided that the scenario asks for, and lets the others decide nothing', () => {
    const judged = verdict([call({})], { invariants: { 'S-CAP': 'held', 'L-REL': 'violated', 'L-TERM': 'off' } });
    const of = (id: string) => judged.invariants.find((one) => one.id === id);
    expect(of('S-CAP')).toMatchObject({ verdict: 'undecided', reason: expect.stringContaining('not observed') });
    expect(of('L-REL')?.verdict).toBe('undecided');
    expect(of('L-TERM')?.verdict).toBe('pass');
    expect(of('S-DUP')).toMatchObject({ verdict: 'pass', state: 'idle' });
    expect(judged.exitCode).toBe(96);
  });

  it('judges exercise counters that clients see, and leaves the platform’s own undecided', () => {
    const judged = verdict([call({ mode: 'run', attempts: 2, refusals: 1 })], {
      exercised: { refused_429: '>= 1', client_retries: '>= 2', revoked_in_progress: '>= 6' },
    });
    expect(judged.exercised.map(({ verdict: one }) => one)).toEqual(['pass', 'fail', 'undecided']);
  });

  it('counts dropped arrivals and zombie polls', () => {
    const view = viewOf();
    const traffic = { account: 'acme', key: 'new', endpoint: 'a/b', mode: 'submit' } as const;
    view.dropped(traffic, 3);
    view.zombiePolls(traffic, 7);
    const metrics = metricValues(view.finish(), []);
    expect(metrics['dropped_iterations']).toMatchObject({ count: 3 });
    expect(metrics['zombie_polls']).toMatchObject({ count: 7 });
  });

  it('leaves out calls that were over before the warm-up ended', () => {
    const recording = seen([call({ elapsedUs: 5 * S }), call({ plannedUs: 4 * S, queueLatencyUs: S, elapsedUs: 20 * S }), call({ plannedUs: 30 * S })], {
      warmupUs: 10 * S,
    });
    const metrics = metricValues(recording, []);
    expect(metrics['requests']).toMatchObject({ count: 2 });
    expect(metrics['queue_latency']).toMatchObject({ n: 1 });
  });

  it('keeps the twenty slowest calls, open ones among them', () => {
    const calls = Array.from({ length: 1000 }, (_, n) => call({ elapsedUs: ((n * 7919) % 1000) * 1000 }));
    const { slowest } = seen([...calls, open({ plannedUs: S })]);
    expect(slowest.map(({ elapsedUs }) => elapsedUs)).toEqual([undefined, ...Array.from({ length: 19 }, (_, n) => (999 - n) * 1000)]);
  });

  it('keeps the first and the last twenty calls that went wrong, and says how many are hidden', () => {
    const wrong = Array.from({ length: 100 }, (_, n) => call({ plannedUs: n, outcome: Outcome.failed, trouble: `500 of ${n}` }));
    const { troubled, troubledHidden } = seen([call({}), ...wrong, call({})]);
    expect(troubled.map(({ plannedUs }) => plannedUs)).toEqual([...Array.from({ length: 20 }, (_, n) => n), ...Array.from({ length: 20 }, (_, n) => 80 + n)]);
    expect(troubledHidden).toBe(60);
  });
});

describe('looks at slots from outside', () => {
  it('become levels over time, of each account and of all', () => {
    const selector = parseSelector('leaked_slots{account:acme}') as Selector;
    const view = viewOf({ selectors: [selector] });
    view.slots({ account: 'acme', atUs: 0, inUse: 4, stuck: 0 });
    view.slots({ account: 'other', atUs: 0, inUse: 1, stuck: 1 });
    view.slots({ account: 'acme', atUs: 50 * S, inUse: 6, stuck: 6 });
    const metrics = metricValues(view.finish(), [selector]);
    expect(metrics['slots_in_use']).toMatchObject({ value: 7, min: 5, max: 7, avg: 6 });
    expect(metrics['leaked_slots']).toMatchObject({ value: 7 });
    expect(metrics['leaked_slots{account:acme}']).toMatchObject({ value: 6, avg: 3 });
  });

  it('take a peak that came and went between two of them into account', () => {
    const view = viewOf();
    view.slots({ account: 'acme', atUs: 0, inUse: 1, stuck: 0, peak: 12 });
    view.slots({ account: 'acme', atUs: 10 * S, inUse: 2, stuck: 0, peak: 12 });
    expect(metricValues(view.finish(), [])['slots_in_use']).toMatchObject({ max: 2 });
    const another = viewOf();
    another.slots({ account: 'acme', atUs: 0, inUse: 1, stuck: 0, peak: 12 });
    another.slots({ account: 'acme', atUs: 10 * S, inUse: 2, stuck: 0, peak: 15 });
    expect(metricValues(another.finish(), [])['slots_in_use']).toMatchObject({ max: 15, value: 2 });
  });
});

function viewOf(options: Partial<ClientViewOptions> = {}): ClientView {
  return new ClientView({ selectors: [], endUs: END_US, followsSubmits: true, ...options });
}

function seen(records: readonly CallRecord[], options: Partial<ClientViewOptions> = {}): ClientRecording {
  const view = viewOf(options);
  view.calls(records);
  return view.finish();
}

function verdict(records: readonly CallRecord[], raw: Partial<RawExpectations>, options: Partial<ClientViewOptions> = {}) {
  const { plan, complaints } = planExpectations({ exercised: {}, thresholds: {}, invariants: {}, ...raw });
  expect(complaints).toEqual([]);
  return judgeFromOutside(seen(records, { selectors: plan.thresholds.map(({ selector }) => selector), ...options }), plan);
}

function call(parts: Partial<CallRecord>): CallRecord {
  return {
    account: 'acme',
    key: 'new',
    endpoint: 'a/b',
    mode: 'submit',
    plannedUs: 0,
    sentUs: 0,
    acceptedUs: 1000,
    attempts: 1,
    refusals: 0,
    polls: 1,
    queueLatencyUs: S,
    elapsedUs: 2 * S,
    outcome: Outcome.ok,
    requestId: 'r',
    trouble: undefined,
    ...parts,
  };
}

function open(parts: Partial<CallRecord>): CallRecord {
  return call({ outcome: 0, elapsedUs: undefined, ...parts });
}
