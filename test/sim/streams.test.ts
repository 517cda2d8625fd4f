import { describe, expect, it } from 'vitest';
import { PRESET_NAMES } from '../../src/core/policy.js';
import { keyedUniform, Purpose, RandomStream } from '../../src/core/random.js';
import { Simulation } from '../../src/sim/simulation.js';
import { endpoint, flow, scenario, silentSink } from '../helpers/scenario.js';
import { MINUTE, policyOf, S } from '../helpers/world.js';

const draws = (stream: RandomStream, count = 8): number[] => Array.from({ length: count }, () => stream.nextUint32());

describe('a random stream', () => {
  it('is a function of seed, purpose and entity', () => {
    expect(draws(new RandomStream(7, Purpose.arrivals, 3))).toEqual(draws(new RandomStream(7, Purpose.arrivals, 3)));
    const others = [
      new RandomStream(8, Purpose.arrivals, 3),
      new RandomStream(7 + 2 ** 32, Purpose.arrivals, 3),
      new RandomStream(7, Purpose.service, 3),
      new RandomStream(7, Purpose.arrivals, 4),
      new RandomStream(3, Purpose.arrivals, 7),
    ].map((stream) => JSON.stringify(draws(stream)));
    expect(new Set([...others, JSON.stringify(draws(new RandomStream(7, Purpose.arrivals, 3)))]).size).toBe(6);
  });

  it('draws from the whole of [0, 1), evenly: mean 1/2 and variance 1/12 within five standard errors of 100,000 draws', () => {
    const stream = new RandomStream(1, Purpose.service, 0);
    const sample = Array.from({ length: 100_000 }, () => stream.uniform());
    expect(Math.min(...sample.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
    expect(sample.every((u) => u < 1)).toBe(true);
    const mean = sample.reduce((a, b) => a + b) / sample.length;
    const variance = sample.reduce((sum, u) => sum + (u - mean) ** 2, 0) / sample.length;
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / sample.length));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / sample.length));
  });

  it('draws exponentials with the right share beyond every multiple of the mean, far tail included', () => {
    const stream = new RandomStream(2, Purpose.arrivals, 0);
    const n = 500_000;
    const beyond = new Map([0.01, 0.5, 1, 3, 7, 8, 10].map((x) => [x, 0]));
    for (let draw = 0; draw < n; draw++) {
      const value = stream.exponential();
      for (const [x, count] of beyond) if (value > x) beyond.set(x, count + 1);
    }
    for (const [x, count] of beyond) {
      const share = Math.exp(-x);
      expect(Math.abs(count / n - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / n) + 1 / n);
    }
  });

  it('draws normals with mean 0, variance 1 and 2.3 % beyond two standard deviations', () => {
    const stream = new RandomStream(3, Purpose.service, 0);
    const n = 200_000;
    const sample = Array.from({ length: n }, () => stream.normal());
    const mean = sample.reduce((a, b) => a + b) / n;
    const variance = sample.reduce((sum, z) => sum + z * z, 0) / n;
    const beyond = sample.filter((z) => z > 2).length / n;
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(beyond - 0.02275)).toBeLessThan(5 * Math.sqrt(0.02275 / n));
  });
});

describe('arrivals and service demands', () => {
  /** [submitted at, needs] of every request of a run, in order. */
  function demands(what: ReturnType<typeof scenario>): [number, number][] {
    const seen: [number, number][] = [];
    let run: Simulation | undefined;
    const sink = silentSink({
      record: (kind: number, id: number) => {
        if (kind === 1 && run !== undefined) seen.push([run.calendar.nowUs, run.platform.requests.at(id).serviceUs]);
      },
    });
    run = new Simulation(what, 11, sink, () => []);
    while (!run.advance(100_000));
    return seen;
  }

  const load = {
    endpoints: [endpoint({ service: { kind: 'lognormal', meanUs: 4 * S, cv: 1 } })],
    workload: [
      flow({ arrivals: { kind: 'poisson', perSecond: 2, fromUs: 0, toUs: 2 * MINUTE } }),
      flow({ arrivals: { kind: 'poisson', perSecond: 1, fromUs: 0, toUs: 2 * MINUTE } }),
    ],
  };

  it('are the same under every policy, also with requeue jitter', () => {
    const expected = demands(scenario(load));
    expect(expected.length).toBeGreaterThan(200);
    for (const preset of PRESET_NAMES) expect(demands(scenario({ ...load, policy: policyOf(preset) }))).toEqual(expected);
    const jittery = policyOf('fal-documented', { requeueBackoff: { baseUs: S, factor: 2, capUs: MINUTE, jitter: 0.5 } });
    expect(demands(scenario({ ...load, policy: jittery }))).toEqual(expected);
  });

  it('of one flow do not depend on the others', () => {
    const [first] = load.workload;
    const alone = demands(scenario({ ...load, workload: [first!] }));
    const among = demands(scenario(load));
    expect(among).toEqual(expect.arrayContaining(alone));
  });
});

describe('draws that are keyed by an entity and a number', () => {
  it('are as many as there are keys: no two keys share one', () => {
    const seen = new Set<number>();
    for (let entity = 0; entity < 64; entity++) for (let nth = 0; nth < 64; nth++) seen.add(keyedUniform(1, Purpose.clientJitter, entity, nth));
    expect(seen.size).toBe(64 * 64);
  });
});
