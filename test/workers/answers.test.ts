import { gzipSync } from 'node:zlib';
import { describe, expect, it, test } from 'vitest';
import { packAnswer, unpackAnswer } from '../../src/workers/answers.js';
import { failureOf, failureText } from '../../src/workers/job-failure.js';
import { figuresHere, point } from './points.js';

const packed = (value: unknown) => ({ packed: gzipSync(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64'), ms: 1, worker: 'box' });

describe('the answer of a worker', () => {
  it('comes back to the byte', async () => {
    const [figures = []] = figuresHere([point(4)], [1, 2, 3]);
    const { figures: back } = await unpackAnswer(JSON.parse(JSON.stringify(await packAnswer(figures, 12.5, 'box'))), [1, 2, 3]);
    expect(JSON.stringify(back)).toBe(JSON.stringify(figures));
  });

  test.each([
    ['nothing', null],
    ['a text', 'no JSON'],
    ['no package', { packed: 'xxx', ms: 1, worker: 'box' }],
    ['no JSON in the package', packed('{')],
    ['no figures', packed([{ seed: 1 }])],
    ['more than 64 MiB', packed('['.padEnd(65 * 1024 * 1024, ' '))],
    ['too few seeds', packed([])],
  ])('is refused when it is %s', async (_what, value) => {
    await expect(unpackAnswer(value, [1])).rejects.toThrow(
      'a worker answered with something that is no figures of the seeds that were asked for: who else writes into this Redis?',
    );
  });

  it('is refused when it is of another seed', async () => {
    const [figures = []] = figuresHere([point(4)], [2]);
    await expect(unpackAnswer(await packAnswer(figures, 1, 'box'), [1])).rejects.toThrow('no figures of the seeds that were asked for');
  });
});

describe('why a job failed', () => {
  it('keeps text and exit code of a failure that would be the same anywhere', () => {
    expect(failureOf(failureText({ code: 104, message: 'trace x.csv, line 2: …' }), 'seed 1')).toMatchObject({
      exitCode: 104,
      message: 'trace x.csv, line 2: …',
    });
  });

  it('says so when one worker after the other was lost with it', () => {
    expect(failureOf('job stalled more than allowable limit', 'seeds 1 to 8')).toMatchObject({
      exitCode: 1,
      message: 'seeds 1 to 8: given up, because one worker after the other was lost with it: has each enough memory?',
    });
  });

  it('shows the words of anybody else as they are, and no exit code of theirs', () => {
    expect(failureOf('{"code":9999,"message":"x"}', 'seed 1')).toMatchObject({ exitCode: 1 });
    expect(failureOf('a thread was lost', 'seed 1')).toMatchObject({ exitCode: 1, message: 'seed 1: a worker failed: a thread was lost' });
  });
});
