import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PlanResult } from '../../src/measure/capacity/plan-result.js';
import { readPlan } from '../../src/results/plan-file.js';
import { parseXml } from '../report/xml.js';
import { TestFolder } from './folder.js';
import { filesWith, type Ran, slotstorm } from './memory-outside.js';

const folder = new TestFolder();

/** A small load of which a few seeds decide nearly everything: 2 slots of work, no variability but in the arrivals. */
const STEADY = ['--rate', '2/s', '--service', '1s', '--service-law', 'constant', '--waiting', 'fifo'];
const EFFORT = ['--requests', '1000', '--seeds', '32'];
const LOAD = [...STEADY, ...EFFORT, '--workers', '1'];
const SLO = ['--slo', 'p(95)<1s'];

function plan(...argv: readonly string[]): Promise<Ran> {
  return slotstorm(['plan', ...argv, '--out', folder.path]);
}

async function planned(...argv: readonly string[]): Promise<PlanResult> {
  const { out, code, err } = await plan(...argv, '--json', '--reporter', 'none');
  if (out === '') throw new Error(err);
  const found = readPlan(out, 'standard output');
  expect(found.exitCode).toBe(code);
  return found;
}

describe('the answer of a plan', () => {
  it('is the smallest limit that meets the SLO; one less does not, one more does', async () => {
    const { answer, formula, load, question } = await planned(...LOAD, ...SLO, '--quick');
    const limit = answer.limit as number;
    const verdictAt = (one: number): string | undefined => answer.evidence.find((point) => point.limit === one)?.verdict;
    expect(limit).toBeGreaterThan(load.offeredSlots);
    expect([verdictAt(limit - 1), verdictAt(limit), verdictAt(limit + 1)]).toEqual([expect.stringMatching(/fail|undecided/), 'pass', 'pass']);
    expect(formula.stableFrom).toBe(3);
    expect(question).toMatchObject({ slos: ['queue_latency p(95)<1s'], policy: 'fal-documented', switches: ['waiting=fifo'], requestsPerSeed: 1000 });
  });

  it('is the same for the same question, whoever works on it', async () => {
    const { meta: _, ...first } = await planned(...LOAD, ...SLO, '--quick');
    const { meta: __, ...second } = await planned(...STEADY, ...EFFORT, '--workers', '2', ...SLO, '--quick');
    expect(second).toEqual(first);
  });

  it('asks again by the command that it prints', async () => {
    const first = await planned(...LOAD, ...SLO, '--quick', '--tiers', '2,8', '--tier-price', '8=99');
    const [, , ...words] = first.command.split(' ');
    const again = await planned(...words.slice(1).map((word) => word.replaceAll("'", '')));
    expect(again.command).toBe(first.command);
    expect(again.answer).toEqual(first.answer);
  });

  it('keeps the tiers that were given, with their prices', async () => {
    const { tiers } = await planned(...LOAD, ...SLO, '--quick', '--tiers', '8,2', '--tier-price', '8=99');
    expect(tiers.tiers).toEqual([{ limit: 2 }, { limit: 8, usdPerMonth: 99 }]);
    expect(tiers.tier).toEqual({ limit: 8, usdPerMonth: 99 });
    expect(tiers.source).toBe('given with --tiers; prices given with --tier-price');
  });

  it('knows SLOs of other metrics, and budgets', async () => {
    // Where nothing is lost it takes 59 seeds to say that little is.
    const promises = ['--slo', 'time_to_result: p(99) < 5s', '--slo', 'start_timeouts < 5%', '--start-timeout', '4s'];
    const { question, answer } = await planned(...STEADY, '--requests', '300', '--seeds', '64', '--workers', '1', '--quick', ...promises);
    expect(question.slos).toEqual(['time_to_result p(99) < 5s', 'start_timeouts < 5%']);
    expect(answer.limit).toBeGreaterThanOrEqual(3);
  });

  it('never prints the address of workers in the command', async () => {
    const { err, code } = await plan(...STEADY, ...EFFORT, ...SLO, '--workers', 'redis://me:secret@127.0.0.1:1/0', '--quick');
    expect(code).toBe(104);
    expect(err).not.toContain('secret');
  });
});

