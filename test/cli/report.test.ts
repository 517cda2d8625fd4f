import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ResultFile } from '../../src/measure/result.js';
import { planJson } from '../../src/report/plan/json.js';
import { HOSTILE_NAMES } from '../report/hostile-names.js';
import { liveRun } from '../report/live-fixture.js';
import { quickPlanFixture } from '../report/plan/plan-fixture.js';
import { TestFolder } from './folder.js';
import { filesWith, readJson, slotstorm } from './memory-outside.js';

const STORY = 'scenarios/key-revocation-mid-flight.yaml';
const OTHER = 'scenarios/burst-submission.yaml';
const TEXTS = 'json,html,junit,markdown,tap,list,openmetrics';

const GATED = `name: gated
platform:
  policy: fal-939
  accounts: [{ id: acme, limit: 2, keys: [old, new] }]
  endpoints: [{ id: e, service: 3s, runners: 4 }]
workload:
  - { as: acme/old, endpoint: e, call: submit, arrivals: { poisson: 1/s, from: 0s, to: 30s } }
  - { as: acme/new, endpoint: e, call: submit, arrivals: { poisson: 0.3/s, from: 0s, to: 60s } }
steps: [{ at: 10s, do: revoke-key, key: acme/old }]
recovery: 3m
expect:
  thresholds: { queue_latency: ["p(95) < 20s @ median"] }
  invariants: { S-ORPH: off, L-QUIET: off, L-TERM: off }
  budgets: { start_timeouts: 1% }
`;
const QUARANTINE = `- scenario: gated
  check: L-REL
  owner: somebody
  reason: known
  until: 2099-01-01
`;

const tmp = new TestFolder();
const at = (...names: string[]): string => join(tmp.path, ...names);
const run = (...argv: string[]) => slotstorm(['run', ...argv, '--out', tmp.path, '--quiet']);

