import { describe, expect, it, test, vi } from 'vitest';
import { slotstorm } from './memory-outside.js';

const FAL_KEY = '6f1b2a9c-0d3e-4f5a-8b7c-9d0e1f2a3b4c:0123456789abcdef0123456789abcdef';

describe('a message that repeats words of the user', () => {
  test.each([
    [['worker', '--redis', 'redis://h', 'redis://:geheim@h'], 'Unknown argument: redis://…@h'],
    [['worker', '--redis', 'redis://h', 'rediss://me:ge/he@im@h:1/0'], 'Unknown argument: rediss://…@h:1/0'],
    [['worker', '--redis', 'redis://h', 'redis//:geheim@h'], 'Unknown argument: redis//…@h'],
    [['worker', '--redis', 'redis://h', 'me:geheim@h'], 'Unknown argument: …@h'],
    [['redis://:geheim@h'], 'expected a command, got "redis://…@h"'],
    [['plan', 'Key', 'me:geheim'], 'Unknown argument: …'],
    [['plan', 'x', 'Authorization: Key me:geheim'], 'Unknown argument: Authorization: Key …'],
    [['plan', 'x', 'Bearer geheim'], 'Unknown argument: Bearer …'],
    [['plan', 'x', 'Basic geheim'], 'Unknown argument: Basic …'],
    [['plan', 'x', 'Authorization: Key geheimnis'], 'Unknown argument: Authorization: Key …'],
    [['plan', 'x', 'x-api-key: geheimnis'], 'Unknown argument: x-api-key: …'],
    [['plan', 'x', 'password: geheimnis'], 'Unknown argument: password: …'],
    [['plan', 'x', '{"key":"id:geheimnis"}'], 'Unknown argument: {"key":"…"}'],
    [['plan', 'x', 'http://h/?key=p@geheim'], 'Unknown argument: http://…'],
    [['plan', 'x', 'http://h/?sig=geheim&auth=geheim2'], 'Unknown argument: http://h/?sig=…&auth=…'],
    [['plan', 'x', 'token=on redis://:geheim@h'], 'Unknown argument: token=… redis://…@h'],
    [['plan', 'x', 'redis://:ab@h'], 'Unknown argument: redis://…@h'],
    [['plan', 'x', 'redis://geheimer:geheim@h', 'redis://other:geheim@h'], 'Unknown arguments: redis://…@h, redis://…@h'],
    [['plan', 'x', 'FAL_KEY=me:geheim'], 'Unknown argument: FAL_KEY=…'],
    [['plan', 'x', 'app/main=me:geheim'], 'Unknown argument: app/main=…'],
    [['plan', 'x', FAL_KEY], 'Unknown argument: …'],
    [['run', 'http://h/?token=geheim'], 'expected the pattern "http://h/?token=…" to match scenario files, but nothing matches'],
    [['run', 'redis://:ge"heim@h'], 'expected a scenario file, a folder or a pattern: "redis://…@h" does not exist'],
    [['run', 'x', '--seeds', 'redis://:geheim@h'], '--seeds: expected a whole number from 1 up to 100000, got "redis://…@h"'],
    [['serve', 'FAL_KEY=geheim'], 'expected to read the scenario "FAL_KEY=…": no such file or folder'],
  ])('says of %j that it is wrong, but nothing that is secret', async (argv, message) => {
    const { code, err } = await slotstorm(argv);
    expect(err.split('\n')[0]).toBe(`slotstorm: ${message}`);
    expect(err).not.toMatch(/geheim|he@im|0123456789abcdef/);
    expect(code).toBe(104);
  });

  it('says nothing secret of the environment either', async () => {
    const { err } = await slotstorm(['plan', '--rate', '1/s'], { env: { SLOTSTORM_SERVICE: 'redis://:geheim@h' } });
    expect(err).toContain('got "redis://…@h"');
    const { err: missing } = await slotstorm(['run', 'me:geheim'], { env: { FAL_KEY: 'me:geheim' } });
    expect(missing).toContain('"…" does not exist');
  });

  it('keeps its own words, though one of them is a password', async () => {
    expect((await slotstorm(['worker', '--redis', 'redis://default:redis@localhost:1'])).err).toBe(
      'slotstorm: --redis: nobody listens at redis://localhost:1: is Redis running? If not, start one with: redis-server --port 6379\n',
    );
    const { err } = await slotstorm(['run', 'demo-folder/demo.yaml'], { env: { FAL_KEY: 'demo:demo' } });
    expect(err).toContain('"demo-folder/demo.yaml" does not exist');
    expect((await slotstorm(['plan', 'x', 'y'], { env: { FAL_KEY: 'abc:slotstorm' } })).err).toContain('Run slotstorm plan --help');
  });

  it('strikes a long secret out wherever it stands', async () => {
    const { err } = await slotstorm(['run', 'x/streng-geheim-1.yaml'], { env: { FAL_KEY: 'me:streng-geheim' } });
    expect(err).toContain('"x/…-1.yaml" does not exist');
  });

  test.each([
    [['plan', 'x', 'app/main'], 'Unknown argument: app/main'],
    [['plan', 'x', 'user@host'], 'Unknown argument: user@host'],
    [['compare', 'HEAD@{1}:reports/x', 'y'], 'HEAD@{1}:reports/x'],
    [['plan', 'x', '--cert-key', 'key.pem', 'a:b'], 'Unknown arguments: cert-key, certKey, a:b'],
    [['plan', 'x', 'HEAD:reports/x@v2'], 'Unknown argument: HEAD:reports/x@v2'],
  ])('keeps the rest of %j', async (argv, message) => {
    expect((await slotstorm(argv)).err).toContain(message);
  });
});

