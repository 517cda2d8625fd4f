import { describe, expect, it } from 'vitest';
import { Outcome } from '../../src/core/history.js';
import { liveBlock, withLoadVerdict } from '../../src/live-run/live-block.js';
import { unlessInterrupted } from '../../src/live-run/waiting.js';
import type { LoadDriver, LoadReport } from '../../src/load/driver.js';
import { ClientView } from '../../src/measure/client-view.js';
import type { PerformedStep } from '../../src/measure/live-result.js';

const REPORT: LoadReport = {
  pacing: {
    planned: 1,
    sent: 1,
    dropped: 0,
    httpRequests: 1,
    sendErrorMs: undefined,
    loopLagMs: undefined,
    httpMs: undefined,
    cpuMs: 1,
    wallMs: 1,
    processes: 1,
  },
  tool: undefined,
  broken: [],
  undecided: [],
  notes: [],
};
const PASSED = { verdict: 'pass', exitCode: 0, thresholds: [], invariants: [], exercised: [] } as const;

function blockWith(steps: readonly PerformedStep[], report: Partial<LoadReport> = {}) {
  return liveBlock({
    terms: { driver: { name: 'engine' } as LoadDriver, speed: 10, follow: 'none' },
    target: { kind: 'own', url: 'http://127.0.0.1:1' },
    judgedBy: 'server',
    played: { report: { ...REPORT, ...report }, steps, skippedUs: 0 },
    endUs: 60_000_000,
    seen: new ClientView({ selectors: [], endUs: 60_000_000, followsSubmits: false }).finish(),
    selectors: [],
    findings: [],
  });
}

describe('a live run that was not the one its scenario tells of', () => {
  it.each([
    ['was never performed', { number: 1, plannedUs: 1_000_000, performedUs: undefined, trouble: '401' }],
    ['came a second of wall time late', { number: 1, plannedUs: 1_000_000, performedUs: 11_000_000, trouble: undefined }],
    ['was answered after the end', { number: 1, plannedUs: 59_999_000, performedUs: 60_001_000, trouble: undefined }],
  ])('is undecided: a step %s', (_, step) => {
    const block = blockWith([step]);
    expect(block.undecided).toHaveLength(1);
    expect(withLoadVerdict(PASSED, block)).toMatchObject({ verdict: 'undecided', exitCode: 96 });
  });

  it('passes where steps took only what HTTP takes', () => {
    const block = blockWith([{ number: 1, plannedUs: 1_000_000, performedUs: 1_200_000, trouble: undefined }]);
    expect(withLoadVerdict(PASSED, block)).toMatchObject({ verdict: 'pass', exitCode: 0 });
  });

  it('never passes with a broken load, and a crossed threshold stays one', () => {
    expect(withLoadVerdict(PASSED, blockWith([], { broken: ['3 iterations threw'] }))).toMatchObject({ verdict: 'fail', exitCode: 107 });
    expect(withLoadVerdict({ ...PASSED, verdict: 'fail', exitCode: 99 }, blockWith([], { undecided: ['too slow'] }))).toMatchObject({ exitCode: 99 });
  });
});

describe('whoever is interrupted does not wait', () => {
  it('for what cannot be stopped, which is undone when it comes', async () => {
    const undone: string[] = [];
    const interrupt = new AbortController();
    let come = (_: string): void => {};
    const slow = new Promise<string>((resolve) => {
      come = resolve;
    });
    const waiting = unlessInterrupted(slow, interrupt.signal, (late) => undone.push(late));
    interrupt.abort(new Error('Ctrl-C'));
    await expect(waiting).rejects.toThrow('Ctrl-C');
    come('a load');
    await slow;
    await Promise.resolve();
    expect(undone).toEqual(['a load']);
  });

  it('keeps what came before', async () => {
    expect(await unlessInterrupted(Promise.resolve(1), new AbortController().signal, () => {})).toBe(1);
  });
});

describe('a target that was gone for a while', () => {
  it('makes a run undecided that knows it from its clients only: those that were answered tell nothing of the others', () => {
    const view = new ClientView({ selectors: [], endUs: 60_000_000, followsSubmits: false });
    const call = { account: 'acme', key: 'key', endpoint: 'fal-ai/x', mode: 'submit', plannedUs: 0, sentUs: 0, attempts: 1, refusals: 0, polls: 0 } as const;
    const silent = {
      acceptedUs: undefined,
      queueLatencyUs: undefined,
      elapsedUs: 1_000,
      outcome: Outcome.failed,
      requestId: undefined,
      trouble: 'ECONNREFUSED',
    };
    const answered = { acceptedUs: 1_000, queueLatencyUs: undefined, elapsedUs: undefined, outcome: 0, requestId: 'a', trouble: undefined } as const;
    view.calls([...Array.from({ length: 90 }, () => ({ ...call, ...answered })), ...Array.from({ length: 10 }, () => ({ ...call, ...silent }))]);
    const facts = { steps: [], skippedUs: 0, report: REPORT };
    const block = (judgedBy: 'client' | 'server') =>
      liveBlock({
        terms: { driver: { name: 'engine' } as LoadDriver, speed: 1, follow: 'none' },
        target: { kind: 'fal', url: 'http://127.0.0.1:1' },
        judgedBy,
        played: facts,
        endUs: 60_000_000,
        seen: view.finish(),
        selectors: [],
        findings: [],
      });
    expect(block('client').undecided).toEqual([expect.stringContaining('10 of 100 calls got no answer at all')]);
    expect(block('server').undecided).toEqual([]);
  });
});
