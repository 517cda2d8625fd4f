import { describe, expect, it } from 'vitest';
import { Outcome } from '../../src/core/history.js';
import type { CallRecord } from '../../src/measure/client-calls.js';
import { type ClientRecording, ClientView } from '../../src/measure/client-view.js';
import type { Leak } from '../../src/measure/leak-ledger.js';
import { MetricSet } from '../../src/measure/metric-set.js';
import { OUTCOME_TAGS, type OutcomeTag } from '../../src/measure/metrics.js';
import type { Recording } from '../../src/measure/recorder.js';
import { compareViews, type ViewTerms } from '../../src/measure/views.js';

const S = 1_000_000;
const MS = 1_000;
const STREAM: ViewTerms = { speed: 1, followUs: 0 };

describe('two views of the same run', () => {
  it('have no difference where both tell the same', () => {
    expect(compareViews(clients(Array(6).fill(call({}))), server({ ok: 6 }), STREAM)).toEqual([]);
  });

  it('differ where a revoked key leaves slots behind: the users are told that, once', () => {
    const locked = call({ outcome: Outcome.unauthorized, key: 'old', trouble: '401' });
    const findings = compareViews(clients([...Array(6).fill(locked), call({})]), server({ ok: 1, in_progress: 6 }, { leaks: Array(6).fill(leak) }), STREAM);
    expect(findings.map(({ what }) => what)).toEqual(['leaked_slots', 'requests{outcome:unauthorized}']);
    expect(findings[0]).toMatchObject({ client: '6 requests refused a status with 401', server: '6 slots held by no live work' });
    expect(findings[0]?.explanation).toContain(
      '6 requests were refused a status with 401 after their key (acme/old) was revoked; the server still holds 6 slots',
    );
    expect(findings[0]?.explanation).toContain('its completion was dropped');
    expect(findings[1]?.explanation).toContain('6 in_progress');
  });

  it('differ where a revoked key’s work ended well, unseen', () => {
    const locked = call({ outcome: Outcome.unauthorized, key: 'old' });
    const findings = compareViews(clients([locked, locked]), server({ ok: 2 }), STREAM);
    expect(findings.map(({ what, server: known }) => [what, known])).toEqual([['requests{outcome:unauthorized}', '2 ok']]);
  });

  it('say that the server holds slots of requests that all ended', () => {
    const findings = compareViews(clients([call({})]), server({ ok: 1 }, { leaks: [leak] }), STREAM);
    expect(findings).toMatchObject([{ what: 'leaked_slots', server: '1 slot held by no live work' }]);
  });

  it('say what clients saw end and the server still holds', () => {
    const findings = compareViews(clients([call({}), call({ outcome: Outcome.gaveUp })]), server({ ok: 1, in_progress: 1 }), STREAM);
    expect(findings.find(({ what }) => what === 'requests{outcome:in_progress}')?.explanation).toContain(
      'Clients saw 1 request end that the server still holds',
    );
  });

  it('say what the server has ended and clients still wait for', () => {
    const findings = compareViews(clients([call({}), call({ outcome: 0, elapsedUs: undefined })]), server({ ok: 2 }), STREAM);
    expect(findings).toMatchObject([{ what: 'requests that have not ended', client: '1 request still waited for', server: '0 requests' }]);
  });

  it('do not differ because nobody followed a submit', () => {
    const unfollowed = call({ outcome: 0, elapsedUs: undefined, queueLatencyUs: undefined });
    expect(compareViews(clients([unfollowed, unfollowed], false), server({ ok: 1, in_progress: 1 }, { leaks: [leak] }), STREAM)).toEqual([]);
  });

  it('tell refusals that one side did not hear of', () => {
    const refused = call({ mode: 'run', attempts: 3, refusals: 2 });
    expect(compareViews(clients([refused]), server({ ok: 1 }, { http429: 2 }), STREAM)).toEqual([]);
    expect(compareViews(clients([refused]), server({ ok: 1 }, { http429: 1 }), STREAM)).toMatchObject([
      { what: 'http_429', client: '2 answers', server: '1 refusals' },
    ]);
  });

  it('tell requests that the server accepted without the client hearing of it', () => {
    const cut = call({ outcome: Outcome.failed, requestId: undefined, queueLatencyUs: undefined });
    const findings = compareViews(clients([cut]), server({ failed: 1 }, { accepted: 1 }), STREAM);
    expect(findings).toMatchObject([{ what: 'requests accepted', client: '0 requests', server: '1 request' }]);
  });

  it('do not take the lost attempts of a direct call for unknown requests', () => {
    const repeated = call({ mode: 'run', attempts: 2, refusals: 0 });
    expect(compareViews(clients([repeated]), server({ ok: 1 }, { accepted: 2 }), STREAM)).toEqual([]);
  });
});

describe('latencies of both views', () => {
  const late = (byMs: number) => clients(Array(20).fill(call({ queueLatencyUs: S + byMs * MS })));
  const known = server({ ok: 20 }, { latenciesUs: Array(20).fill(S) });

  it('may differ by the interval between two polls and the way', () => {
    expect(compareViews(late(505), known, { speed: 1, followUs: 500 * MS })).toEqual([]);
    expect(compareViews(late(505), known, STREAM)).toMatchObject([{ what: 'queue_latency p50', client: '1.5s', server: '1s' }]);
  });

  it('may differ by more virtual time where it passes faster', () => {
    expect(compareViews(late(90), known, { speed: 10, followUs: 0 })).toEqual([]);
    expect(compareViews(late(90), known, STREAM)).toHaveLength(1);
  });

  it('are never earlier at the client', () => {
    const [finding] = compareViews(late(-200), known, { speed: 1, followUs: 500 * MS });
    expect(finding?.explanation).toContain('before it was');
  });
});

const leak: Leak = {
  request: 'req-1',
  account: 'acme',
  key: 'old',
  endpoint: 'a/b',
  cause: 'its completion was dropped',
  takenUs: 0,
  ghostFromUs: S,
  toUs: undefined,
  slotSeconds: 10,
  recovered: 'never',
};

interface ServerParts {
  readonly leaks?: readonly Leak[];
  readonly http429?: number;
  readonly accepted?: number;
  readonly latenciesUs?: readonly number[];
}

function server(outcomes: Partial<Record<OutcomeTag, number>>, parts: ServerParts = {}): Recording {
  const clock = { nowUs: 0 };
  const total = new MetricSet(clock);
  const calls = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  for (const [tag, count] of Object.entries(outcomes)) total.outcomes[OUTCOME_TAGS.indexOf(tag as OutcomeTag)] = count;
  total.calls = calls;
  total.accepted = parts.accepted ?? calls;
  total.http429 = parts.http429 ?? 0;
  for (const us of parts.latenciesUs ?? []) total.queueLatency.record(us);
  total.changeLeaked(parts.leaks?.length ?? 0);
  const leaks = parts.leaks ?? [];
  return { endUs: 100 * S, warmupUs: 0, total, setFor: () => total, invariants: [], exercised: {}, evidence: undefined, leaks, leaksHidden: 0, stepsUs: [] };
}

function clients(records: readonly CallRecord[], followsSubmits = true): ClientRecording {
  const view = new ClientView({ selectors: [], endUs: 100 * S, followsSubmits });
  view.calls(records);
  return view.finish();
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