describe('slotstorm report merge', { timeout: 120_000 }, () => {
  it('writes what one run of all seeds would have written, byte for byte outside of meta, in every format', async () => {
    await run(STORY, '--seeds', '7', '--reporter', TEXTS);
    for (let n = 1; n <= 3; n++) await run(STORY, '--seeds', '7', '--shard', `${n}/3`, '--reporter', 'json');
    const shards = [3, 1, 2].map((n) => at(`key-revocation-mid-flight-1-to-7-shard-${n}-of-3`));
    const merged = await slotstorm(['report', 'merge', ...shards, '--out', at('merged'), '--reporter', `${TEXTS},terminal`, '-q']);
    expect(merged).toMatchObject({ code: 0, err: '' });
    expect(merged.out).toBe(`pass key-revocation-mid-flight (exit code 0) ${at('merged/key-revocation-mid-flight-1-to-7/report.html')}\n`);
    const [whole, joined] = [at('key-revocation-mid-flight-1-to-7'), at('merged/key-revocation-mid-flight-1-to-7')];
    expect(readdirSync(joined)).toEqual(readdirSync(whole));
    expect(withoutMeta(joined)).toBe(withoutMeta(whole));
    for (const name of ['checks.tap', 'checks.txt', 'metrics.prom', 'summary.md'])
      expect(readFileSync(join(joined, name), 'utf8'), name).toBe(readFileSync(join(whole, name), 'utf8'));
  });

  it('judges over all seeds what no shard could judge: quantified thresholds, budgets, quarantine, minimal stories', async () => {
    const story = tmp.file('gated.yaml', GATED);
    const quarantine = tmp.file('quarantine.yaml', QUARANTINE);
    const whole = await run(story, '--seeds', '6', '--reporter', 'json', '--quarantine', quarantine);
    for (let n = 1; n <= 4; n++) await run(story, '--seeds', '6', '--shard', `${n}/4`, '--reporter', 'json', '--quarantine', quarantine);
    const merged = await slotstorm(['report', 'merge', tmp.path, '--out', at('merged'), '--reporter', 'json', '--quarantine', quarantine]);
    expect(merged).toMatchObject({ code: whole.code, err: '' });
    expect(withoutMeta(at('merged/gated-1-to-6'))).toBe(withoutMeta(at('gated-1-to-6')));
    const { gate, runs } = readResult('merged/gated-1-to-6/result.json');
    expect(gate!.acrossSeeds.map(({ kind, seeds }) => [kind, seeds])).toEqual([
      ['threshold', 6],
      ['budget', 6],
    ]);
    expect(gate!.quarantine.map(({ state }) => state)).toEqual(['used']);
    expect(runs[0]!.evidence!.minimalTraces!.length).toBeGreaterThan(0);
  });

  it('takes folders of folders, and shards of several scenarios', async () => {
    for (let n = 1; n <= 2; n++) await run(STORY, OTHER, '--seeds', '2', '--shard', `${n}/2`, '--reporter', 'json');
    const merged = await slotstorm(['report', 'merge', tmp.path, '--out', at('merged'), '--reporter', 'json']);
    expect(merged).toMatchObject({ code: 0, err: '' });
    expect(readdirSync(at('merged')).filter((name) => name.endsWith('-1-to-2'))).toEqual(['burst-submission-1-to-2', 'key-revocation-mid-flight-1-to-2']);
  });

  it('puts the merged run, and no shard, into the history', async () => {
    for (let n = 1; n <= 2; n++) await run(OTHER, '--seeds', '2', '--shard', `${n}/2`, '--reporter', 'json');
    expect(existsSync(at('history.ndjson'))).toBe(false);
    await slotstorm(['report', 'merge', tmp.path, '--out', tmp.path, '--reporter', 'json,html']);
    expect(historyFolders()).toEqual(['burst-submission-1-to-2']);
    await slotstorm(['report', tmp.path]);
    expect(historyFolders()).toEqual(['burst-submission-1-to-2']);
    expect(readFileSync(at('index.html'), 'utf8')).toContain('href="./burst-submission-1-to-2/report.html"');
  });

  it('ends with 104 where a shard is missing, and with 96 where that is allowed', async () => {
    await run(OTHER, '--seeds', '4', '--shard', '1/2', '--reporter', 'json');
    const shard = at('burst-submission-1-to-4-shard-1-of-2');
    const refused = await slotstorm(['report', 'merge', shard, '--out', at('merged')]);
    expect(refused.code).toBe(104);
    expect(refused.err).toContain('expected all shards of the run, but 1 of 2 shards were given; missing: shard 2, with seeds 2, 4');
    expect(existsSync(at('merged'))).toBe(false);
    const taken = await slotstorm(['report', 'merge', shard, '--allow-missing', '--out', at('merged'), '--reporter', 'json,terminal']);
    expect(taken.code).toBe(96);
    expect(readResult('merged/burst-submission-1-to-4-partial/result.json')).toMatchObject({ verdict: 'undecided', exitCode: 96, seeds: [1, 3] });
  });

  it('puts what is not all there beside the complete run, and says in its report what is missing', async () => {
    await run(OTHER, '--seeds', '2', '--reporter', 'json');
    const whole = contents(at('burst-submission-1-to-2'));
    await run(OTHER, '--seeds', '2', '--shard', '2/2', '--reporter', 'json');
    const shard = at('burst-submission-1-to-2-shard-2-of-2');
    const merged = await slotstorm(['report', 'merge', shard, '--allow-missing', '--out', tmp.path, '--reporter', 'json,html,markdown,list,terminal', '-q']);
    expect(merged.out).toBe(`undecided burst-submission (exit code 96) ${at('burst-submission-1-to-2-partial/report.html')}\n`);
    expect(contents(at('burst-submission-1-to-2'))).toEqual(whole);
    expect(historyFolders()).toEqual(['burst-submission-1-to-2', 'burst-submission-1-to-2-partial']);
    for (const page of ['report.html', 'summary.md', 'checks.txt'])
      expect(readFileSync(at(`burst-submission-1-to-2-partial/${page}`), 'utf8'), page).toContain('missing: shard 1, with seed 1');
  });

  it('takes what failed for worse than what is missing, and what passed for no more than undecided', async () => {
    const story = tmp.file('gated.yaml', GATED);
    await run(story, '--seeds', '2', '--shard', '1/2', '--reporter', 'json');
    const few = await slotstorm(['report', 'merge', at('gated-1-to-2-shard-1-of-2'), '--allow-missing', '--out', at('merged'), '--reporter', 'json']);
    expect(few.code).toBe(98);
    const plain = tmp.file(
      'plain.yaml',
      GATED.replace('name: gated', 'name: plain')
        .replace('fal-939', 'fal-documented')
        .replace(/expect:[\s\S]*/, ''),
    );
    await run(plain, '--seeds', '2', '--shard', '1/2', '--reporter', 'json');
    const shard = at('plain-1-to-2-shard-1-of-2');
    expect(readResult('plain-1-to-2-shard-1-of-2/result.json').exitCode).toBe(0);
    for (const failOn of ['error', 'warn']) {
      const merged = await slotstorm(['report', 'merge', shard, '--allow-missing', '--out', at('merged'), '--reporter', 'json', '--fail-on', failOn]);
      expect(merged.code, failOn).toBe(96);
    }
  });

  it('names every scenario that lacks shards, and a file that is named twice', async () => {
    await run(STORY, OTHER, '--seeds', '2', '--shard', '1/2', '--reporter', 'json');
    const refused = await slotstorm(['report', 'merge', tmp.path, '--out', at('merged')]);
    expect(refused.err).toContain('burst-submission: expected all shards of the run, but 1 of 2 shards were given');
    expect(refused.err).toContain('key-revocation-mid-flight: expected all shards of the run, but 1 of 2 shards were given');
    const shard = at('burst-submission-1-to-2-shard-1-of-2');
    const twice = await slotstorm(['report', 'merge', shard, `${shard}/result.json`, '--out', at('merged')]);
    expect(twice).toMatchObject({ code: 104, err: expect.stringContaining('this file was named twice; name it once') });
  });

  it('writes the index page once, whatever the number of scenarios, and says so when it cannot', async () => {
    for (let n = 1; n <= 2; n++) await run(STORY, OTHER, '--seeds', '2', '--shard', `${n}/2`, '--reporter', 'json');
    const { rename } = filesWith({});
    const renamed: string[] = [];
    const watched = filesWith({
      rename: (from, to) => {
        renamed.push(to);
        rename(from, to);
      },
    });
    const argv = ['report', 'merge', tmp.path, '--out', at('merged'), '--reporter', 'json'];
    await slotstorm(argv, { files: watched });
    expect(renamed.filter((path) => path.endsWith('index.html'))).toEqual([at('merged/index.html')]);
    const full = (path: string): never => {
      throw Object.assign(new Error(path), { code: 'ENOSPC' });
    };
    const pageless = filesWith({ rename: (from, to) => (to.endsWith('index.html') ? full(to) : rename(from, to)), append: full });
    const ran = await slotstorm(argv, { files: pageless });
    expect(ran.code).toBe(0);
    expect(ran.err).toMatch(/the history of .* could not be continued: no space left/);
    expect(ran.err).toMatch(/the index page of .* could not be renewed: .*no space left/);
    expect(readdirSync(at('merged')).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('with --exit-zero only reports a verdict, and keeps the code of what is no verdict', async () => {
    const story = tmp.file('gated.yaml', GATED);
    await run(story, '--seeds', '2', '--shard', '1/1', '--reporter', 'json');
    const merge = (folder: string) => slotstorm(['report', 'merge', folder, '--out', at('merged'), '--reporter', 'json', '--exit-zero']);
    expect((await merge(at('gated-1-to-2-shard-1-of-1'))).code).toBe(0);
    expect(readResult('merged/gated-1-to-2/result.json').exitCode).toBe(98);
    const { runs, ...rest } = readResult('gated-1-to-2-shard-1-of-1/result.json');
    const live = liveRun({ broken: ['the load script threw'] });
    mkdirSync(at('broken'));
    writeFileSync(at('broken/result.json'), JSON.stringify({ ...rest, runs: runs.map((one) => ({ ...one, live })) }));
    expect(await merge(at('broken'))).toMatchObject({ code: 107 });
  });

  it('refuses a name that would lead out of the folder', async () => {
    await run(OTHER, '--seeds', '2', '--shard', '1/1', '--reporter', 'json');
    const file = at('burst-submission-1-to-2-shard-1-of-1/result.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"name": "burst-submission"', '"name": "../../evil"'));
    expect(await slotstorm(['report', 'merge', file, '--out', at('merged')])).toMatchObject({
      code: 104,
      err: expect.stringContaining('expected scenarios to have names of a-z, 0-9 and -'),
    });
  });

  it('refuses what is no shard by name, and writes nothing', async () => {
    writeFileSync(at('x.json'), '{}');
    for (const [argv, message] of [
      [[], 'report merge: expected shards'],
      [[at('x.json')], 'x.json: expected a result of slotstorm'],
      [[at('nowhere')], 'does not exist'],
      [[at('empty')], 'holds no result.json, nor does any folder in it'],
      [['test/results/fixtures/result-v1.json'], 'of schema version 1, which had no shards'],
    ] as const) {
      mkdirSync(at('empty'), { recursive: true });
      expect(await slotstorm(['report', 'merge', ...argv, '--out', at('merged')])).toMatchObject({ code: 104, err: expect.stringContaining(message) });
    }
    expect(existsSync(at('merged'))).toBe(false);
  });
});

describe('slotstorm report --from', { timeout: 120_000 }, () => {
  it('writes again, byte for byte, what the run has written', async () => {
    await run(STORY, '--variant', 'fal-939', '--reporter', `${TEXTS},png`, '--trace');
    const folder = at('key-revocation-mid-flight-1');
    const written = contents(folder);
    for (const name of written.keys()) if (name !== 'result.json' && !name.startsWith('trace')) writeFileSync(join(folder, name), '');
    const again = await slotstorm(['report', '--from', folder, '--reporter', `${TEXTS},png`]);
    expect(again).toEqual({ code: 0, out: `${folder}/report.html\n`, err: '' });
    expect(contents(folder)).toEqual(written);
    await slotstorm(['report', '--from', join(folder, 'result.json'), '--out', at('elsewhere'), '--reporter', `${TEXTS},png`]);
    written.delete('trace.ndjson.gz');
    expect(contents(at('elsewhere'))).toEqual(written);
  });

  it('draws a result of schema version 1 in every format, and leaves its file as it is', async () => {
    const old = readFileSync('test/results/fixtures/result-v1.json', 'utf8');
    const file = tmp.file('result.json', old);
    expect(await slotstorm(['report', '--from', file])).toMatchObject({ code: 0, err: '' });
    expect(readdirSync(tmp.path).sort()).toEqual(['charts', 'junit.xml', 'report.html', 'result.json', 'summary.md']);
    expect(readFileSync(file, 'utf8')).toBe(old);
    await slotstorm(['report', '--from', file, '--reporter', 'json,tap,list,openmetrics']);
    expect(readResult('result.json').schemaVersion).toBe(2);
  });

  it('opens the report when it is asked to', async () => {
    const opened: string[] = [];
    tmp.file('result.json', readFileSync('test/results/fixtures/result-v1.json', 'utf8'));
    await slotstorm(['report', '--from', tmp.path, '--reporter', 'html', '--open'], { open: (target) => opened.push(target) });
    expect(opened).toEqual([at('report.html')]);
    const none = await slotstorm(['report', '--from', tmp.path, '--out', at('other'), '--reporter', 'json', '--open'], {
      open: (target) => opened.push(target),
    });
    expect(none.err).toBe(`slotstorm: --open: there is no ${at('other/report.html')}; write it with --reporter html\n`);
    expect(opened).toEqual([at('report.html')]);
  });

  it('refuses what is no result by name, and writes nothing', async () => {
    const text = readFileSync('test/results/fixtures/result-v1.json', 'utf8');
    for (const [name, given, message] of [
      ['cut.json', text.slice(0, 5_000), 'cut.json: expected JSON, but it breaks off after 5,000 characters'],
      ['foreign.json', '{"name":"x"}', 'foreign.json: expected a result of slotstorm'],
      ['newer.json', text.replace('"schemaVersion": 1', '"schemaVersion": 9'), 'newer.json: expected a result of schema version 2 or older, got version 9'],
    ] as const) {
      const refused = await slotstorm(['report', '--from', tmp.file(name, given)]);
      expect(refused).toMatchObject({ code: 104, out: '', err: expect.stringContaining(message) });
      expect(refused.err).not.toContain('    at ');
    }
    expect(readdirSync(tmp.path).sort()).toEqual(['cut.json', 'foreign.json', 'newer.json']);
    expect(await slotstorm(['report', '--from', at('nowhere.json')])).toMatchObject({ code: 104, err: expect.stringContaining('does not exist') });
  });
});

describe('slotstorm report', { timeout: 120_000 }, () => {
  it('renews the page over a folder, adding results that its history does not know', async () => {
    await run(OTHER, '--reporter', 'json,html');
    mkdirSync(at('old/story'), { recursive: true });
    writeFileSync(at('old/story/result.json'), readFileSync('test/results/fixtures/result-v1.json'));
    mkdirSync(at('broken'));
    writeFileSync(at('broken/result.json'), '{');
    const report = await slotstorm(['report', `${tmp.path}/`]);
    expect(report.code).toBe(0);
    expect(report.out).toBe(`1 result that the history did not know was added to it.\n${at('index.html')}\n`);
    expect(report.err).toContain(`left out: ${at('broken/result.json')}: expected JSON, but it breaks off`);
    expect(historyFolders()).toEqual(['burst-submission-1', 'old/story']);
    const page = readFileSync(at('index.html'), 'utf8');
    expect(page).toContain('href="./burst-submission-1/report.html"');
    expect(page).toContain('key-revocation-mid-flight');
    expect((await slotstorm(['report', tmp.path])).out).toBe(`${at('index.html')}\n`);
  });

  it('lists plans and scorecards of a folder, also where nothing else is there, and says which it cannot read', async () => {
    const put = (folder: string, file: string, text: string): void => {
      mkdirSync(at(folder), { recursive: true });
      writeFileSync(at(folder, file), text);
    };
    put('plan-shop', 'plan.json', planJson(quickPlanFixture()));
    put('plan-shop', 'plan.html', '');
    put('plan-cut', 'plan.json', '{"schemaVersion": 1, "question": ');
    const cells = [{ standing: 'shown' }, { standing: 'refuted' }];
    const score = {
      schemaVersion: 1,
      questions: [{ id: 'a' }, { id: 'b' }],
      providers: [{ name: 'reference', cells }],
      meta: { date: '2026-01-01T00:00:00.000Z' },
    };
    put('nightly/score', 'score.json', JSON.stringify(score));
    put('nightly/score', 'score.md', '');
    put('other', 'score.json', JSON.stringify({ ...score, providers: [{ name: 'x', cells: [{ standing: 'best' }] }] }));
    expect(await slotstorm(['report', tmp.path])).toMatchObject({ code: 0, out: `${at('index.html')}\n` });
    const page = readFileSync(at('index.html'), 'utf8');
    expect(page).toContain('<a href="./plan-shop/plan.html">plan-shop</a>');
    expect(page).toContain('You need limit 69');
    expect(page).toContain('<a href="./nightly/score/score.md">nightly/score</a>');
    expect(page).toContain('1 shown, 1 refuted');
    expect(page).toContain('2 questions to reference');
    expect(page).toContain(`${at('plan-cut/plan.json')}: expected JSON, but it breaks off`);
    expect(page).toContain('providers[0].cells[0].standing should be');
    expect(existsSync(at('history.ndjson'))).toBe(false);
  });

  it('lists the newest three hundred plans, whatever their names are', async () => {
    const text = planJson(quickPlanFixture());
    for (let n = 1; n <= 302; n++) {
      const file = at(`plan-${String(n).padStart(3, '0')}`, 'plan.json');
      mkdirSync(dirname(file));
      writeFileSync(file, text);
      utimesSync(file, 1_000_000 + n, 1_000_000 + n);
    }
    expect((await slotstorm(['report', tmp.path])).code).toBe(0);
    const page = readFileSync(at('index.html'), 'utf8');
    expect(page).toContain('Only the newest 300 of 302 plans and scorecards are listed.');
    expect([...new Set(page.match(/plan-\d{3}/g))].sort()).toEqual(Array.from({ length: 300 }, (_, n) => `plan-${String(n + 3).padStart(3, '0')}`));
  });

  it('keeps apart a run and a plan that lie in one folder', async () => {
    oldRun();
    writeFileSync(at('old/report.html'), '');
    writeFileSync(at('old/plan.json'), planJson(quickPlanFixture()));
    writeFileSync(at('old/plan.html'), '');
    expect((await slotstorm(['report', tmp.path])).code).toBe(0);
    const page = readFileSync(at('index.html'), 'utf8');
    expect(page).toMatch(/class="run [a-z]+"[^>]*href="\.\/old\/report\.html"|href="\.\/old\/report\.html"[^>]*class="run /);
    expect(page).toContain('<a href="./old/plan.html">old</a>');
  });

  it('opens the page when it is asked to, and says where it lies, for there may be no browser', async () => {
    const opened: string[] = [];
    oldRun();
    const { err } = await slotstorm(['report', tmp.path, '--open'], { open: (target) => opened.push(target) });
    expect(opened).toEqual([at('index.html')]);
    expect(err).toBe(`slotstorm: opening ${at('index.html')}; if no browser comes up, open it by hand\n`);
  });

  it('writes into no folder that holds no reports, and says what to do instead', async () => {
    oldRun();
    mkdirSync(at('empty'));
    mkdirSync(at('shards/x-1-to-2-shard-1-of-2'), { recursive: true });
    writeFileSync(at('shards/x-1-to-2-shard-1-of-2/result.json'), '{}');
    tmp.file('package.json', '{}');
    for (const [given, message] of [
      [at('empty'), 'holds neither a history.ndjson nor a folder with a result.json, plan.json or score.json; slotstorm run, plan and score make them'],
      [at('old'), `holds the reports of one run; to write them again: slotstorm report --from ${at('old')}`],
      [at('old/result.json'), `is a file; to write the reports of one result again: slotstorm report --from ${at('old/result.json')}`],
      [at('package.json'), 'is a file; to write the reports of one result again: slotstorm report --from result.json'],
      [at('shards'), `holds nothing but shards; join them first: slotstorm report merge ${at('shards')}`],
    ] as const)
      expect(await slotstorm(['report', given]), given).toMatchObject({ code: 104, out: '', err: expect.stringContaining(message) });
    expect(readdirSync(tmp.path, { recursive: true }).filter((name) => String(name).endsWith('index.html'))).toEqual([]);
  });

  it('refuses words that do not go together, by name', async () => {
    for (const [argv, message] of [
      [[at('nowhere')], 'expected a folder of reports, but'],
      [[tmp.path, 'and-another'], 'expected one folder, or merge and shards, got 2 words'],
      [[tmp.path, '--out', 'x'], '--out and --reporter go together with --from or merge'],
      [[tmp.path, '--allow-missing'], '--allow-missing belongs to report merge'],
      [[tmp.path, '--from', 'x'], '--from writes the reports of one result'],
      [['merge', 'x', '--serve'], 'report merge: expected neither --from nor --serve'],
      [[tmp.path, '--serve', '--port', '99999'], '--port: expected a whole number from 0 up to 65535'],
      [[tmp.path, '--from', ''], '--from: expected a path, got ""'],
    ] as const)
      expect(await slotstorm(['report', ...argv]), argv.join(' ')).toMatchObject({ code: 104, err: expect.stringContaining(message) });
  });
});

describe('slotstorm report --serve', () => {
  it('serves the folder to this machine until it is interrupted, and then ends with 0', async () => {
    tmp.file('a.txt', 'hello');
    oldRun();
    const { server, url, stop } = await serving();
    expect(await (await fetch(`${url}a.txt`)).text()).toBe('hello');
    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await page.text()).toBe(readFileSync(at('index.html'), 'utf8'));
    stop();
    expect(await server).toMatchObject({ code: 0, err: '' });
    await expect(fetch(url)).rejects.toThrow();
  });

  it('says so when the port is in use', async () => {
    oldRun();
    const { server, url, stop } = await serving();
    const { port } = new URL(url);
    expect(await slotstorm(['report', tmp.path, '--serve', '--port', port])).toMatchObject({
      code: 104,
      err: expect.stringContaining(`--port: expected a free port, but ${port} is in use`),
    });
    stop();
    await server;
  });

  /** The command, once it serves. */
  async function serving(): Promise<{
    readonly server: Promise<{ readonly code: number; readonly err: string }>;
    readonly url: string;
    readonly stop: () => void;
  }> {
    let stop = (): void => {};
    let text = '';
    let found = (_url: string): void => {};
    const url = new Promise<string>((resolve) => {
      found = resolve;
    });
    const out = {
      isTTY: false,
      columns: 100,
      write: (words: string) => {
        text += words;
        const address = /http:\S+/.exec(text)?.[0];
        if (address !== undefined) found(address);
      },
    };
    const onInterrupt = (listener: () => void) => {
      stop = listener;
      return () => {};
    };
    const server = slotstorm(['report', tmp.path, '--serve', '--port', '0'], { out, onInterrupt });
    return { server, url: await url, stop: () => stop() };
  }
});

describe('names from outside', { timeout: 120_000 }, () => {
  it('reach no terminal and no page', async () => {
    const hostile = Object.values(HOSTILE_NAMES).join(' ');
    const line = JSON.stringify({ ...JSON.parse(await historyLine()), scenario: hostile, folder: `../${hostile}` });
    writeFileSync(at('history.ndjson'), `${line}\n${hostile}\n`);
    const report = await slotstorm(['report', tmp.path]);
    expect(report.code).toBe(0);
    expect((report.out + report.err).replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
    expect(readFileSync(at('index.html'), 'utf8')).not.toMatch(/<script|<img|<evil|href="(?!#|data:,|\.\/)/);
  });

  async function historyLine(): Promise<string> {
    await run(OTHER, '--reporter', 'json');
    return readFileSync(at('history.ndjson'), 'utf8');
  }
});

/** A folder of one run, so that the folder over it is one of reports. */
function oldRun(): void {
  mkdirSync(at('old'), { recursive: true });
  writeFileSync(at('old/result.json'), readFileSync('test/results/fixtures/result-v1.json'));
}

function historyFolders(): string[] {
  const lines = readFileSync(at('history.ndjson'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => (JSON.parse(line) as { readonly folder: string }).folder);
}

function readResult(name: string): ResultFile {
  return readJson(at(name)) as ResultFile;
}

/** The text of a result, without what differs between two identical runs. */
function withoutMeta(folder: string): string {
  const text = readFileSync(join(folder, 'result.json'), 'utf8');
  return text.replace(/\n "meta": \{[\s\S]*?\n \}/, '');
}

/** Every file of a folder, by its name. */
function contents(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((found) => found.isFile());
  return new Map(
    names.map((found) => [join(found.parentPath, found.name).slice(folder.length + 1), readFileSync(join(found.parentPath, found.name)).toString('base64')]),
  );
}
