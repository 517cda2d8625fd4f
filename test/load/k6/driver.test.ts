import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LoadError, type LoadOrder } from '../../../src/load/driver.js';
import { k6Complaints } from '../../../src/load/k6/complaints.js';
import { k6Driver } from '../../../src/load/k6/k6-driver.js';
import type { Scenario } from '../../../src/scenario/types.js';
import { flow, scenario } from '../../helpers/scenario.js';
import { FakePrograms } from './fake-program.js';
import { Ear, NO_TRACES } from './scene.js';

const SECRET = 'a-secret-nobody-may-see';
const fake = new FakePrograms();

/** Tells what it was started with, then behaves as a k6 whose script has one user who does as he is told. */
const FAKE_K6 = (rest: string): string => `
const fs = require('fs');
if (process.argv[2] === 'version') { console.log('{"version":"v2.2.0"}'); process.exit(0); }
const env = process.env;
const head = JSON.parse(fs.readFileSync(env.SLOTSTORM_HEAD, 'utf8'));
const keys = fs.readFileSync(env.SLOTSTORM_KEYS, 'utf8');
const out = process.argv[process.argv.indexOf('--out') + 1].slice('csv='.length);
const seen = { argv: process.argv.slice(2), env, head, keys, keysMode: fs.statSync(env.SLOTSTORM_KEYS).mode & 0o777, script: fs.readFileSync(process.argv.at(-1), 'utf8'), keysFile: env.SLOTSTORM_KEYS };
fs.writeFileSync(process.env.TMPDIR + '/seen.json', JSON.stringify(seen));
const header = 'metric_name,timestamp,metric_value,name,scenario,extra_tags,metadata\\n';
const end = 'slotstorm_end,1,1.000000,,,,\\n';
${rest}`;
const OBEDIENT = FAKE_K6(
  `fetch(head.gunUrl).then((a) => a.json()).then(({ epochMs }) => { fs.writeFileSync(out, header + end); setTimeout(() => process.exit(0), 50); });`,
);
/** Begins to fire, leaves this behind and ends well. @param samples an expression; undefined: no file */
const leaving = (samples: string | undefined): string =>
  FAKE_K6(`fetch(head.gunUrl).then(() => { ${samples === undefined ? '' : `fs.writeFileSync(out, ${samples});`} process.exit(0); });`);

function order(changes: Partial<LoadOrder> = {}): LoadOrder {
  return {
    scenario: scenario({ workload: [flow({ arrivals: { kind: 'burst', count: 3, atUs: 0 } })] }),
    scenarioFile: 'test.yaml',
    seed: 1,
    speed: 10,
    loadEndUs: 0,
    target: {
      kind: 'own',
      queueUrl: 'http://127.0.0.1:9/queue',
      runUrl: 'http://127.0.0.1:9/run',
      apiUrl: 'http://127.0.0.1:9/v1',
      ca: undefined,
      takesHints: true,
      credentials: { 'acme/key': `id:${SECRET}` },
      operator: undefined,
    },
    follow: 'poll',
    processes: 1,
    ...changes,
  };
}

function driverWith(k6Bin: string, script?: string) {
  return k6Driver({ k6Bin, env: { ...process.env, TMPDIR: fake.folder, K6_VUS: '9', FAL_KEY: 'mine' }, tracesOf: () => NO_TRACES, script });
}

async function failureOf(k6Bin: string, changes: Partial<LoadOrder> = {}, script?: string): Promise<LoadError> {
  const error: unknown = await driverWith(k6Bin, script)
    .prepare(order(changes), new Ear())
    .then(
      (load) => load.kill(),
      (thrown: unknown) => thrown,
    );
  expect(error).toBeInstanceOf(LoadError);
  return error as LoadError;
}

