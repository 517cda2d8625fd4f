import { describe, expect, it } from 'vitest';
import { Outcome } from '../../../src/core/history.js';
import { SampleFold } from '../../../src/load/k6/fold.js';
import { type PlayFlow, type Telling, TOLD } from '../../../src/load/k6/play.js';
import { SampleReader } from '../../../src/load/k6/samples.js';
import { Ear } from './scene.js';

/** As k6 v2.2.0 wrote it, with `--system-tags name,scenario`. */
const HEADER = 'metric_name,timestamp,metric_value,name,scenario,extra_tags,metadata';
const FLOW: PlayFlow = { sdk: 'js', mode: 'submit', follow: 'poll', users: 'open', fromUs: 0, toUs: 0 };

const TOLD_CALL: Telling = {
  flow: 0,
  target: 0,
  call: 0,
  plannedUs: 0,
  sentUs: 20_000,
  acceptedUs: 50_000,
  attempts: 1,
  refusals: 0,
  polls: 2,
  queueLatencyUs: 1_000_000,
  elapsedUs: 2_000_000,
  outcome: Outcome.ok,
  requestId: 'r-1',
  trouble: null,
};

function line(metric: string, telling: Partial<Telling>, value = 1): string {
  return `${metric},1795376132589962,${value.toFixed(6)},,flow-0,,call=${encodeURIComponent(JSON.stringify({ ...TOLD_CALL, ...telling }))}`;
}

function folded(lines: readonly string[]): { ear: Ear; fold: SampleFold; unreadable: number } {
  const ear = new Ear();
  const fold = new SampleFold({ flows: [FLOW], targets: [{ account: 'acme', key: 'old', endpoint: 'a/b' }], speed: 10 }, ear);
  const reader = new SampleReader();
  for (const text of [HEADER, ...lines]) {
    const sample = reader.read(text);
    if (sample !== undefined) fold.take(sample);
  }
  fold.finish();
  return { ear, fold, unreadable: reader.unreadable };
}

describe('what k6 writes', () => {
  it('becomes one record a call, with everything that the script knew', () => {
    const { ear, fold } = folded([line(TOLD.open, { outcome: 0, elapsedUs: null }), line(TOLD.call, {})]);
    expect(ear.records).toEqual([
      {
        account: 'acme',
        key: 'old',
        endpoint: 'a/b',
        mode: 'submit',
        plannedUs: 0,
        sentUs: 20_000,
        acceptedUs: 50_000,
        attempts: 1,
        refusals: 0,
        polls: 2,
        queueLatencyUs: 1_000_000,
        elapsedUs: 2_000_000,
        outcome: Outcome.ok,
        requestId: 'r-1',
        trouble: undefined,
      },
    ]);
    expect(fold.sent).toBe(1);
    // 20 ms of virtual time at ten times the speed of the clock.
    expect(fold.sendErrorUs.maxValue).toBe(2_000);
  });

  it('tells a call that never said its end as it stood last', () => {
    const { ear } = folded([
      line(TOLD.open, { call: 7, outcome: 0, queueLatencyUs: null, elapsedUs: null, polls: 0 }),
      line(TOLD.open, { call: 7, outcome: 0, elapsedUs: null, polls: 3 }),
      line(TOLD.call, { call: 8 }),
    ]);
    expect(ear.records.map(({ outcome, polls }) => [outcome, polls])).toEqual([
      [Outcome.ok, 2],
      [0, 3],
    ]);
  });

  it('keeps whatever a server has said in one piece', () => {
    const trouble = '500 a=b&c,"d"\n\u001b[31m€';
    expect(folded([line(TOLD.call, { outcome: Outcome.failed, trouble })]).ear.records[0]?.trouble).toBe(trouble);
  });

  it('counts drops, zombie polls, and iterations that threw, with what they said', () => {
    const { ear, fold } = folded([
      line(TOLD.dropped, {}),
      line(TOLD.zombiePolls, {}, 17),
      line(TOLD.broken, { trouble: 'TypeError: x' }),
      line(TOLD.broken, { trouble: 'TypeError: x' }),
      'iterations,1795376132589962,1.000000,,flow-0,,',
      'iterations,1795376132589962,1.000000,,flow-0,,',
      'dropped_iterations,1795376132589962,3.000000,,flow-0,,',
    ]);
    expect(ear).toMatchObject({ droppedCalls: 1, zombies: 17 });
    expect(fold).toMatchObject({ dropped: 1, droppedByK6: 3, thrown: 2, iterations: 2, reasons: ['TypeError: x'] });
  });

  it('counts HTTP requests by what they took, but not the wait for the beginning', () => {
    const { fold } = folded([
      'http_req_duration,1795376132589962,12.500000,submit,flow-0,,',
      'http_req_duration,1795376132589962,9000.000000,slotstorm gun,,,',
      'http_req_waiting,1795376132589962,12.000000,submit,flow-0,,',
    ]);
    expect(fold.httpRequests).toBe(1);
    expect(fold.httpUs.maxValue).toBeGreaterThanOrEqual(12_500);
    expect(fold.httpUs.maxValue).toBeLessThan(13_000);
  });

  it('is read past a last line that was cut off, wherever that was, and says that it was', () => {
    const last = line(TOLD.call, { call: 1 });
    for (let length = 1; length < last.length; length++) {
      const { ear, unreadable } = folded([line(TOLD.call, {}), last.slice(0, length)]);
      expect([ear.records.length, unreadable], last.slice(0, length)).toEqual([1, 1]);
    }
  });

  it('tells of every iteration, also of one without anything to do, and of its own end', () => {
    const lines = [line(TOLD.call, {}), line(TOLD.dropped, {}), line(TOLD.broken, {}), 'slotstorm_idle,1,1.000000,,flow-0,,', 'slotstorm_end,1,1.000000,,,,'];
    expect(folded(lines).fold).toMatchObject({ told: 4, ends: 1 });
  });

  it('is refused when it is no CSV of k6', () => {
    expect(() => new SampleReader().read('a,b,c')).toThrow(/expected k6's CSV with metric_name/);
  });
});
