import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadScenario } from '../../src/cli/load-scenario.js';
import { realOutside } from '../../src/cli/outside.js';
import { EventReader, type WatchedRun } from '../../src/history/event-reader.js';
import type { EventName } from '../../src/history/event-table.js';
import { type PreparedVariant, prepareScenario } from '../../src/prepare.js';
import { violationsOf } from '../../src/replay/assemble.js';
import type { Levels } from '../../src/replay/replay.js';
import { ReplayReader, type SeenStretch } from '../../src/replay/replay-reader.js';
import { boundsOf } from '../../src/replay/stretch.js';
import { VariantRuns } from '../../src/replications/seed-runs.js';
import { runToEnd } from '../../src/run.js';
import { parseSource } from '../../src/scenario/source.js';
import { NO_WISH } from './story.js';

const FOLDER = 'scenarios';
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

/** Keeps the run at hand, to look at the platform when it is over. */
class Reader extends ReplayReader {
  get platform(): WatchedRun['platform'] {
    return this.run.platform;
  }
}

class Counter extends EventReader {
  events = 0;

  protected read(_name: EventName): void {
    this.events++;
  }
}

function replayed(variant: PreparedVariant, seed = 1): { readonly seen: SeenStretch; readonly platform: WatchedRun['platform'] } {
  const runs = new VariantRuns(variant, () => {
    throw new Error('no trace is expected');
  });
  const counter = new Counter();
  const result = runToEnd(runs.start(seed, seed, counter));
  const reader = new Reader(boundsOf(NO_WISH, Math.min(counter.events, 20_000)), violationsOf(result), (step) => `step ${step}`);
  runToEnd(runs.start(seed, seed, reader));
  return { seen: reader.finish(), platform: reader.platform };
}

describe('a replay of a whole run', () => {
  test.each(files)('%s: ends where the platform stands, and never counts below nothing', async (file) => {
    const { variants } = prepareScenario(await loadScenario(`${FOLDER}/${file}`, realOutside().files));
    for (const variant of variants) {
      const { seen, platform } = replayed(variant);
      expect(seen.events.length).toBeGreaterThan(0);
      const last: Levels[] = [];
      for (const { levels } of seen.events) {
        for (const [scope, after] of levels) {
          last[scope] = after;
          expect(Math.min(after.held, after.running, after.queued ?? 0)).toBeGreaterThanOrEqual(0);
        }
      }
      // A history that is longer than a page ends elsewhere.
      if (seen.events.length !== platform.history.events) continue;
      for (const account of platform.accounts) {
        const scope = seen.scopes.findIndex((one) => one.account === account.name && one.endpoint === undefined);
        const open = platform.requests.open().filter((request) => request.account === account);
        expect(last[scope], account.name).toMatchObject({
          counted: last[scope]?.counted === undefined ? undefined : account.scope.inUse,
          held: platform.limiter.liveLeases(account.scope).length,
          limit: account.scope.limit,
          queued: open.filter((request) => request.isQueued).length,
        });
      }
    }
  });

  test.each(['fal-documented', 'fal-939', 'nexaapi-claims', 'reference'])('%s: holds as many slots as the limiter, whatever faults a seed draws', (policy) => {
    const { variants } = prepareScenario(parseSource('faults.yaml', FAULTY.replace('POLICY', policy)));
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { seen, platform } = replayed(variants[0] as PreparedVariant, seed);
      const held = levelsAtEnd(seen).reduce((sum, levels) => sum + levels.held, 0);
      const live = platform.accounts.reduce((sum, account) => sum + platform.limiter.liveLeases(account.scope).length, 0);
      expect(held, `seed ${seed}`).toBe(live);
    }
  });
});

const SEEDS = 25;
/** Every kind of fault, under load, with children and webhooks. */
const FAULTY = `name: faulty
platform:
  policy: POLICY
  accounts: [{ id: acme, limit: 3, keys: [k, other] }, { id: beta, limit: 2, keys: [k] }]
  endpoints: [{ id: model, service: 2s, runners: 4 }, { id: part, service: 500ms, runners: 2 }]
workload:
  - { as: acme/k, endpoint: model, arrivals: { poisson: 1/s, from: 0s, to: 30s }, webhook: true }
  - { as: acme/other, endpoint: model, arrivals: { poisson: 0.5/s, from: 0s, to: 30s }, child: { endpoint: part, probability: 0.5 } }
  - { as: beta/k, endpoint: model, arrivals: { poisson: 1/s, from: 0s, to: 30s } }
faults: { kinds: all, activation: 0.5, strikes: 2, from: 0s, to: 30s }
recovery: 5m
`;

/** The last levels of each account's own scope. */
function levelsAtEnd(seen: SeenStretch): Levels[] {
  const last = new Map<number, Levels>();
  for (const { levels } of seen.events) {
    for (const [scope, after] of levels) if (seen.scopes[scope]?.endpoint === undefined) last.set(scope, after);
  }
  return [...last.values()];
}
