import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type K6Arguments, k6Command } from '../../../src/cli/commands/k6.js';
import { UsageError } from '../../../src/cli/failures.js';
import { realOutside } from '../../../src/cli/outside.js';
import { startEmulator } from '../../../src/live/emulator.js';
import { LoadError } from '../../../src/load/driver.js';
import { checkTypes } from '../../../src/load/k6/type-check.js';
import { Kept } from '../../cli/memory-outside.js';
import { FakePrograms } from './fake-program.js';
import { hasK6, K6_BIN } from './scene.js';

const fake = new FakePrograms();

async function script(scenario: string | undefined, changes: Partial<K6Arguments> = {}): Promise<string> {
  const out = new Kept();
  const base = {
    action: 'script',
    with: [],
    output: undefined,
    xk6Bin: undefined,
    variant: undefined,
    seed: undefined,
    speed: 20,
    follow: 'poll',
    set: [],
  } as const;
  expect(await k6Command({ ...base, scenario, ...changes }, { ...realOutside(), out, err: new Kept() })).toBe(0);
  return out.text;
}

interface Ran {
  readonly code: number | null;
  readonly said: string;
}

/** What a user does with a script. */
function k6Run(file: string, env: Record<string, string>, argv: readonly string[] = []): Promise<Ran> {
  return new Promise((resolve) => {
    let said = '';
    const child = spawn(K6_BIN, ['run', '--quiet', '--no-color', ...argv, file], {
      env: { PATH: process.env['PATH'], HOME: fake.folder, K6_NO_USAGE_REPORT: 'true', K6_AUTO_EXTENSION_RESOLUTION: 'false', ...env },
      timeout: 50_000,
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    child.once('close', (code) => resolve({ code, said }));
  });
}

describe('slotstorm k6 script', () => {
  it('prints one script that holds the plan and no key', async () => {
    const text = await script('scenarios/burst-submission.yaml', { set: [{ path: 'workload.0.arrivals.burst', value: 12 }] });
    expect(text).toMatch(/^\/\/ Made by slotstorm\. FAL_KEY=id:secret k6 run/);
    expect([...text.matchAll(/^import .* from "([^"]+)"/gm)].every(([, name]) => /^k6(?:\/|$)/.test(name as string))).toBe(true);
    expect(text).toMatch(/"?executor"?: ?"per-vu-iterations", ?"?vus"?: ?12\b/);
    expect(text).not.toContain(process.cwd());
    expect(text).toContain('__ENV["FAL_KEY"]');
  });

  it('takes variant and seed', async () => {
    const set = [{ path: 'workload.0.arrivals.burst', value: 3 }];
    const one = await script('scenarios/burst-submission.yaml', { set, seed: 1 });
    expect(await script('scenarios/burst-submission.yaml', { set, seed: 1, variant: 'fifo' })).toBe(one);
    expect(await script('scenarios/burst-submission.yaml', { set, seed: 2 })).not.toBe(one);
    await expect(script('scenarios/burst-submission.yaml', { variant: 'fifa' })).rejects.toThrow(/did you mean "fifo"/);
  });

  it('says what it cannot print', async () => {
    await expect(script(undefined)).rejects.toThrow(UsageError);
    await expect(script('scenarios/burst-submission.yaml', { set: [{ path: 'workload.0.webhook', value: true }] })).rejects.toThrow(
      /k6 cannot receive a webhook/,
    );
  });

  it.each(['burst', 'direct-calls', 'extension', 'revocation'])('checks the types of scenarios/k6/%s.ts and makes one file of it', async (name) => {
    const text = await script(`scenarios/k6/${name}.ts`, { speed: 1 });
    expect(text).toContain('from "k6/http"');
    expect(text).not.toMatch(/from "\./);
  });

  it('takes a script of JavaScript, whose types nobody checks, with or without a k6 module in its first file', async () => {
    fake.write('js/visit.js', "import http from 'k6/http';\nexport const visit = () => http.get('http://127.0.0.1:9');\n", 0o644);
    const body = "import { visit } from './visit.js';\nconst n = 'x' * 2;\n";
    for (const [name, end] of [
      ['named', 'export const options = { vus: 1 };\nexport { visit as default };\n'],
      ['plain', 'export default function () {\n  visit(n);\n}\n'],
      ['bare', "import 'k6';\nexport { visit as default };\n"],
    ]) {
      const text = await script(fake.write(`js/${name}.js`, body + end, 0o644), { speed: 1 });
      expect(text, name).toContain('from "k6/http"');
    }
  });

  it('still takes a TypeScript file for a scenario whose function makes one', async () => {
    const file = fake.write('scenario.ts', 'export default function () {\n  return { name: 5, platform: {}, workload: [] };\n}\n', 0o644);
    await expect(script(file)).rejects.toThrow(/name/);
  });

  it.each([{ seed: 1 }, { variant: 'fifo' }, { speed: 2 }, { set: [{ path: 'name', value: 'x' }] }])(
    'refuses %o with a script written by hand, which has no such thing',
    async (changes) => {
      await expect(script('scenarios/k6/burst.ts', { speed: 1, ...changes })).rejects.toThrow(
        new UsageError('--seed, --variant, --speed and --set go with a scenario, but "scenarios/k6/burst.ts" is a k6 script'),
      );
    },
  );

  it('says where it could not write', async () => {
    const file = fake.write('a.js', '', 0o644);
    const taken = join(fake.folder, 'a-folder');
    mkdirSync(taken);
    const set = [{ path: 'workload.0.arrivals.burst', value: 3 }];
    for (const [output, why] of [
      [join(file, 'x.js'), 'a part of the path is a file, not a folder'],
      [taken, 'it is a folder, not a file'],
    ] as const) {
      const failure = script('scenarios/burst-submission.yaml', { set, output });
      await expect(failure).rejects.toThrow(
        new UsageError(`--output: expected a file that can be written, got ${JSON.stringify(output)}: ${why}; name another`),
      );
    }
    expect(readdirSync(fake.folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('shows the place of a type error, which k6 and esbuild would run all the same', async () => {
    const file = fake.write(
      'wrong.ts',
      "import http from 'k6/http';\n\nexport default function (): void {\n  const n: number = 'x';\n  http.get(String(n));\n}\n",
      0o644,
    );
    writeFileSync(
      join(fake.folder, 'tsconfig.json'),
      JSON.stringify({
        extends: join(process.cwd(), 'scenarios/k6/tsconfig.json'),
        compilerOptions: { typeRoots: [join(process.cwd(), 'node_modules/@types')] },
      }),
    );
    const error: unknown = await checkTypes(file, process.cwd()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LoadError);
    expect(error).toMatchObject({ exitCode: 107, message: expect.stringMatching(/wrong\.ts:4:9: Type 'string' is not assignable to type 'number'/) });
  });

  it('checks the script that plays any scenario', async () => {
    expect(await checkTypes('scenarios/k6/runner.ts', process.cwd())).toBe(undefined);
  });
});

describe.skipIf(!hasK6)('scripts run by hand with a real k6', () => {
  const platform = {
    policy: 'fal-documented',
    accounts: [{ id: 'acme', limit: 10, keys: ['old', 'new'] }],
    endpoints: [{ id: 'fal-ai/flux/dev', service: '1s' }],
  };

  it('a printed scenario: k6 judges it by thresholds that nothing at all does not meet', async () => {
    await using emulator = await startEmulator({ scenario: { name: 't', platform, workload: [] } as never, speed: 20 });
    const file = fake.write(
      'printed.js',
      await script('scenarios/burst-submission.yaml', {
        set: [
          { path: 'workload.0.arrivals.burst', value: 15 },
          { path: 'platform.endpoints.0.id', value: 'fal-ai/flux/dev' },
        ],
      }),
      0o644,
    );
    const servers = { FAL_QUEUE_URL: `${emulator.url}/queue`, FAL_RUN_URL: `${emulator.url}/run`, SLOTSTORM_HINTS: '1' };
    const ran = await k6Run(file, { ...servers, FAL_KEY: emulator.credentials('acme/old') });
    expect(ran.code, ran.said).toBe(0);
    expect(emulator.requestLog().filter(({ method }) => method === 'POST')).toHaveLength(15);
    expect(ran.said).toMatch(/fal_calls\.*: 15 /);
    const without = await k6Run(file, servers);
    expect(without.code).toBe(107);
    expect(without.said).toContain('FAL_KEY');
  });

  it('the examples, one of them as TypeScript that k6 reads by itself', async () => {
    await using emulator = await startEmulator({ scenario: { name: 't', platform, workload: [] } as never, speed: 20 });
    const env = { FAL_QUEUE_URL: `${emulator.url}/queue`, FAL_RUN_URL: `${emulator.url}/run`, FAL_KEY: emulator.credentials('acme/old') };
    const burst = await k6Run('scenarios/k6/burst.ts', env);
    expect(burst.code, burst.said).toBe(0);
    const direct = fake.write('direct.js', await script('scenarios/k6/direct-calls.ts', { speed: 1 }), 0o644);
    const calls = await k6Run(direct, { ...env, DURATION: '1s' });
    expect(calls.code, calls.said).toBe(0);
  });

  it('the revocation shows ghosts under fal-939, and k6 fails it', async () => {
    const slow = { ...platform, policy: 'fal-939', endpoints: [{ id: 'fal-ai/flux/dev', service: '10s' }] };
    await using emulator = await startEmulator({ scenario: { name: 't', platform: slow, workload: [] } as never, speed: 10 });
    const env = {
      FAL_QUEUE_URL: `${emulator.url}/queue`,
      FAL_KEY: emulator.credentials('acme/old'),
      FAL_NEW_KEY: emulator.credentials('acme/new'),
      OPERATOR_KEY: emulator.operatorCredentials,
      REVOKE_AT: '0.5',
      LOOK_AFTER: '1.5',
    };
    const ran = await k6Run('scenarios/k6/revocation.ts', env);
    expect(ran.code, ran.said).toBe(99);
    expect(ran.said).toMatch(/slots_leaked\.*: 6 /);
    expect(ran.said).toMatch(/✓ 'count==6'|fal_refused_polls/);
  });
});
