import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TestFolder } from './folder.js';
import { type Ran, slotstorm } from './memory-outside.js';

const folder = new TestFolder();

const FAIR = resolve('examples/fair-limiter.ts');
const LEAKY = resolve('examples/leaky-limiter.ts');

/** The fair limiter with one method replaced: `this` is the fair one. */
function spoiled(method: string, code: string): string {
  return folder.file(
    'mine.ts',
    `import makeFair from ${JSON.stringify(FAIR)};
export default (terms) => {
  const fair = makeFair(terms);
  const mine = {
    acquire: (ask) => fair.acquire(ask),
    renew: (token, nowMs) => fair.renew(token, nowMs),
    release: (token, nowMs) => fair.release(token, nowMs),
    reap: (nowMs) => fair.reap(nowMs),
    setLimit: (scope, limit, nowMs) => fair.setLimit(scope, limit, nowMs),
    inUse: (scope) => fair.inUse(scope),
  };
  ${code === '' ? `delete mine.${method}` : `mine.${method} = ${code}`};
  return mine;
};
`,
  );
}

const STORY = `name: three
platform:
  policy: { preset: reference, lease: { ttl: 10s, renewEvery: 3s, reapEvery: 2s } }
  accounts: [{ id: acme, limit: 2 }]
  endpoints: [{ id: model, service: 5s, runners: 4 }]
workload: [{ as: acme, endpoint: model, arrivals: { burst: 3, at: 0s } }]
recovery: 1m
`;

function fuzz(limiter: string, runs: number, ...more: string[]): Promise<Ran> {
  return slotstorm(['fuzz', '--limiter', limiter, '--out', folder.path, '--runs', String(runs), '--workers', '1', '--shrink-tries', '100', '--quiet', ...more]);
}

function run(limiter: string, ...more: string[]): Promise<Ran> {
  return slotstorm(['run', folder.file('three.yaml', STORY), '--limiter', limiter, '--reporter', 'none', '--seed', '3', ...more]);
}

const said = ({ out, err }: Ran): string => out + err;

describe('a limiter with a bug', () => {
  it('is found out by fuzz, with a story that run shows again, and replay too', async () => {
    const found = await slotstorm(['fuzz', '--limiter', LEAKY, '--out', folder.path, '--runs', '500', '--json']);
    expect(found.code).toBe(98);
    const [discovery] = (JSON.parse(found.out) as { discoveries: { name: string; path: string; seeIt: string; failure: { message: string } }[] }).discoveries;
    expect(discovery).toMatchObject({ name: 'S-ORPH', seeIt: `npx slotstorm run ${discovery?.path} --limiter ${LEAKY}` });
    const again = await slotstorm(['run', discovery!.path, '--limiter', LEAKY, '--reporter', 'terminal']);
    expect(again.code).toBe(98);
    expect(again.out.replace(/\s+/g, ' ')).toContain(discovery!.failure.message);
    const replayed = await slotstorm(['replay', discovery!.path, '--limiter', LEAKY, '--text']);
    expect(replayed.out).toContain(discovery!.failure.message);
    expect((await slotstorm(['run', discovery!.path, '--limiter', FAIR, '--reporter', 'none'])).code).toBe(0);
    expect((await slotstorm(['run', discovery!.path, '--reporter', 'none'])).code).toBe(0);
  });

  it('has its history written down with the story', async () => {
    await slotstorm(['fuzz', '--limiter', LEAKY, '--out', folder.path, '--runs', '500', '--quiet']);
    expect(readdirSync(folder.path).some((name) => name.endsWith('.trace.ndjson.gz'))).toBe(true);
  });
});

