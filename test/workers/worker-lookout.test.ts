import { describe, expect, it, test } from 'vitest';
import type { PresentWorker } from '../../src/workers/presence.js';
import { WorkerLookout } from '../../src/workers/worker-lookout.js';

const BUILD = { version: '1.2.3', randomScheme: 2, code: '00112233aabb' };
const nobody = new Map<string, PresentWorker>();

function lookout(waitMs = 60_000): { readonly lookout: WorkerLookout; readonly said: string[] } {
  const said: string[] = [];
  return { lookout: new WorkerLookout({ build: BUILD, worker: '--redis redis://localhost:6379', waitMs, say: (line) => said.push(line) }), said };
}

function workers(...all: readonly Partial<PresentWorker>[]): Map<string, PresentWorker> {
  return new Map(all.map((one, at) => [`id-${at}`, { ...BUILD, name: `box-${at}`, threads: 4, ...one }]));
}

describe('a plan looks who works', () => {
  it('says after ten seconds without anybody how to start a worker, once', () => {
    const { lookout: watch, said } = lookout();
    for (const ms of [0, 9_000, 10_000, 11_000]) watch.note(nobody, ms);
    expect(said).toEqual(['no worker takes a job; start one with: npx slotstorm worker --redis redis://localhost:6379 (waiting for another 50 s)']);
  });

  it('ends when nobody has come for as long as it was told to wait', () => {
    const { lookout: watch } = lookout();
    watch.note(nobody, 0);
    watch.note(nobody, 59_999);
    expect(() => watch.note(nobody, 60_000)).toThrow(
      'no worker has taken a job for 60 s (--worker-wait); start one with: npx slotstorm worker --redis redis://localhost:6379',
    );
  });

  it('waits anew when workers were there in between, and says so anew', () => {
    const { lookout: watch, said } = lookout();
    watch.note(nobody, 0);
    watch.note(nobody, 12_000);
    watch.note(workers({}), 13_000);
    watch.note(nobody, 70_000);
    watch.note(nobody, 82_000);
    expect(said).toHaveLength(2);
  });

  it('misses nobody as long as jobs come back', () => {
    const { lookout: watch, said } = lookout();
    for (const ms of [0, 9_000, 18_000, 60_000, 69_000]) {
      watch.note(nobody, ms);
      watch.heard();
    }
    expect(said).toEqual([]);
    watch.note(nobody, 70_000);
    expect(() => watch.note(nobody, 129_999)).not.toThrow();
    expect(() => watch.note(nobody, 130_000)).toThrow('no worker has taken a job for 60 s');
  });

  it('misses nobody while there is nothing to do', () => {
    const { lookout: watch } = lookout();
    watch.note(nobody, 0);
    watch.rest(nobody);
    expect(() => watch.note(nobody, 1_000_000)).not.toThrow();
  });

  it('counts threads of its own build only, and every worker that was ever there', () => {
    const { lookout: watch } = lookout();
    watch.note(workers({}, { threads: 8 }, { version: '1.2.2', threads: 100 }), 0);
    watch.note(workers({}), 1);
    expect([watch.threads, watch.present, watch.seen]).toEqual([4, 1, 2]);
  });

  test.each([
    [{ version: '1.2.2' }, 'slotstorm 1.2.2 (random scheme 2, code 00112233aabb)', 'update slotstorm where the worker runs'],
    [{ version: '1.2.10' }, 'slotstorm 1.2.10 (random scheme 2, code 00112233aabb)', 'update slotstorm where the plan runs'],
    [{ randomScheme: 1 }, 'slotstorm 1.2.3 (random scheme 1, code 00112233aabb)', 'update slotstorm where the worker runs'],
    [
      { code: 'ffffffffffff' },
      'slotstorm 1.2.3 (random scheme 2, code ffffffffffff)',
      'install the same package on both sides, or build both from the same sources (npm run build)',
    ],
  ])('says where only workers of another build are there which it is, and which side to update: %j', (build, text, advice) => {
    const { lookout: watch } = lookout();
    const others = workers(build, build);
    watch.note(others, 0);
    expect(() => watch.note(others, 3_000)).toThrow(
      `the workers are of another build: box-0 is ${text}, box-1 is ${text}; ` +
        `this plan is slotstorm 1.2.3 (random scheme 2, code 00112233aabb). Their figures could differ: ${advice}`,
    );
  });
});
