import { describe, expect, it } from 'vitest';
import { brokenBy, toolVerdict } from '../../../src/load/k6/exit-codes.js';
import { SampleFold } from '../../../src/load/k6/fold.js';
import { reportOf, type SentLoad } from '../../../src/load/k6/load-report.js';
import type { Play } from '../../../src/load/k6/plan-play.js';
import { Ear } from './scene.js';

const PLAY = { planned: 1_000, flows: [{ users: 'open' }], notes: [] } as unknown as Play;

function reported(
  fold: Partial<Pick<SampleFold, 'sent' | 'dropped' | 'droppedByK6' | 'thrown' | 'iterations' | 'idle'>>,
  latestMs = 1,
  changes: Partial<SentLoad> = {},
) {
  const { sent = 1_000, dropped = 0, thrown = 0 } = fold;
  const filled = Object.assign(new SampleFold({ flows: [], targets: [], speed: 1 }, new Ear()), {
    sent,
    over: sent,
    iterations: sent + dropped + thrown,
    ...fold,
  });
  filled.sendErrorUs.recordValue(latestMs * 1000);
  const order = { speed: 1, processes: 1, follow: 'poll', scenario: { workload: [] } } as unknown as SentLoad['order'];
  return reportOf({ fold: filled, exits: [{ code: 0, wasStopped: false }], broken: [], version: 'v2.2.0', play: PLAY, order, wallMs: 1, cpuMs: 1, ...changes });
}

describe('a load that k6 sent', () => {
  it('is good when all of it went out in time', () => {
    expect(reported({})).toMatchObject({
      broken: [],
      undecided: [],
      pacing: { planned: 1_000, sent: 1_000 },
      tool: { tool: 'k6 v2.2.0', exitCode: 0, passed: true },
    });
  });

  it('never passes when nothing was sent', () => {
    expect(reported({ sent: 0 }).broken).toEqual(['k6 sent nothing']);
  });

  it('never passes when iterations threw, which k6 itself forgives', () => {
    const [reason] = reported({ thrown: 2, iterations: 1_000, sent: 998 }).broken;
    expect(reason).toContain('2 of 1000 iterations of the k6 script threw');
  });

  it('says nothing about the server when calls are missing, or late', () => {
    expect(reported({ sent: 990, droppedByK6: 10 }).undecided).toEqual(['k6 did not send 10 of 1000 calls: dropped_iterations 10, no virtual user was free']);
    expect(reported({}, 80).undecided[0]).toMatch(/^k6 could not keep up: 1 % of the calls were sent more than 80 ms late/);
    expect(reported({ sent: 999 }).undecided).toEqual([]);
  });

  it('never passes when k6 counts other iterations than the samples tell of, though a closed loop plans none of them', () => {
    const closed = { play: { ...PLAY, planned: 0, flows: [{ users: 'closed' }] } as unknown as Play };
    expect(reported({ sent: 40, iterations: 60 }, 1, closed).broken).toEqual(['k6 made 60 iterations, but its samples tell of 40: some are missing']);
    expect(reported({ sent: 40, iterations: 20 }, 1, closed).broken).toHaveLength(1);
    expect(reported({ sent: 40, idle: 20, iterations: 60 }, 1, closed).broken).toEqual([]);
    // k6 does not count an iteration that it was told to leave, and an iteration that threw may have told its call before.
    expect(reported({ sent: 40, iterations: 36 }, 1, { ...closed, exits: [{ code: 105, wasStopped: true }] }).broken).toEqual([]);
    expect(reported({ sent: 40, thrown: 1, iterations: 40 }, 1, closed).broken).toHaveLength(1);
  });

  it('does not miss what the scenario itself lets its client drop', () => {
    expect(reported({ sent: 900, dropped: 100 }).undecided).toEqual([]);
  });
});

describe("k6's own word", () => {
  it('is kept as it is', () => {
    expect(toolVerdict('v2.2.0', [{ code: 99, wasStopped: false }])).toEqual({ tool: 'k6 v2.2.0', exitCode: 99, meaning: 'thresholds crossed', passed: false });
    expect(toolVerdict('v2.2.0', [{ code: 3, wasStopped: false }]).meaning).toBe('no code of k6');
  });

  it('is that of the process that did worst', () => {
    const exits = [
      { code: 0, wasStopped: false },
      { code: 99, wasStopped: false },
    ];
    expect(toolVerdict('v2.2.0', exits)).toMatchObject({ exitCode: 99, passed: false });
  });

  it('is no complaint when we have stopped it ourselves', () => {
    expect(toolVerdict('v2.2.0', [{ code: 105, wasStopped: true }])).toMatchObject({ passed: true, meaning: 'stopped by slotstorm when the run was over' });
    expect(brokenBy({ code: 105, wasStopped: true }, '')).toBeUndefined();
    expect(brokenBy({ code: null, wasStopped: true }, '')).toBeUndefined();
  });

  it.each([97, 98, 103, 104, 105, 106, 107, 108, 109, 110, 255, 3])('%i makes the run worthless', (code) => {
    expect(brokenBy({ code, wasStopped: false }, 'why')).toMatch(/^k6 ended with \d+ \(.*\): why$/);
  });

  it('about its thresholds is not ours', () => {
    expect(brokenBy({ code: 99, wasStopped: false }, '')).toBeUndefined();
  });
});