describe('a limiter that keeps its word', () => {
  it('passes', async () => {
    expect(await fuzz(FAIR, 60)).toMatchObject({ code: 0, err: '' });
    expect(await run(FAIR, '--seeds', '20')).toMatchObject({ code: 0, err: '' });
  });

  it('gives the same result on any number of threads, and the same history twice', async () => {
    const result = async (...more: string[]): Promise<unknown> => {
      const { out } = await run(FAIR, '--seeds', '12', '--json', ...more);
      const { meta: _, ...rest } = JSON.parse(out) as Record<string, unknown>;
      return rest;
    };
    expect(await result('--workers', '1')).toEqual(await result('--workers', '2'));
    expect((await run(FAIR, '--check-determinism')).code).toBe(0);
  });

  it('is named in the command that runs it again, and in the notes', async () => {
    const { out } = await run(FAIR, '--json');
    const { scenario } = JSON.parse(out) as { scenario: { rerun: string; notes: string[] } };
    expect(scenario.rerun).toContain(`--limiter ${FAIR}`);
    expect(scenario.notes.join(' ')).toContain(FAIR);
  });

  it('has its history written down by --trace', async () => {
    const { code } = await run(FAIR, '--trace', '--out', folder.path);
    expect(code).toBe(0);
    expect(existsSync(`${folder.path}/three-3/trace.ndjson.gz`)).toBe(true);
  });
});

describe('a limiter that cannot be used', () => {
  /** Method, what it does instead, and what is said about it. */
  const WRONG: readonly (readonly [string, string, string])[] = [
    [
      'acquire',
      '() => { throw new RangeError("out of slots"); }',
      'acquire({"request":"req-1","attempt":1,"scopes":["acme","acme at model"],"nowMs":0}): it threw RangeError: out of slots at mine.ts:',
    ],
    ['acquire', '() => Number.NaN', 'expected a token (a text or a finite number) or null, got NaN'],
    ['acquire', '() => undefined', 'expected a token (a text or a finite number) or null, got undefined'],
    ['acquire', 'async (ask) => fair.acquire(ask)', 'got something to wait for (calls must answer at once)'],
    ['acquire', '(ask) => fair.acquire(ask) === null ? null : "mine"', 'expected a token that no grant has, got "mine", which is that of req-1'],
    ['renew', '(token, nowMs) => { fair.renew(token, nowMs); }', 'renew("req-1/1#1@0", 0): expected true or false, got undefined'],
    ['release', '() => 1', 'release("req-1/1#1@0", 5000): expected true or false, got 1'],
    ['release', '() => false', 'nothing is ever given back: none of 3 releases in this run ended a grant or lowered inUse'],
    ['reap', '() => new Set()', 'reap(0): expected a list of tokens, got {}'],
    ['reap', '() => ["nobody"]', 'reap(0): expected live grants, got "nobody", which was never granted or has ended'],
    ['reap', '() => [null]', 'expected a list of tokens, got one with null'],
    ['setLimit', 'async () => {}', 'setLimit("acme", 0, 0): expected it to be done at once'],
    ['inUse', '() => Number.NaN', 'inUse("acme"): expected a whole number, got NaN'],
    ['inUse', '', 'default export({"ttlMs":10000}): expected a limiter with the methods acquire, renew, release, reap, setLimit, inUse, got one without inUse'],
  ];

  it.each(WRONG)('is named with the call and the seed: %s, %s', async (method, code, complaint) => {
    const limiter = spoiled(method, code);
    const ran = await run(limiter);
    expect(ran.code).toBe(107);
    expect(ran.out).toBe('');
    expect(ran.err).toContain(complaint);
    expect(ran.err).toMatch(/^slotstorm: \S+mine\.ts: /);
    expect(ran.err).toContain('(seed 3, ');
    expect(ran.err).not.toContain('internal error');
  });

  it.each([
    ['acquire', '() => { throw new RangeError("out of slots"); }', 'it threw RangeError: out of slots'],
    ['release', '() => false', 'nothing is ever given back'],
    ['inUse', '() => 0.5', 'expected a whole number, got 0.5'],
  ])('is a discovery of fuzz like any other: %s, %s', async (method, code, complaint) => {
    const ran = await fuzz(spoiled(method, code), 8);
    expect(ran.code).toBe(107);
    const [story] = readdirSync(folder.path).filter((name) => name.startsWith('fuzz-') && name.endsWith('.yaml'));
    expect(readFileSync(`${folder.path}/${story}`, 'utf8')).toContain(complaint);
    const again = await slotstorm(['run', `${folder.path}/${story}`, '--limiter', `${folder.path}/mine.ts`, '--reporter', 'none']);
    expect(again).toMatchObject({ code: 107, out: '' });
    expect(again.err).toContain(complaint);
  });

  it('does no harm to other runs: they are counted, and what else is broken is found', async () => {
    const fussy = spoiled('acquire', '(ask) => { if (ask.request === "req-4") throw new Error("not four"); return fair.acquire(ask); }');
    const ran = await fuzz(fussy, 40, '--keep-going', '--json');
    const { runs, failures, discoveries } = JSON.parse(ran.out) as { runs: number; failures: number; discoveries: { failure: { kind: string } }[] };
    expect(ran.code).toBe(107);
    expect(runs).toBe(40);
    expect(failures).toBeGreaterThan(0);
    expect(failures).toBeLessThan(40);
    expect(discoveries.map(({ failure }) => failure.kind)).toContain('limiter');
  });
});

