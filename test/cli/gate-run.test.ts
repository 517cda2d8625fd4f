import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ResultFile } from '../../src/measure/result.js';
import { TestFolder } from './folder.js';
import { filesWith, slotstorm } from './memory-outside.js';

const own = new TestFolder();

interface Small {
  readonly service?: string;
  readonly thresholds?: string;
  readonly more?: string;
}

/** Three calls at once for two slots: the third waits for a service time. */
const small = ({ service = '1s', thresholds = 'leaked_slots: ["value == 0"]', more = '' }: Small = {}): string =>
  own.file(
    'small.yaml',
    `name: small
platform:
  accounts: [{ id: acme, limit: 2, keys: [k] }]
  endpoints: [{ id: model, service: ${service} }]
workload:
  - { as: acme/k, endpoint: model, arrivals: { burst: 3, at: 0s } }
recovery: 1m
expect:
  thresholds: { ${thresholds} }
${more}`,
  );
const out = (): string => join(own.path, 'reports');
const run = (path: string, ...more: string[]) => slotstorm(['run', path, '--out', out(), '--reporter', 'terminal,json', ...more]);
const written = (folder: string): ResultFile => JSON.parse(readFileSync(join(out(), folder, 'result.json'), 'utf8')) as ResultFile;

const WARNED = 'queue_latency: [{ threshold: "max < 100ms", level: warn }]';

describe('a warning', () => {
  it('fails nothing by itself', async () => {
    expect((await run(small({ thresholds: WARNED }))).code).toBe(0);
    expect(written('small-1')).toMatchObject({ exitCode: 0, verdict: 'pass' });
  });

  it('is an error with --fail-on warn, for the exit code and for everything that is written', async () => {
    const ran = await run(small({ thresholds: WARNED }), '--fail-on', 'warn');
    expect(ran.code).toBe(99);
    expect(ran.out).toContain('✗ FAIL');
    expect(ran.out).toContain('exit code 99');
    expect(ran.out).toContain('--fail-on warn');
    expect(written('small-1')).toMatchObject({ exitCode: 99, verdict: 'fail' });
  });

  it('of a budget counts with --fail-on warn too', async () => {
    const path = small({ more: '  budgets: { start_timeouts: { is: 0.1%, level: warn } }\n' });
    const plain = await run(path);
    const strict = await run(path, '--fail-on', 'warn');
    // Three requests are too few to tell.
    expect([plain.code, strict.code]).toEqual([0, 96]);
  });
});

describe('--exit-zero', () => {
  it('reports a crossed threshold and ends with 0', async () => {
    const ran = await run(small({ thresholds: 'queue_latency: ["max < 100ms"]' }), '--exit-zero');
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('✗ FAIL');
  });

  it('forgives no mistake', async () => {
    expect((await run(small({ thresholds: 'queue_latenzy: ["max < 1s"]' }), '--exit-zero')).code).toBe(104);
  });
});

describe('a baseline', () => {
  it('that was asked for and is not there is undecided', async () => {
    mkdirSync(join(own.path, 'baselines'), { recursive: true });
    const ran = await run(small(), '--seeds', '8', '--baseline', join(own.path, 'baselines'));
    expect(ran.code).toBe(96);
    expect(ran.out).toContain('there is no baseline');
  });

  it('stands in the command that runs the same again', async () => {
    mkdirSync(join(own.path, 'baselines'), { recursive: true });
    const ran = await run(small(), '--seeds', '8', '--baseline', join(own.path, 'baselines'), '--allow', 'policy');
    expect(ran.out.replaceAll(/\s+/g, ' ')).toMatch(/run again: .*--baseline \S+ --allow policy/);
  });

  it('that is broken is found before the first run', async () => {
    const ran = await run(small(), '--baseline', own.file('broken.json', '{'));
    expect(ran.code).toBe(104);
    expect(ran.err).toContain('broken.json');
    expect(ran.out).toBe('');
  });

  it('that got worse is a regression', async () => {
    const seeds = ['--seeds', '12'];
    await run(small(), ...seeds);
    const baselines = join(own.path, 'new-baselines');
    expect((await slotstorm(['baseline', 'update', join(out(), 'small-1-to-12'), '--reason', 'first', '--baselines', baselines])).code).toBe(0);
    const slower = await run(small({ service: '2s' }), ...seeds, '--baseline', baselines, '--allow', 'load');
    expect(slower.code).toBe(97);
    expect(written('small-1-to-12').comparison?.numbers.find(({ metric, number }) => metric === 'queue_latency' && number === 'p95')).toMatchObject({
      verdict: 'worse',
    });
    expect((await run(small({ service: '2s' }), ...seeds, '--baseline', baselines)).code).toBe(96);
  });
});

