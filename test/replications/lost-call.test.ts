import { describe, expect, it } from 'vitest';
import { findLostCall, lossOf } from '../../src/replications/lost-call.js';
import type { Beat } from '../../src/replications/pulse.js';

function beat(call: number, calls: number): Beat {
  return { runs: 1, call, calls, isStarting: false, isLoadingLimiter: false };
}

describe('the call that a run was lost in', () => {
  it('is the one that was under way', async () => {
    expect(await findLostCall(beat(7, 7), async (call) => `stopped at ${call}`)).toBe('stopped at 7');
  });

  it.each([1, 2, 50, 99, 100])('is call %s of 100 if that leaves something behind that breaks the thread', async (culprit) => {
    const tried: number[] = [];
    const found = await findLostCall(beat(0, 100), async (stop) => {
      tried.push(stop);
      return stop > culprit ? undefined : `stopped at ${stop}`;
    });
    expect(found).toBe(`stopped at ${culprit}`);
    expect(tried.length).toBeLessThanOrEqual(7);
  });

  it('is none where the thread is lost without any call', async () => {
    expect(await findLostCall(beat(0, 100), async () => undefined)).toBeUndefined();
    expect(await findLostCall(beat(0, 0), async () => 'never asked')).toBeUndefined();
  });
});

describe('how a thread was lost', () => {
  it('is said in words that follow the name of a call', () => {
    expect(lossOf(new Error('worker exited with code: 3'))).toBe('it ended its thread (exit code 3)');
    expect(lossOf(new TypeError('no such thing'))).toBe('it broke its thread: TypeError: no such thing');
    expect(lossOf(Object.assign(new Error('heap'), { code: 'ERR_WORKER_OUT_OF_MEMORY' }))).toBe('it broke its thread: it ran out of memory');
    expect(lossOf('a text')).toBe('it broke its thread: a text');
    expect(lossOf(new Error('x'.repeat(1e6))).length).toBeLessThan(500);
  });
});