describe('a limiter that does not decide the same every time', () => {
  const FORGETFUL = '(ask) => { globalThis.asked = (globalThis.asked ?? 0) + 1; return globalThis.asked === 12 ? Number.NaN : fair.acquire(ask); }';

  it('is told so when what it broke cannot be seen again', async () => {
    const ran = await fuzz(spoiled('acquire', FORGETFUL), 20);
    expect([ran.code, ran.out]).toEqual([107, '']);
    expect(ran.err).toMatch(/mine\.ts: it has decided otherwise when seed \d+ was run again; expected the same answers to the same calls/);
  });
});

describe('a limiter that never answers', () => {
  const FOR_EVER = '() => { for (;;); }';

  it('is ended by run, which names the call', async () => {
    const ran = await run(spoiled('release', FOR_EVER), '--run-timeout', '500ms');
    expect(ran).toMatchObject({ code: 107, out: '' });
    expect(ran.err).toContain(
      'release("req-1/1#1@0", 5000): it had not come back when the run was given up: expected every call to answer at once (seed 3, 5s into the run)',
    );
  });

  it('is ended before its history is written down in this process', async () => {
    const ran = await run(spoiled('acquire', FOR_EVER), '--run-timeout', '500ms', '--trace', '--check-determinism', '--out', folder.path);
    expect(ran.code).toBe(107);
    expect(ran.err).toContain('it had not come back');
  });

  it('is ended by fuzz, which goes on', async () => {
    const sleepy = spoiled('acquire', '(ask) => { if (ask.request === "req-5") for (;;); return fair.acquire(ask); }');
    const ran = await fuzz(sleepy, 6, '--keep-going', '--run-timeout', '300ms', '--json');
    const { runs, discoveries } = JSON.parse(ran.out) as { runs: number; discoveries: { name: string; failure: { message: string }; trace?: string }[] };
    expect(ran.code).toBe(107);
    expect(runs).toBe(6);
    expect(discoveries[0]).toMatchObject({ name: 'limiter' });
    expect(discoveries[0]?.failure.message).toContain('it had not come back');
    expect(discoveries[0]?.trace).toBeUndefined();
  });

  it.each(['run', 'fuzz'] as const)('is ended while its module is read (%s)', async (command) => {
    const limiter = folder.file('mine.ts', 'for (;;);\nexport default () => ({});\n');
    const ran = await (command === 'run' ? run(limiter, '--run-timeout', '300ms') : fuzz(limiter, 8, '--run-timeout', '300ms'));
    expect(ran.code).toBe(107);
    expect(said(ran)).toContain('mine.ts: reading the module never ended');
  });
});

