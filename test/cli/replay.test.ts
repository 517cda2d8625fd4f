import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { INVARIANT_IDS } from '../../src/measure/invariants/registry.js';
import type { ResultFile } from '../../src/measure/result.js';
import type { Replay } from '../../src/replay/replay.js';
import { HOSTILE } from '../report/fixture.js';
import { TestFolder } from './folder.js';
import { type Ran, slotstorm } from './memory-outside.js';

const own = new TestFolder();

/** One variant holds what it expects, one does not. */
const FAILING = `name: failing
platform:
  accounts: [{ id: acme, limit: 2, keys: [k, other] }]
  endpoints: [{ id: model, service: 10s }]
workload:
  - { as: acme/k, endpoint: model, arrivals: { burst: 3, at: 0s } }
steps:
  - { at: 4s, do: revoke-key, key: acme/k }
recovery: 1m
variants:
  - { name: good, set: { platform.policy: reference } }
  - { name: broken, set: { platform.policy: fal-939 } }
`;

function replay(file: string, ...more: string[]): Promise<Ran> {
  return slotstorm(['replay', file, '--out', join(own.path, 'reports'), ...more]);
}

async function dataOf(file: string, ...more: string[]): Promise<Replay> {
  const ran = await replay(file, '--json', ...more);
  expect(ran.err).toBe('');
  return JSON.parse(ran.out) as Replay;
}

const failing = (): string => own.file('failing.yaml', FAILING);

