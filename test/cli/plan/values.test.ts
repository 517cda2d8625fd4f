import { describe, expect, it, test } from 'vitest';
import { workersOf } from '../../../src/cli/plan/values.js';
import { slotstorm } from '../memory-outside.js';

const EXPECTED = '--workers: expected a number of threads from 1 up to 64, or an address such as redis://localhost:6379, got ';

describe('--workers of a plan', () => {
  test.each(['redis://:geheim@h', 'rediss://u:geheim@h:6380/1', 'valkey://h', 'valkeys://h'])('%s is where the queue is', (url) => {
    expect(workersOf(url, 64)).toEqual({ url });
  });

  test.each([
    ['redis//:geheim@h', `${EXPECTED}something else`],
    ['redis:/:geheim@h', `${EXPECTED}something else`],
    ['geheim@h', `${EXPECTED}something else`],
    ['h:6379:geheim', `${EXPECTED}something else`],
    [':geheim@h://x', `${EXPECTED}something else`],
    ['redsi://:geheim@h', `${EXPECTED}an address of "redsi"`],
    ['redis://:geheim@h:port', '--workers: expected an address such as redis://localhost:6379, got one that cannot be read'],
  ])('%s is refused, and what may be a password is not repeated', (given, message) => {
    expect(() => workersOf(given, 64)).toThrow(expect.objectContaining({ message }));
    expect(message).not.toContain('geheim');
  });

  test.each(['0', '65', 'four', '1.5'])('%s is refused by what it is', (given) => {
    expect(() => workersOf(given, 64)).toThrow(`${EXPECTED}"${given}"`);
  });
});

it('an address in the environment is not repeated by commands that count threads', async () => {
  const ran = await slotstorm(['run', 'scenarios/burst-submission.yaml'], { env: { SLOTSTORM_WORKERS: 'redis://:geheim@h' } });
  expect(ran.code).toBe(104);
  expect(ran.err).toContain('--workers: expected a whole number from 1 up to ');
  expect(ran.err).toContain('got something else');
  expect(ran.err).not.toContain('geheim');
});