describe('the k6 driver', () => {
  it('hands keys over in a file for their owner alone, and takes it away before the load begins', async () => {
    const load = await driverWith(fake.node('keys/k6', OBEDIENT)).prepare(order(), new Ear());
    const { argv, env, head, script, keys, keysMode, keysFile } = JSON.parse(readFileSync(join(fake.folder, 'seen.json'), 'utf8'));
    expect(JSON.parse(keys)).toEqual([`id:${SECRET}`]);
    expect(keysMode).toBe(0o600);
    expect(existsSync(keysFile)).toBe(false);
    for (const place of [argv, env, head, script]) expect(JSON.stringify(place)).not.toContain(SECRET);
    load.start(performance.timeOrigin + performance.now());
    await load.done;
    expect(existsSync(dirname(keysFile))).toBe(false);
  });

  it('keeps k6 quiet and local, and the settings of its user out', async () => {
    const load = await driverWith(fake.node('quiet/k6', OBEDIENT)).prepare(order(), new Ear());
    load.start(performance.timeOrigin + performance.now());
    await load.done;
    const { env, argv } = JSON.parse(readFileSync(join(fake.folder, 'seen.json'), 'utf8'));
    expect(env).toMatchObject({ K6_NO_USAGE_REPORT: 'true', K6_AUTO_EXTENSION_RESOLUTION: 'false', K6_CSV_TIME_FORMAT: 'unix_micro' });
    expect(env.K6_VUS).toBeUndefined();
    expect(env.FAL_KEY).toBeUndefined();
    expect(env.HOME).not.toBe(process.env['HOME']);
    expect(argv).not.toContain('--execution-segment');
  });

  it('gives each of several processes its segment of one sequence', async () => {
    const k6 = fake.node(
      'segments/k6',
      OBEDIENT.replaceAll('/seen.json', '/seen-" + process.argv[process.argv.indexOf("--execution-segment") + 1].replace(/\\W/g, "_") + ".json')
        .replaceAll("'/seen-", '"/seen-')
        .replaceAll(".json'", '.json"'),
    );
    const load = await driverWith(k6).prepare(order({ processes: 3 }), new Ear());
    load.kill();
    await load.done;
    for (const part of ['0_3_1_3', '1_3_2_3', '2_3_3_3']) {
      const { argv } = JSON.parse(readFileSync(join(fake.folder, `seen-${part}.json`), 'utf8'));
      expect(argv[argv.indexOf('--execution-segment-sequence') + 1]).toBe('0,1/3,2/3,1');
    }
  });

  it('never lets a run pass in which nothing was sent', async () => {
    const load = await driverWith(fake.node('idle/k6', OBEDIENT)).prepare(order(), new Ear());
    load.start(performance.timeOrigin + performance.now());
    const report = await load.done;
    expect(report.broken).toEqual(['k6 sent nothing']);
    expect(report.pacing).toMatchObject({ planned: 3, sent: 0 });
  });

  it.each([
    ['there are none', undefined, 'the samples of k6 cannot be read: there is no file'],
    ['the file is empty', "''", 'k6 left no samples'],
    ['the first line is cut off', "'metric_na'", "the samples of k6 cannot be read: expected k6's CSV with metric_name"],
    ['the last line is cut off', 'header + "slotstorm_call,1,1.000000,,flow-0,,call=%7B%22fl"', '1 of the samples of k6 cannot be read: its CSV is cut off'],
    ['its last value is cut off', 'header + end + "http_req_duration,1,12."', '1 of the samples of k6 cannot be read: its CSV is cut off'],
    ['they are cut off between two lines', 'header + "iterations,1,1.000000,,flow-0,,\\n"', 'the samples of k6 do not go to its end: calls may be missing'],
  ])('never lets a run pass whose samples are not all there: %s', async (_name, samples, reason) => {
    const load = await driverWith(fake.node('cut/k6', leaving(samples?.replaceAll('\\\\', '\\')))).prepare(order(), new Ear());
    load.start(performance.timeOrigin + performance.now());
    expect((await load.done).broken[0]).toContain(reason);
  });

  it('hears of a k6 that could not write its samples', async () => {
    const full = FAKE_K6(
      `fetch(head.gunUrl).then(() => { fs.writeFileSync(out, header + end); console.error('level=error msg="CSV: Error writing to file" filename=samples.csv'); process.exit(0); });`,
    );
    const load = await driverWith(fake.node('full/k6', full)).prepare(order(), new Ear());
    load.start(performance.timeOrigin + performance.now());
    expect((await load.done).broken).toContain('k6 could not write its samples: is the disk full?');
  });

  it('names no path where k6 would take a comma in it for an option', async () => {
    const load = await driverWith(fake.node('comma/k6', OBEDIENT)).prepare(order(), new Ear());
    load.start(performance.timeOrigin + performance.now());
    await load.done;
    const { argv } = JSON.parse(readFileSync(join(fake.folder, 'seen.json'), 'utf8'));
    expect(argv[argv.indexOf('--out') + 1]).toBe('csv=samples.csv');
  });

  it('runs a k6 that is named from here', async () => {
    const load = await driverWith(relative('.', fake.node('relative/k6', OBEDIENT))).prepare(order(), new Ear());
    load.start(performance.timeOrigin + performance.now());
    expect((await load.done).tool).toMatchObject({ exitCode: 0 });
  });

  it('says of a script that never waits for the load that it does not', async () => {
    expect((await failureOf(fake.node('hasty/k6', FAKE_K6('process.exit(0);')))).message).toBe(
      'expected k6 to wait for the beginning of the load, but it ended with exit code 0: its script never asked to start',
    );
  });

  it('says what k6 complained of when it ends before the load has begun', async () => {
    const threw = fake.node(
      'threw/k6',
      FAKE_K6(`console.error('time="x" level=error msg="ReferenceError: nope is not defined\\\\n\\\\tat file:1"'); process.exit(107);`),
    );
    const error = await failureOf(threw);
    expect(error.exitCode).toBe(107);
    expect(error.message).toContain('ended with exit code 107: ReferenceError: nope is not defined');
    const refused = await failureOf(fake.node('refused/k6', FAKE_K6(`console.error('level=error msg="bad option"'); process.exit(104);`)));
    expect(refused).toMatchObject({ exitCode: 104, message: expect.stringContaining('bad option') });
  });

  it('does not let a k6 that dies under load pass', async () => {
    const dying = FAKE_K6(`fetch(head.gunUrl).then(() => { console.error('level=error msg="out of memory"'); process.exit(109); });`);
    const load = await driverWith(fake.node('dying/k6', dying)).prepare(order(), new Ear());
    load.start(performance.timeOrigin + performance.now());
    const { broken, tool } = await load.done;
    expect(broken[0]).toBe('k6 ended with 109 (k6 itself broke down): out of memory');
    expect(tool).toMatchObject({ exitCode: 109, passed: false });
  });

  it('names the key that it has no credentials of', async () => {
    const error = await failureOf(fake.node('none/k6', OBEDIENT), { target: { ...order().target, credentials: {} } });
    expect(error.message).toBe('expected credentials of acme/key, as whom the workload calls: give --key acme/key=id:secret');
  });

  it('shows where a script is wrong', async () => {
    const script = fake.write('bad.ts', 'export default function () {\n  const = 3;\n}\n', 0o644);
    const error = await failureOf(fake.node('syntax/k6', OBEDIENT), {}, script);
    expect(error.exitCode).toBe(107);
    expect(error.message).toMatch(/bad\.ts:2:9: Expected identifier/);
  });

  it('ends at once when it is killed before the load has begun', async () => {
    const load = await driverWith(fake.node('killed/k6', OBEDIENT)).prepare(order(), new Ear());
    load.kill();
    expect((await load.done).broken).toContain('k6 sent nothing');
  });

  it('can express everything but requests of requests and webhooks', () => {
    const all = [
      flow({ call: 'subscribe', clientTimeoutUs: 5 }),
      flow({ call: 'run', sdk: 'python' }),
      flow({ patience: { kind: 'constant', us: 1 }, maxVUs: 3 }),
      flow({ arrivals: { kind: 'closedLoop', users: 2, thinkTime: { kind: 'constant', us: 1 }, fromUs: 0, toUs: 1 } }),
    ];
    const complaintsOf = (workload: Scenario['workload']) => k6Complaints({ workload });
    expect(complaintsOf(all)).toEqual([]);
    expect(complaintsOf([flow({ child: { endpoint: 'x', probability: 1 } }), flow({ webhook: true })])).toEqual([
      'workload.0 (submit by acme/key to flux): k6 cannot make the request that a request waits for ("child")',
      'workload.1 (submit by acme/key to flux): k6 cannot receive a webhook',
    ]);
    expect(complaintsOf([flow({ arrivals: { kind: 'burst', count: 10_001, atUs: 0 } })])[0]).toMatch(/expected a burst of at most 10000 calls.*got 10001/);
  });
});