describe('slotstorm replay', () => {
  it('shows the first variant that fails, says so, and ends well all the same: it is a viewer', async () => {
    const ran = await replay(failing());
    expect(ran.err).toBe('');
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('variant broken · seed 1');
    expect(ran.out).toContain('the first variant that fails');
    expect(ran.out).toContain('page: ');
    expect(readdirSync(join(own.path, 'reports'))).toEqual(['failing-broken-1-replay']);
    expect(readdirSync(join(own.path, 'reports/failing-broken-1-replay'))).toEqual(['replay.html']);
  });

  it('shows the variant that is asked for', async () => {
    const shown = await dataOf(failing(), '--variant', 'good');
    expect(shown).toMatchObject({ variant: 'good', chosen: '', verdict: 'pass', violations: [] });
  });

  it('falls back on a variant with a violation that its story expects', async () => {
    const off = Object.fromEntries(INVARIANT_IDS.map((id) => [id, 'off']));
    const shown = await dataOf(own.file('expected.yaml', `${FAILING}expect: { invariants: ${JSON.stringify(off)} }\n`));
    expect(shown.variant).toBe('broken');
    expect(shown.chosen).toContain('no variant fails');
    expect(shown.violations.map((violation) => violation.expected)).toContain('off');
  });

  it('replays the run that was judged: same seed, same hash, every event', async () => {
    const shown = await dataOf(failing(), '--variant', 'broken', '--seed', '7');
    const ran = await slotstorm(['run', failing(), '--seed', '7', '--json', '--reporter', 'none']);
    const judged = (JSON.parse(ran.out) as ResultFile).runs.find((run) => run.variant === 'broken');
    expect([shown.seed, shown.hash, shown.totalEvents]).toEqual([7, judged?.hash, judged?.events]);
    expect(shown.events.map((event) => event.number)).toEqual(Array.from({ length: shown.totalEvents }, (_, n) => n + 1));
  });

  it('takes the settings of the run along', async () => {
    const shown = await dataOf(failing(), '--variant', 'good', '--set', 'workload.0.arrivals.burst=1');
    expect(shown.lanes.filter((lane) => lane.group === 'requests').map((lane) => lane.label)).toEqual(['req-1']);
    expect(shown.command).toContain('--set workload.0.arrivals.burst=1');
  });

  it('takes its options from the environment, and is not disturbed by those of other commands', async () => {
    const env = { SLOTSTORM_SEED: '9', SLOTSTORM_VARIANT: 'good', SLOTSTORM_SEEDS: '20', SLOTSTORM_QUIET: 'true' };
    const ran = await slotstorm(['replay', failing(), '--json'], { env });
    expect(ran.err).toBe('');
    expect(JSON.parse(ran.out)).toMatchObject({ seed: 9, variant: 'good' });
  });

  it('prints the count next to the work, event by event, with the first violation where it happened', async () => {
    const ran = await replay(failing(), '--text');
    const lines = ran.out.split('\n');
    const dropped = lines.findIndex((line) => line.includes('completion of req-1 is dropped'));
    // Two slots counted, one at work, a limit of two, nobody in the queue.
    expect(lines[dropped]).toMatch(/^ +10\.000000 +\d+ +2 +1 +2 +0 {2}the completion/);
    expect(lines.filter((line) => line.includes('FIRST VIOLATION'))).toHaveLength(1);
    expect(ran.out).toContain('step 1: revoke-key acme/k');
    expect(ran.out).not.toContain('page: ');
    expect(existsSync(join(own.path, 'reports'))).toBe(false);
  });

  it('looks at a stretch of time, and knows what happened before it', async () => {
    const shown = await dataOf(failing(), '--variant', 'broken', '--from', '3s', '--to', '5s');
    expect(shown.events.every((event) => event.atUs >= 3_000_000 && event.atUs <= 5_000_000)).toBe(true);
    expect(shown.before).toEqual([{ counted: 2, held: 2, running: 2, ghosts: 0, unleased: 0, limit: 2, queued: 1 }]);
    expect(shown.stretch.why).toBe('the time that was asked for');
    expect((await replay(failing(), '--variant', 'broken', '--to', '5s', '--text')).out).toContain('outside of these events');
  });

  it('looks at one request and what touches its slot', async () => {
    const ran = await replay(failing(), '--variant', 'broken', '--request', 'req-2', '--text');
    expect(ran.out).toContain('only what touches req-2');
    expect(ran.out).toContain('req-2 gets a slot');
    expect(ran.out).not.toContain('req-1 gets a slot');
    expect((await dataOf(failing(), '--request', '2')).request).toBe('req-2');
  });

  it('opens at the event that is asked for, else where the first violation went wrong', async () => {
    expect((await dataOf(failing(), '--event', '3')).focusEvent).toBe(3);
    const shown = await dataOf(failing());
    const focus = shown.events.find((event) => event.number === shown.focusEvent);
    expect(focus?.request).toBe(shown.violations[0]?.request);
    // Its work has just ended, 10 s into the run: the slot stays.
    expect(focus?.atUs).toBe(10_000_000);
  });

  it('shows as much of a long run as a page can hold, and says which part', async () => {
    const long = own.file('long.yaml', FAILING.replace('burst: 3, at: 0s', 'rate: 50/s, to: 10m').replace('at: 4s', 'at: 300s').replace('10s', '20ms'));
    const shown = await dataOf(long, '--variant', 'broken');
    expect(shown.totalEvents).toBeGreaterThan(20_000);
    expect(shown.events).toHaveLength(20_000);
    expect(shown.stretch.why).toContain('around');
    expect(shown.events.some((event) => event.number === shown.focusEvent)).toBe(true);
    const tooMuch = await replay(long, '--variant', 'good', '--from', '1s');
    expect(tooMuch.err).toContain('at most 20000 events');
    expect(tooMuch.err).toContain('narrow --from and --to');
    expect(tooMuch.code).toBe(104);
  });

  test.each([
    [['--variant', 'brokn'], 'did you mean "broken"'],
    [['--request', 'req-99'], 'expected one of req-1 to req-3'],
    [['--request', 'old'], 'such as req-3'],
    [['--seed', '-1'], '--seed: expected a whole number'],
    [['--from', '5'], '--from: expected a virtual time'],
    [['--from', '2h'], '--from: the run ends at'],
    [['--from', '9s', '--to', '8s'], 'a time and a later one'],
    [['--event', '123456'], '--event: the run has'],
    [['--event', '1', '--from', '9s'], '--event: expected one of'],
    [['--from', '5s', '--to', '6s'], 'nothing happens between 5s and 6s'],
    [['--text', '--json'], 'each wants standard output'],
  ])('refuses %j with a clear word', async (options, words) => {
    const ran = await replay(failing(), ...options);
    expect(ran.err).toContain(words);
    expect([ran.code, ran.out]).toEqual([104, '']);
    expect(existsSync(join(own.path, 'reports')) ? readdirSync(join(own.path, 'reports')) : []).toEqual([]);
  });

  it('refuses a variant where there are none', async () => {
    const single = own.file('single.yaml', FAILING.replace(/variants:[\s\S]*/, ''));
    expect((await replay(single, '--variant', 'good')).err).toContain('has no variants');
  });

  it('lets no name command the terminal or leave its place in the page', async () => {
    const hostile = own.file(
      'hostile.yaml',
      JSON.stringify({
        name: 'hostile',
        platform: { accounts: [{ id: HOSTILE, limit: 1, keys: ['k'] }], endpoints: [{ id: 'model', service: '1s' }] },
        workload: [{ arrivals: { burst: 2, at: '0s' } }],
      }),
    );
    const ran = await replay(hostile, '--html', '--text');
    expect(ran.code).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(ran.out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    const page = readFileSync(join(own.path, 'reports/hostile-1-replay/replay.html'), 'utf8');
    expect(page).not.toMatch(/<script>alert|<img/);
  });

  it('leaves nothing behind when the user interrupts', async () => {
    const ran = await slotstorm(['replay', failing(), '--out', join(own.path, 'reports')], {
      onInterrupt: (listener) => {
        listener();
        return () => undefined;
      },
    });
    expect(ran.code).toBe(105);
    expect(existsSync(join(own.path, 'reports'))).toBe(false);
  });
});

describe('faults', () => {
  it('are named, also those that a seed draws, and what they do is marked', async () => {
    const path = own.file('faults.yaml', FAILING.replace('steps:', 'faults: { kinds: all, activation: 1, strikes: 2, from: 0s, to: 30s }\nsteps:'));
    const shown = await dataOf(path, '--variant', 'good');
    const steps = shown.events.filter((event) => event.name === 'step').map((event) => event.text);
    expect(steps).toContain('step 1: revoke-key acme/k');
    expect(steps.length).toBeGreaterThan(10);
    expect(steps.filter((text) => text.includes('unknown'))).toEqual([]);
    expect(shown.lanes.flatMap((lane) => lane.bars).some((bar) => bar.kind === 'fault')).toBe(true);
  });
});

describe('slotstorm run', () => {
  it('names the command that replays a failing run', async () => {
    const path = failing();
    const command = `npx slotstorm replay ${path} --variant broken --seed 1`;
    const ran = await slotstorm(['run', path, '--out', join(own.path, 'reports'), '--reporter', 'terminal,html']);
    expect(ran.code).toBe(98);
    expect(ran.out).toContain(`replay:    ${command}`);
    expect(readFileSync(join(own.path, 'reports/failing-1/report.html'), 'utf8')).toContain(command);
  });
});