describe('a limiter that takes its thread along', () => {
  const SECOND = (code: string): string => spoiled('acquire', `(ask) => { if (ask.request === "req-2") { ${code} } return fair.acquire(ask); }`);

  it.each([
    ['ends it', 'process.exit(0);', 'it ended its thread (exit code 0)'],
    ['ends it later', 'queueMicrotask(() => process.exit(3));', 'it ended its thread (exit code 3)'],
    ['throws when it has answered', 'queueMicrotask(() => { throw new RangeError("late"); });', 'it broke its thread: RangeError: late'],
    ['leaves a rejected promise', 'Promise.reject(new Error("late"));', 'it broke its thread: Error: late'],
  ])('is named by run and by replay, with the call and the seed: it %s', async (_, code, loss) => {
    const limiter = SECOND(code);
    const story = folder.file('three.yaml', STORY);
    for (const ran of [await run(limiter, '--seeds', '3'), await slotstorm(['replay', story, '--limiter', limiter, '--seed', '3'])]) {
      expect([ran.code, ran.out]).toEqual([107, '']);
      expect(ran.err).toMatch(/^slotstorm: \S+mine\.ts: acquire\(\{"request":"req-2"/);
      expect(ran.err).toContain(loss);
      expect(ran.err).toContain('(seed 3, ');
      expect(ran.err).not.toContain('--workers');
    }
  });

  it.each(['run', 'fuzz'] as const)('is refused when it does so while its module is read (%s)', async (command) => {
    const limiter = folder.file('mine.ts', 'process.exit(0);\nexport default () => ({});\n');
    const ran = await (command === 'run' ? run(limiter) : fuzz(limiter, 8));
    expect(ran.code).toBe(107);
    expect(said(ran)).toContain('mine.ts: it ended its thread (exit code 0) when the module was read');
  });
});

describe('a limiter that throws more than anybody reads', () => {
  it('is quoted in part', async () => {
    const limiter = spoiled('acquire', '() => { throw new Error("a b, ".repeat(100_000)); }');
    for (const ran of [await run(limiter), await fuzz(limiter, 8)]) {
      expect(ran.code).toBe(107);
      expect(said(ran).length).toBeLessThan(2_000);
    }
    const [story] = readdirSync(folder.path).filter((name) => name.startsWith('fuzz-') && name.endsWith('.yaml'));
    expect(readFileSync(`${folder.path}/${story}`, 'utf8').length).toBeLessThan(5_000);
  });
});

describe('SLOTSTORM_LIMITER', () => {
  it('stands for --limiter, of whichever command', async () => {
    const limiter = folder.file('mine.ts', 'export const limiter = 1;\n');
    const env = { SLOTSTORM_LIMITER: limiter };
    const story = folder.file('three.yaml', STORY);
    for (const argv of [
      ['run', story, '--reporter', 'none'],
      ['replay', story],
      ['fuzz', '--runs', '5', '--out', folder.path],
    ]) {
      const ran = await slotstorm(argv, { env });
      expect([ran.code, ran.err], argv[0]).toEqual([107, expect.stringContaining('mine.ts: expected the default export')]);
    }
  });
});

describe('a module that is no limiter', () => {
  it.each(['run', 'fuzz'] as const)('is refused when it throws, exports something else, is no module or is not there (%s)', async (command) => {
    const start = (limiter: string): Promise<Ran> => (command === 'run' ? run(limiter) : fuzz(limiter, 8));
    const throwing = await start(folder.file('mine.ts', 'throw new TypeError("not today");\nexport default 1;\n'));
    expect([throwing.code, throwing.err]).toEqual([107, expect.stringContaining('mine.ts: the module threw when it was read: TypeError: not today')]);
    const other = await start(folder.file('mine.ts', 'export default { acquire: 1 };\n'));
    expect([other.code, other.err]).toEqual([107, expect.stringContaining('expected the default export to be a function that makes a limiter, got object')]);
    const none = await start(folder.file('mine.ts', 'export const limiter = 1;\n'));
    expect([none.code, none.err]).toEqual([107, expect.stringContaining('got none')]);
    const broken = await start(folder.file('mine.ts', 'export default (;\n'));
    expect([broken.code, broken.err]).toEqual([104, expect.stringMatching(/mine\.ts:1:17: expected a TypeScript module/)]);
    const absent = await start(`${folder.path}/nobody.ts`);
    expect([absent.code, absent.err]).toEqual([104, expect.stringContaining('--limiter: expected a TypeScript or JavaScript module, but there is no file')]);
  });

  it('may not command the terminal by its name', async () => {
    mkdirSync(`${folder.path}/\u001b[31m`);
    const ran = await run(folder.file('\u001b[31m/mine.ts', 'throw new Error("\u001b[2J");\n'));
    expect(ran.code).toBe(107);
    expect(ran.err).not.toContain('\u001b');
  });
});