describe('a question that has no answer', () => {
  it('is an SLO that nothing could ever meet: 99, and by how much', async () => {
    const { code, out } = await plan(...LOAD, '--slo', 'time_to_result p(50) < 500ms', '--quick', '--reporter', 'terminal');
    expect(code).toBe(99);
    expect(out).toMatch(/^\n✗ No limit up to 10,000/);
    expect(out).toMatch(/even with 10,000 slots time_to_result p\(50\) < 500ms: 1s/);
  });

  it.each(['p(95) < 0s', 'p(95) < -1s'])('is an SLO below nothing: %s', async (slo) => {
    const { code, out } = await plan(...LOAD, '--slo', slo, '--quick', '--reporter', 'terminal');
    expect(code).toBe(99);
    expect(out).toContain('No limit');
  });

  it('is undecided for want of seeds: 96', async () => {
    const few = ['--requests', '300', '--seeds', '8', '--workers', '1'];
    const { code, out } = await plan(...STEADY, ...few, '--slo', 'start_timeouts < 0.1%', '--start-timeout', '4s', '--quick', '--reporter', 'terminal');
    expect(code).toBe(96);
    expect(out).toMatch(/^\n\? No limit is decided/);
  });
});

describe('the gate', () => {
  const gate = (limit: number, ...more: readonly string[]): Promise<Ran> =>
    plan(...LOAD, ...SLO, '--quick', '--gate', '--limit', String(limit), '--reporter', 'terminal', ...more);

  it('passes a limit that is enough', async () => {
    const { code, out } = await gate(8);
    expect(code).toBe(0);
    expect(out).toMatch(/^\n✓ Limit 8 is enough\./);
    expect(out).toMatch(/Limit 8 meets every SLO: queue_latency p\(95\)<1s: /);
  });

  it('decides nothing with two seeds, however much they agree: 96', async () => {
    const two = [...STEADY, '--requests', '1000', '--seeds', '2', '--workers', '1', ...SLO];
    const { code, out } = await plan(...two, '--quick', '--gate', '--limit', '8', '--reporter', 'terminal');
    expect(code).toBe(96);
    expect(out.replace(/\s+/g, ' ')).toContain('(it takes 8 seeds to decide anything)');
  });

  it('fails one that is not: 99', async () => {
    const { code, out } = await gate(2);
    expect(code).toBe(99);
    expect(out).toMatch(/^\n✗ Limit 2 is not enough\./);
  });

  it('says of an overload by how much it is one: slots, and the most that could be carried', async () => {
    const { code, out } = await gate(1);
    expect(code).toBe(99);
    const text = out.replace(/\s+/g, ' ');
    expect(text).toContain(
      "2 slots' worth of work is offered to 1 (at least 2 more are needed to be stable), and 2 requests a second must be carried where at most 1 can be",
    );
  });

  it('tells in one line with --quiet', async () => {
    const { out } = await gate(8, '--quiet');
    expect(out).toMatch(/^pass Limit 8 is enough\. You need limit \d .*\(exit code 0\)\n$/);
  });

  it('tells GitHub where it fails, and writes the summary of the job', async () => {
    const summary = join(folder.path, 'summary.md');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
    const ran = await slotstorm(['plan', ...LOAD, ...SLO, '--quick', '--gate', '--limit', '1', '--reporter', 'github'], { env });
    expect(ran.err).toMatch(/^::error title=plan load%3A failed::Limit 1 is not enough.* Ask again: npx slotstorm plan/m);
    expect(readFileSync(summary, 'utf8')).toMatch(/^## ✗ Limit 1 is not enough/);
    const silent = await slotstorm(['plan', ...LOAD, ...SLO, '--quick', '--gate', '--limit', '1', '--reporter', 'none'], { env });
    expect(silent).toMatchObject({ code: 99, err: '' });
  });

  it('tells other servers in a line of its log, and nobody where there is none', async () => {
    const argv = ['plan', ...LOAD, ...SLO, '--quick', '--gate', '--limit', '1', '--reporter', 'github'];
    expect((await slotstorm(argv, { env: { CI: 'true' } })).err).toMatch(/^slotstorm: error: plan load: failed: Limit 1 is not enough/m);
    expect((await slotstorm(argv)).err).toBe('');
  });

  it('writes what CI servers read as tests', async () => {
    const argv = ['plan', ...LOAD, ...SLO, '--quick', '--gate', '--limit', '1', '--out', folder.path, '--reporter', 'junit'];
    expect((await slotstorm(argv)).code).toBe(99);
    const [suite] = parseXml(readFileSync(join(folder.path, 'plan-load/junit.xml'), 'utf8')).children;
    expect(suite!.attributes).toMatchObject({ name: 'plan load', tests: '3', failures: '2', errors: '0' });
  });
});

describe('an invariant that breaks in the evidence', () => {
  it('is 98, whatever the SLOs say', async () => {
    const scenario = folder.file(
      'leaky.yaml',
      `name: leaky
platform:
  policy: fal-939
  accounts: [{ id: a, limit: 4, keys: [old, new] }]
  endpoints: [{ id: e, service: 5s }]
workload:
  - { as: a/old, endpoint: e, call: submit, arrivals: { burst: 2, at: 0s } }
  - { as: a/new, endpoint: e, call: submit, arrivals: { poisson: 0.2/s, from: 10s, to: 5m } }
steps: [{ at: 1s, do: revoke-key, key: a/old }]
recovery: 10m
`,
    );
    const found = await planned(scenario, '--slo', 'queue_latency p(95) < 60s', '--quick', '--seeds', '8', '--workers', '1');
    expect(found.exitCode).toBe(98);
    expect(found.answer.evidence.find(({ limit }) => limit === found.answer.limit)?.broken).toContain('L-REL');
    const words = ['plan', scenario, '--slo', 'queue_latency p(95) < 60s', '--quick', '--seeds', '8', '--workers', '1', '--reporter', 'github'];
    for (const more of [[], ['--gate', '--limit', String(found.answer.limit)]])
      expect((await slotstorm([...words, ...more], { env: { CI: 'true' } })).err).toMatch(/an invariant broke: [A-Z, -]*L-REL/);
  });
});

describe('what is written', () => {
  it('is the folder plan-NAME, whole, with what was asked for', async () => {
    const { code, out } = await plan(...LOAD, ...SLO, '--quick', '--name', 'shop', '--reporter', 'terminal,json,markdown,csv,html');
    expect(code).toBe(0);
    expect(readdirSync(join(folder.path, 'plan-shop')).sort()).toEqual(['plan.csv', 'plan.html', 'plan.json', 'plan.md']);
    expect(readFileSync(join(folder.path, 'index.html'), 'utf8')).toContain('href="./plan-shop/plan.html"');
    expect(out).toContain(`${folder.path}/plan-shop/plan.html`);
    const kept = readPlan(readFileSync(join(folder.path, 'plan-shop/plan.json'), 'utf8'), 'plan.json');
    expect(readFileSync(join(folder.path, 'plan-shop/plan.md'), 'utf8')).toContain(`You need limit ${kept.answer.limit}`);
  });

  it('is nothing but plan.json on standard output with --json', async () => {
    const { out } = await plan(...LOAD, ...SLO, '--quick', '--json', '--reporter', 'json');
    expect(out).toBe(readFileSync(join(folder.path, 'plan-load/plan.json'), 'utf8'));
  });

  it('is nothing at all when the user interrupts: 105', async () => {
    const { code, out, err } = await slotstorm(['plan', ...LOAD, ...SLO, '--out', join(folder.path, 'reports')], {
      onInterrupt: (listener) => {
        listener();
        return () => undefined;
      },
    });
    expect(code).toBe(105);
    expect(out).toBe('');
    expect(err).toContain('slotstorm: interrupted: no report was written');
    expect(existsSync(join(folder.path, 'reports'))).toBe(false);
  });

  it('leaves nothing half-written where it cannot write', async () => {
    const files = filesWith({
      write: (path) => {
        throw Object.assign(new Error('disk full'), { code: 'ENOSPC', path });
      },
    });
    const { code, err } = await slotstorm(['plan', ...LOAD, ...SLO, '--quick', '--reporter', 'json', '--out', join(folder.path, 'reports')], { files });
    expect(code).toBe(104);
    expect(err).toContain('expected to write to the output folder');
    expect(existsSync(join(folder.path, 'reports'))).toBe(false);
  });

  it('finds out that it cannot write before it simulates anything', async () => {
    const files = filesWith({
      makeDirectory: (path) => {
        throw Object.assign(new Error('no'), { code: 'EACCES', path });
      },
    });
    const onInterrupt = (): never => {
      throw new Error('the simulation has begun');
    };
    const { code, err } = await slotstorm(['plan', ...LOAD, ...SLO, '--out', join(folder.path, 'reports')], { files, onInterrupt });
    expect(code).toBe(104);
    expect(err).toContain('expected to write to the output folder');
  });

  it('opens where it is asked to', async () => {
    const opened: string[] = [];
    await slotstorm(['plan', ...LOAD, ...SLO, '--quick', '--reporter', 'html', '--open', 'always', '--out', folder.path], {
      open: (target) => opened.push(target),
    });
    expect(opened).toEqual([`${folder.path}/plan-load/plan.html`]);
  });
});

describe('a plan against its baseline', () => {
  const ask = (...more: readonly string[]): Promise<Ran> => plan(...LOAD, '--quick', '--reporter', 'terminal,json', ...more);
  const baselines = (): string => join(folder.path, 'baselines');
  const keep = (): void => {
    mkdirSync(baselines(), { recursive: true });
    writeFileSync(join(baselines(), 'plan-load.json'), readFileSync(join(folder.path, 'plan-load/plan.json')));
  };

  it('passes where nothing changed, and says so', async () => {
    await ask(...SLO);
    keep();
    const { code, out } = await ask(...SLO, '--baseline', baselines());
    expect(code).toBe(0);
    expect(out).toContain('BASELINE');
    expect(out.replace(/\s+/g, ' ')).toContain('No worse than');
  });

  it('is 97 where more slots are needed than before', async () => {
    await ask(...SLO);
    keep();
    const { code, out } = await ask(...SLO, '--burstiness', '6', '--baseline', baselines(), '--allow', 'load');
    expect(code).toBe(97);
    expect(out.replace(/\s+/g, ' ')).toMatch(/Worse than .*: smallest limit/);
  });

  it('is 96 where the load is another, and nobody has allowed it', async () => {
    await ask(...SLO);
    keep();
    const { code, out } = await ask(...SLO, '--burstiness', '6', '--baseline', baselines());
    expect(code).toBe(96);
    expect(out.replace(/\s+/g, ' ')).toContain('the load is another');
  });

  it('is 96 where the SLOs are others, and spaces make no other', async () => {
    await ask(...SLO);
    keep();
    expect((await ask('--slo', 'p(95)  <  1s', '--baseline', baselines())).code).toBe(0);
    expect((await ask('--slo', 'p(95)<2s', '--baseline', baselines())).code).toBe(96);
  });

  it('is 96 where there is none', async () => {
    mkdirSync(baselines());
    const { code, out } = await ask(...SLO, '--baseline', baselines());
    expect(code).toBe(96);
    expect(out.replace(/\s+/g, ' ')).toContain('there is no baseline at');
  });

  it('is 104 where its file contradicts itself: nothing is held against what no plan ever said', async () => {
    await ask(...SLO);
    keep();
    const kept = join(baselines(), 'plan-load.json');
    const { limit: _, ...answer } = readPlan(readFileSync(kept, 'utf8'), kept).answer;
    writeFileSync(kept, JSON.stringify({ ...readPlan(readFileSync(kept, 'utf8'), kept), answer }));
    const { code, err } = await ask(...SLO, '--baseline', baselines());
    expect(code).toBe(104);
    expect(err).toContain(`${kept}: at answer.limit: expected a limit, or evidence that`);
    expect((await slotstorm(['compare', kept, join(folder.path, 'plan-load')])).code).toBe(104);
  });

  it('can be held against later with compare', async () => {
    await ask(...SLO);
    keep();
    await ask(...SLO, '--burstiness', '6');
    const now = join(folder.path, 'plan-load');
    const kept = join(baselines(), 'plan-load.json');
    const different = await slotstorm(['compare', kept, now]);
    expect(different.code).toBe(96);
    const worse = await slotstorm(['compare', kept, now, '--allow', 'load']);
    expect(worse.code).toBe(97);
    expect(worse.out).toMatch(/✗ smallest limit {2,}\d+ slots → \d+ slots/);
    const markdown = join(folder.path, 'moves.md');
    const data = await slotstorm(['compare', kept, kept, '--json', '--markdown', markdown]);
    expect(data.code).toBe(0);
    expect(JSON.parse(data.out)).toMatchObject({ verdict: 'pass', differences: [] });
    expect(readFileSync(markdown, 'utf8')).toContain('| smallest limit |');
    expect((await slotstorm(['compare', kept, now, '--misrate', '1%'])).err).toContain('--misrate is about results of runs');
    expect((await slotstorm(['compare', kept, folder.file('other.json', '{}')])).err).toContain('other.json" is none');
    expect((await slotstorm(['compare', kept, join(folder.path, 'nowhere.json')])).err).toContain('nowhere.json" does not exist');
    expect((await slotstorm(['compare', kept, baselines()])).err).toContain('baselines" holds no plan.json');
    for (const [text, said] of [
      ['', 'plan.json: expected JSON, but it is empty; plan again'],
      ['{"schemaVersion": 2, ', 'plan.json: expected JSON, but it breaks off'],
    ] as const) {
      writeFileSync(join(now, 'plan.json'), text);
      for (const words of [
        [kept, now],
        [now, kept],
        [now, now],
        [join(now, 'plan.json'), now],
      ]) {
        const { code, err } = await slotstorm(['compare', ...words]);
        expect({ code, err }).toEqual({ code: 104, err: expect.stringContaining(said) });
        expect(err).not.toContain('run the scenario again');
      }
    }
  });
});

describe('loads of other kinds', () => {
  it('a scenario: its own SLOs, name and policy', async () => {
    const scenario = folder.file(
      'story.yaml',
      `name: story
platform:
  policy: reference
  accounts: [{ id: a, limit: 2, keys: [k] }]
  endpoints: [{ id: e, service: 1s }]
workload:
  - { as: a/k, endpoint: e, call: submit, arrivals: { poisson: 2/s, to: 5m } }
warmup: 20s
recovery: 1m
expect: { thresholds: { queue_latency: p(95) < 1s } }
`,
    );
    const found = await planned(scenario, '--quick', '--seeds', '16', '--workers', '1');
    expect(found).toMatchObject({ exitCode: 0, load: { source: 'scenario' }, question: { policy: 'reference', slos: ['queue_latency p(95) < 1s'] } });
    const faster = await planned(scenario, '--quick', '--seeds', '16', '--workers', '1', '--set', 'platform.endpoints.e.service=100ms');
    expect(faster.answer.limit as number).toBeLessThan(found.answer.limit as number);
    expect((await plan(scenario, '--quick', '--seeds', '8', '--workers', '1', '--reporter', 'json')).code).toBe(0);
    expect(existsSync(join(folder.path, 'plan-story/plan.json'))).toBe(true);
  });

  it('a trace: one history, each of its days, its tenants', async () => {
    // A minute before midnight and one after it, a request every second: twenty slots of work, then four.
    const rows = Array.from({ length: 120 }, (_, n) => {
      const second = String(n % 60).padStart(2, '0');
      return n < 60 ? `2024-11-16 23:59:${second},20,${n % 3}` : `2024-11-17 00:00:${second},4,${n % 3}`;
    });
    const trace = folder.file('day & night.csv', `at,seconds,who\n${rows.join('\n')}\n`);
    const words = ['--trace', trace, '--arrival-column', 'at', '--service-column', 'seconds', '--waiting', 'fifo', '--workers', '1', '--tiers', '4,8'];
    const found = await planned(...words, ...SLO, '--ghosts', '0');
    expect(found).toMatchObject({ exitCode: 0, load: { source: 'trace', trace: { rows: 120, used: 120 } } });
    expect(found.days?.map(({ name, requests }) => [name, requests])).toEqual([
      ['2024-11-16', 60],
      ['2024-11-17', 60],
    ]);
    expect(found.days?.[0]?.limit as number).toBeGreaterThan(found.days?.[1]?.limit as number);
    expect(found.answer.limit).toBe(found.days?.[0]?.limit);
    const tenants = await planned(...words, ...SLO, '--by', 'who', '--ghosts', '0');
    expect(tenants.tenants?.map(({ name }) => name).sort()).toEqual(['0', '1', '2']);
    expect((await plan(...words, ...SLO, '--quick', '--reporter', 'json')).code).toBe(0);
    expect(existsSync(join(folder.path, 'plan-day-night/plan.json'))).toBe(true);
  });
});

describe('a recording', () => {
  const ROWS = Array.from({ length: 40 }, (_, n) => `${n},${1 + (n % 3)}\n`);
  const TRACE = ['--arrival-column', 'at', '--service-column', 'seconds', '--waiting', 'fifo', '--workers', '1', '--quick', ...SLO];
  const recording = (name: string, rows: readonly string[]): string => folder.file(name, `at,seconds\n${rows.join('')}`);
  const replaying = (trace: string, name = 'replayed.yaml'): string =>
    folder.file(
      name,
      `name: replayed
platform:
  accounts: [{ id: a, limit: 4, keys: [k] }]
  endpoints: [{ id: e, service: 1s }]
workload:
  - { as: a/k, endpoint: e, call: submit, arrivals: { trace: ${trace}, columns: { arrival: at, service: seconds } } }
recovery: 10m
`,
    );
  const QUICK = ['--quick', '--workers', '1', ...SLO];

  it.each([
    ['a trace', () => ['--trace', recording('growing.csv', ROWS), ...TRACE]],
    ['the trace of a scenario', () => [replaying(recording('growing.csv', ROWS)), ...QUICK]],
  ])('that changes while it is planned with ends the plan: 104 (%s)', async (_, argv) => {
    const real = filesWith({});
    let times = 0;
    const files = filesWith({
      *readChunks(path) {
        yield* real.readChunks(path);
        if (path.endsWith('growing.csv') && times++ > 0) yield '40,1\n';
      },
    });
    const ran = await slotstorm(['plan', ...argv(), '--out', join(folder.path, 'reports')], { files });
    expect(ran).toMatchObject({ code: 104, out: '' });
    expect(ran.err).toMatch(
      /expected the recording ".*growing\.csv" to stay as it was when the plan began .* plan again once nobody writes into it, or with a copy/,
    );
    expect(existsSync(join(folder.path, 'reports'))).toBe(false);
  });

  it('is known by what it holds, not by its name or place', async () => {
    const loadOf = async (...argv: readonly string[]): Promise<unknown> => (await planned(...argv)).question.parts?.load;
    const first = await loadOf(replaying(recording('requests.csv', ROWS)), ...QUICK);
    const ofTrace = await loadOf('--trace', recording('requests.csv', ROWS), ...TRACE);
    expect(await loadOf(replaying(recording('moved.csv', ROWS)), ...QUICK)).toBe(first);
    expect(await loadOf('--trace', recording('moved.csv', ROWS), ...TRACE)).toBe(ofTrace);
    expect(await loadOf(replaying(recording('requests.csv', ROWS.slice(0, 39))), ...QUICK)).not.toBe(first);
    expect(await loadOf('--trace', recording('requests.csv', ROWS.slice(0, 39)), ...TRACE)).not.toBe(ofTrace);
  });

  it('is pinned and known by what it holds where service times are drawn from it', async () => {
    const drawing = (samples: string): string =>
      folder.file(
        'drawn.yaml',
        `name: drawn
platform:
  accounts: [{ id: a, limit: 4, keys: [k] }]
  endpoints: [{ id: e, service: { empirical: { file: ${samples}, column: seconds } } }]
workload:
  - { as: a/k, endpoint: e, call: submit, arrivals: { poisson: 1/s, to: 2m } }
recovery: 10m
`,
      );
    const words = [...QUICK, '--seeds', '2'];
    const partsOf = async (samples: string) => (await planned(drawing(samples), ...words)).question.parts;
    const first = await partsOf(folder.file('one.csv', 'seconds\n1\n2\n'));
    expect(await partsOf(folder.file('moved.csv', 'seconds\n1\n2\n'))).toEqual(first);
    const other = await partsOf(folder.file('one.csv', 'seconds\n1\n3\n'));
    expect(other?.load).not.toBe(first?.load);
    expect(other?.platform).toBe(first?.platform);
  });

  it('of another content is another load to a baseline: 96', async () => {
    const scenario = replaying(recording('requests.csv', ROWS));
    await plan(scenario, ...QUICK, '--reporter', 'json');
    const baseline = folder.file('kept.json', readFileSync(join(folder.path, 'plan-replayed/plan.json'), 'utf8'));
    expect((await plan(scenario, ...QUICK, '--baseline', baseline, '--reporter', 'none')).code).toBe(0);
    recording('requests.csv', ROWS.toReversed());
    expect((await planned(scenario, ...QUICK, '--baseline', baseline)).comparison).toMatchObject({
      verdict: 'undecided',
      differences: [expect.stringContaining('the load is another')],
    });
  });
});

describe('a scenario with variants', () => {
  const scenario = (variants: string): string =>
    folder.file(
      'story.yaml',
      `name: story
platform:
  policy: reference
  accounts: [{ id: a, limit: 2, keys: [k] }]
  endpoints: [{ id: e, service: 1s }]
workload:
  - { as: a/k, endpoint: e, call: submit, arrivals: { poisson: 2/s, to: 20m } }
warmup: 20s
recovery: 1m
variants: [${variants}]
`,
    );
  const SLOW = '{ name: slow, set: { platform.endpoints.e.service: 2s }, expect: { thresholds: { queue_latency: p(95) < 3s } } }';
  const TWICE = '{ name: "twice as often", set: { workload.0.arrivals.poisson: 4/s } }';
  const SEEDS = ['--quick', '--seeds', '16', '--workers', '1'];

  it('is planned with the one that is asked for: its load, its promises, its name in all that is said', async () => {
    const { out, code } = await plan(scenario(`${SLOW}, ${TWICE}`), '--variant', 'slow', ...SEEDS, '--reporter', 'terminal,json');
    expect(code).toBe(0);
    const found = readPlan(readFileSync(join(folder.path, 'plan-story-slow/plan.json'), 'utf8'), 'plan.json');
    expect(found.load.text).toBe('story, variant slow: 2/s of a, service 2s mean');
    expect(found.question.slos).toEqual(['queue_latency p(95) < 3s']);
    expect(found.command).toContain(' --variant slow ');
    expect(out).toContain('--variant slow');
    const twice = await planned(scenario(`${SLOW}, ${TWICE}`), '--variant', 'twice as often', ...SEEDS, '--set', 'platform.endpoints.e.service=100ms', ...SLO);
    expect(twice.load).toMatchObject({ ratePerSecond: 4, meanServiceMs: 100 });
    expect((await plan(scenario(`${SLOW}, ${TWICE}`), '--variant', 'twice as often', ...SEEDS, ...SLO, '--reporter', 'json')).code).toBe(0);
    expect(readdirSync(folder.path).filter((name) => name.startsWith('plan-story-twice'))).toEqual([
      expect.stringMatching(/^plan-story-twice-as-often-[0-9a-f]{6}$/),
    ]);
  });

  it('has a folder and a baseline of its own, in whatever language it is named', async () => {
    const named = (name: string): string => `{ name: ${JSON.stringify(name)} }`;
    const names = ['旧', '新', 'a b', 'a-b', 'a/b', 'Größe.2'];
    for (const name of names) {
      const argv = [scenario(names.map(named).join(', ')), '--variant', name, '--quick', '--seeds', '8', '--workers', '1', ...SLO, '--reporter', 'json'];
      expect((await plan(...argv)).code).toBe(0);
    }
    const folders = readdirSync(folder.path).filter((name) => name.startsWith('plan-'));
    expect(folders).toHaveLength(names.length);
    expect(folders).toEqual(expect.arrayContaining(['plan-story-旧', 'plan-story-新', 'plan-story-a-b', 'plan-story-Größe.2']));
  });

  it('needs no word where there is one', async () => {
    expect((await planned(scenario(SLOW), ...SEEDS)).load.text).toBe('story, variant slow: 2/s of a, service 2s mean');
  });
});

describe('what was not asked for', () => {
  it('is not in a quick plan', async () => {
    const found = await planned(...LOAD, ...SLO, '--quick');
    expect(Object.keys(found)).not.toEqual(expect.arrayContaining(['frontier', 'sensitivity', 'ghosts', 'inverse']));
  });

  it('is there in a whole one', async () => {
    const found = await planned(...STEADY, '--requests', '300', '--seeds', '8', '--workers', '1', ...SLO, '--ghosts', '1', '--stuck-price', '0.001');
    expect(Object.keys(found)).toEqual(expect.arrayContaining(['frontier', 'heatMap', 'sensitivity', 'whatIfs', 'ghosts', 'inverse']));
    expect(found.ghosts?.map(({ ghosts }) => ghosts)).toEqual([1]);
    expect(found.ghosts?.[0]?.stuckUsd).toBeCloseTo(30 * 86_400 * 0.001, 6);
  }, 60_000);
});

describe('one run', () => {
  it('prints the figures of one seed at one limit as one line', async () => {
    const { code, out } = await plan('--rate', '2/s', '--service', '1s', ...SLO, '--limit', '4', '--requests', '500', '--seed', '3', '--one-run');
    expect(code).toBe(0);
    expect(out.split('\n')).toHaveLength(2);
    expect(JSON.stringify(JSON.parse(out))).toContain('"seed":3');
  });
});