describe('a quarantine entry', () => {
  it('whose scenario is nearly the one that runs is told of', async () => {
    const file = own.file('q.yaml', '- { scenario: smal, check: L-REL, owner: me, reason: known, until: 2999-01-01 }\n');
    const ran = await run(small(), '--quarantine', file);
    expect(ran.code).toBe(0);
    expect(ran.err).toContain('did you mean small?');
  });
});

describe('a threshold on a name that the scenario does not have', () => {
  it.each([
    ['key', '"queue_latency{key:acme/kk}"', 'did you mean "acme/k"?'],
    ['endpoint', '"queue_latency{endpoint:modell}"', 'did you mean "model"?'],
    ['account', '"queue_latency{account:nobody}"', 'the scenario has acme'],
  ])('of a %s is a mistake, not a metric without samples', async (_, metric, words) => {
    const ran = await run(small({ thresholds: `${metric}: ["max < 5s"]` }));
    expect(ran.code).toBe(104);
    expect(ran.err).toContain(words);
  });
});

describe('a shard', () => {
  it('without a seed says so', async () => {
    const ran = await run(small(), '--shard', '2/2');
    expect(ran.code).toBe(0);
    expect(ran.err).toContain('shard 2 of 2 has nothing to run');
  });
});

describe('the history of a folder', () => {
  it('that cannot be written takes away neither verdict nor report', async () => {
    const folder = join(own.path, 'stubborn');
    mkdirSync(join(folder, 'history.ndjson'), { recursive: true });
    const ran = await slotstorm(['run', small({ thresholds: 'queue_latency: ["max < 100ms"]' }), '--out', folder, '--reporter', 'terminal,json']);
    expect(ran.code).toBe(99);
    expect(ran.out).toContain('✗ FAIL');
    expect(ran.err).toContain('could not be continued');
    expect(existsSync(join(folder, 'small-1/result.json'))).toBe(true);
  });
});

describe('an interrupt', () => {
  it('during the search for the smallest story ends it, and leaves nothing behind', async () => {
    const folder = join(own.path, 'interrupted');
    let interrupt = (): void => undefined;
    let breaths = 0;
    const ran = await slotstorm(['run', 'scenarios/key-revocation-mid-flight.yaml', '--out', folder, '--reporter', 'json'], {
      onInterrupt: (listener) => {
        interrupt = listener;
        return () => undefined;
      },
      // The run itself needs one or two.
      breathe: async () => {
        if (++breaths === 8) interrupt();
      },
    });
    expect(ran.code).toBe(105);
    expect(existsSync(folder)).toBe(false);
  });
});

describe('an output folder that somebody else writes at the same time', () => {
  it('is written all the same', async () => {
    let renames = 0;
    const real = filesWith({});
    const files = filesWith({
      rename: (from, to) => {
        if (++renames === 1) throw Object.assign(new Error('not empty'), { code: 'ENOTEMPTY' });
        real.rename(from, to);
      },
    });
    const folder = join(own.path, 'busy');
    const ran = await slotstorm(['run', small(), '--out', folder, '--reporter', 'json'], { files });
    expect(ran.code).toBe(0);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});
