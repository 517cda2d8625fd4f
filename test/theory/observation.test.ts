import { describe, expect, it } from 'vitest';
import { Observation, observe } from './observation.js';
import type { QueueSetting } from './setting.js';

/** One request a unit of time, one server: no chance at all. */
function clockwork(service: number, rest: Partial<QueueSetting> = {}): QueueSetting {
  return { arrivals: { law: 'constant', rate: 1 }, service: { law: 'constant', mean: service }, servers: 1, ...rest };
}

describe('an observation of a queue without chance', () => {
  it('sees nobody wait where work is done before the next request comes', () => {
    const run = observe(clockwork(0.5), 10, 1);
    expect(run.shareWaiting).toBe(0);
    expect(run.meanWaitOfServed).toBe(0);
    expect(run.utilisation).toBeCloseTo(0.5, 6);
    expect(run.meanInSystem).toBeCloseTo(0.5, 6);
    expect(run.broken).toEqual([]);
  });

  it('counts waits that grow by half a unit from request to request', () => {
    const run = observe(clockwork(1.5), 10, 1);
    expect(run.calls).toBe(10);
    expect(run.shareWaiting).toBe(0.9);
    expect(run.meanWaitOfServed).toBeCloseTo(0.5 * 4.5, 5);
    expect(run.shareBeyond(1.25)).toBe(0.7);
    expect(run.shareAllBusy).toBe(1);
    expect(run.broken).toEqual([]);
  });

  it('counts those who time out with the wait they had', () => {
    // The second and every later one would wait a unit longer than the one before: only every second is served.
    const run = observe(clockwork(2, { startTimeout: 0.5 }), 10, 1);
    expect(run.shareLost).toBe(0.5);
    expect(run.meanWaitOfServed).toBe(0);
    expect(run.meanWaitOfAll).toBeCloseTo(0.25, 6);
    expect(run.broken).toEqual([]);
  });

  it('counts calls that found no place', () => {
    expect(observe(clockwork(2.5, { direct: true }), 12, 1).shareLost).toBeCloseTo(2 / 3, 6);
    expect(observe(clockwork(2.5, { places: 1 }), 12, 1).shareLost).toBeCloseTo(2 / 3, 6);
  });
});

describe("Little's law", () => {
  it('does not hold between the waits of one run and the areas of another', () => {
    const setting: QueueSetting = { arrivals: { law: 'poisson', rate: 0.8 }, service: { law: 'exponential', mean: 1 }, servers: 1 };
    const [one, other] = [observe(setting, 1_000, 1), observe(setting, 1_000, 2)];
    expect(one.broken).toEqual([]);
    const mixed = new Observation(setting, one['recording'], other['observer']).broken.join('\n');
    expect(mixed).toContain("Little's law for the queue");
    expect(mixed).toContain("Little's law for the servers");
    expect(mixed).toContain("Little's law for the whole");
  });
});
