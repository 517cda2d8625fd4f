import { afterEach, describe, expect, it } from 'vitest';
import { ScaledTimers } from '../../../src/load/sdk/scaled-timers.js';

const real = globalThis.setTimeout;
let timers: ScaledTimers | undefined;

afterEach(() => timers?.remove());

describe('the delays of the SDK', () => {
  it('pass as many times as fast as the run, others as they are', async () => {
    let isSdk = true;
    timers = new ScaledTimers(100, () => isSdk).install();
    const order: string[] = [];
    const ofSdk = wait(1000, () => order.push('the SDK: 1 s'));
    isSdk = false;
    const ofOthers = wait(60, () => order.push('others: 60 ms'));
    await Promise.all([ofSdk, ofOthers]);
    expect(order).toEqual(['the SDK: 1 s', 'others: 60 ms']);
  });

  it('can be taken back as before', async () => {
    timers = new ScaledTimers(100, () => true).install();
    let rang = false;
    clearTimeout(
      setTimeout(() => {
        rang = true;
      }, 100),
    );
    await wait(500);
    expect(rang).toBe(false);
  });

  it('are not touched at speed 1', () => {
    timers = new ScaledTimers(1, () => true).install();
    expect(globalThis.setTimeout).toBe(real);
  });

  it('are real again once they are removed', () => {
    timers = new ScaledTimers(10, () => true).install();
    expect(globalThis.setTimeout).not.toBe(real);
    timers.remove();
    expect(globalThis.setTimeout).toBe(real);
  });
});

function wait(ms: number, what: () => void = () => undefined): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(() => {
      what();
      resolve();
    }, ms);
  });
}