describe('a slip in the name of an option', () => {
  test.each([
    [['plan', '--rate', '1/s', '--servce', '12s'], 'Unknown argument: servce\nDid you mean --service?\nRun slotstorm plan --help for what it takes.\n'],
    [
      ['run', 'x.yaml', '--sed', '1', '--reportr', 'html'],
      'Unknown arguments: sed, reportr\nDid you mean --seed, --reporter?\nRun slotstorm run --help for what it takes.\n',
    ],
    [['score', '--nothing-like-it'], 'Unknown arguments: nothing-like-it, nothingLikeIt\nRun slotstorm score --help for what it takes.\n'],
    [['plan', 'x', 'rate'], 'Unknown argument: rate\nRun slotstorm plan --help for what it takes.\n'],
    [[], 'expected a command, for example: slotstorm run scenarios/burst-submission.yaml\nRun slotstorm --help for what it can do.\n'],
  ])('%j is answered with the one that was meant, where one is near, and once', async (argv, message) => {
    expect(await slotstorm(argv)).toMatchObject({ code: 104, err: `slotstorm: ${message}` });
  });
});

describe('what yargs finds wrong', () => {
  const COMMAND_HELP = 'Run slotstorm --help for what it can do.\n';

  test.each([
    [['rnu'], `expected a command, got "rnu"; did you mean run?\n${COMMAND_HELP}`],
    [['rnu', 'run'], `expected a command, got "rnu"; did you mean run?\n${COMMAND_HELP}`],
    [['nothing-like-it'], `expected a command, got "nothing-like-it"\n${COMMAND_HELP}`],
    [['completion', 'fish'], 'completion: expected bash or zsh, got "fish"\nRun slotstorm completion --help for what it takes.\n'],
    [['baseline', 'updte'], 'baseline: expected update or show, got "updte"\nRun slotstorm baseline --help for what it takes.\n'],
    [['baseline'], 'baseline: expected update or show, got nothing\nRun slotstorm baseline --help for what it takes.\n'],
    [
      ['run'],
      'run: expected <files> (scenario files (.yaml, .json, .ts), folders, or patterns such as "scenarios/*.yaml"), got nothing\nRun slotstorm run --help for what it takes.\n',
    ],
    [
      ['run', 'x.yaml', '--seed'],
      "--seed: expected a value (first seed; without it the scenario's own), got nothing\nRun slotstorm run --help for what it takes.\n",
    ],
    [['run', 'x.yaml', '--fail-on'], '--fail-on: expected error or warn, got nothing\nRun slotstorm run --help for what it takes.\n'],
    [
      ['run', 'x.yaml', '--warmup'],
      '--warmup: expected a value (where metrics begin: a duration such as 2m, or auto; without it the scenario decides), got nothing\nRun slotstorm run --help for what it takes.\n',
    ],
    [['run', 'x.yaml', '-o'], '--out: expected a value (folder for the reports), got nothing\nRun slotstorm run --help for what it takes.\n'],
    [['serve', '--log-level', 'loud'], '--log-level: expected silent, error, warn, info or debug, got "loud"\nRun slotstorm serve --help for what it takes.\n'],
  ])('%j is said with what was expected, what came and what to do', async (argv, message) => {
    expect(await slotstorm(argv)).toEqual({ code: 104, out: '', err: `slotstorm: ${message}` });
  });

  it('is said of a worker without a Redis', async () => {
    expect((await slotstorm(['worker'])).err).toMatch(/^slotstorm: --redis: expected a value \(URL of the Redis .*\), got nothing\n/);
  });

  it('is said in our words where the system speaks another language', async () => {
    vi.stubEnv('LC_ALL', 'de_DE.UTF-8');
    try {
      expect((await slotstorm(['run'])).err).toContain('run: expected <files> (');
      expect((await slotstorm(['plan', '--servce', '1s'])).err).toContain('Did you mean --service?');
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('is cut short, and obeyed by no terminal', async () => {
    const { code, err } = await slotstorm(['baseline', `\u001b[31m${'x'.repeat(5_000)}`]);
    expect(code).toBe(104);
    expect(err.length).toBeLessThan(700);
    expect(err).not.toContain('\u001b');
  });
});
