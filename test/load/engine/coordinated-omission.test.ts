import autocannon from 'autocannon';
import { expect, it } from 'vitest';
import { json, ScriptedServer, shoot } from './scene.js';

/** Wall clock, s: from then on for so long the server answers nobody. */
const STALL_FROM_S = 4;
const STALL_S = 2;
const PER_SECOND = 200;
const LOAD_S = 10;
/** 10 connections, as autocannon has them unless told; 20 a second each. */
const CONNECTIONS = 10;

/** Answers at once, but for one stall: what comes then is answered when it is over. */
function stallingServer(): Promise<ScriptedServer> {
  return ScriptedServer.start(({ atMs }, response) => {
    const leftMs = atMs < STALL_FROM_S * 1e3 ? 0 : (STALL_FROM_S + STALL_S) * 1e3 - atMs;
    if (leftMs > 0) setTimeout(() => json(response, 200, {}), leftMs);
    else json(response, 200, {});
  });
}

/** By nearest rank. */
function percentile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.ceil(values.length * share) - 1]!;
}

/** What each call of an even schedule has to wait, ms: those of the stall until its end, the others nothing. */
function knownAnswer(): number[] {
  return Array.from({ length: PER_SECOND * LOAD_S }, (_, n) => {
    const atMs = (n * 1e3) / PER_SECOND;
    return atMs < STALL_FROM_S * 1e3 ? 0 : Math.max(0, (STALL_FROM_S + STALL_S) * 1e3 - atMs);
  });
}

it('a server that stalls for two seconds has a p99 of 1.9 s; the engine shows it in full, autocannon does not', async () => {
  const [mine, theirs] = await Promise.all([engineMs(), autocannonP99Ms()]);
  const known = knownAnswer();
  expect(known.filter((ms) => ms > 0)).toHaveLength(400);
  const shown = { known: percentile(known, 0.99), engine: percentile(mine, 0.99), autocannon: theirs };
  console.log(`p99 of a 2 s stall: known answer ${shown.known} ms, engine ${shown.engine.toFixed(0)} ms, autocannon ${shown.autocannon} ms`);
  expect(shown.known).toBe(1_900);
  expect(mine).toHaveLength(PER_SECOND * LOAD_S);
  // The stall's own clock begins with the first request, so no wait is shorter than the known one; a busy machine makes it longer.
  expect(shown.engine).toBeGreaterThan(shown.known - 5);
  expect(shown.engine).toBeLessThan(1.25 * shown.known);
  // A fifth of the calls, evenly from 0 to 2 s.
  expect(mine.filter((ms) => ms > 100).length).toBeGreaterThanOrEqual(known.filter((ms) => ms > 100).length - 1);
  expect(percentile(mine, 0.9)).toBeGreaterThan(percentile(known, 0.9) - 5);
  // Its connections wait for the stall to end before they send again, so ten calls know of it, and what it fills in for a rate is wrong.
  expect(shown.autocannon).toBeLessThan(0.8 * shown.known);
});

async function engineMs(): Promise<number[]> {
  const server = await stallingServer();
  const arrivals = { rate: `${PER_SECOND}/s`, from: '0s', to: `${LOAD_S}s` } as const;
  const { records } = await shoot({
    workload: [{ as: 'acme/old', endpoint: 'fal-ai/flux/dev', call: 'run', sdk: 'none', arrivals }],
    target: server.target,
    speed: 1,
  });
  return records.map(({ elapsedUs }) => elapsedUs! / 1e3);
}

/** autocannon's own figure for the same rate. Its correction is off, as it expects a request each millisecond whatever the rate is. */
async function autocannonP99Ms(): Promise<number> {
  const server = await stallingServer();
  const result = await autocannon({
    url: `${server.url}/run/fal-ai/flux/dev`,
    method: 'POST',
    body: '{}',
    connections: CONNECTIONS,
    overallRate: PER_SECOND,
    duration: LOAD_S,
    ignoreCoordinatedOmission: true,
  });
  return result.latency.p99;
}
