import { expect, it } from 'vitest';
import { PointThreads } from '../../src/cli/worker/point-threads.js';
import { POINT_SCRIPT } from '../build-page.js';
import { point } from './points.js';

it('threads that were ended do not begin again with a job that comes late', async () => {
  const hands = await PointThreads.start(1, POINT_SCRIPT);
  const work = { document: 'one', input: point(4).input, files: {}, filesKey: '{}', seeds: [1] };
  const never = new AbortController().signal;
  expect(await hands.run(work, never)).toMatchObject({ figures: [{ seed: 1 }] });
  await hands.stop();
  await expect(hands.run(work, never)).rejects.toThrow('the worker ends');
});
