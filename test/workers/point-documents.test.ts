import { describe, expect, it } from 'vitest';
import { recordingsOf } from '../../src/plan/recordings.js';
import { PointDocuments } from '../../src/workers/point-documents.js';
import { noTrace, point } from './points.js';

const traced = (file: string) =>
  point(3, 10, { workload: [{ as: 'app/app', endpoint: 'model', call: 'submit', arrivals: { trace: file, columns: { arrival: 'at' } } }] });

describe('the document of a point', () => {
  it('names every recording that its runs will read', () => {
    const sampled = point(3, 10, {
      platform: {
        policy: 'fal-documented',
        accounts: [{ id: 'app', limit: 3, keys: ['app'] }],
        endpoints: [{ id: 'model', service: { empirical: { file: 'recorded.csv', column: 'seconds', unit: 's' } } }],
      },
    });
    expect(recordingsOf(traced('traffic.csv').input)).toEqual(['traffic.csv']);
    expect(recordingsOf(sampled.input)).toEqual(['recorded.csv']);
    expect(recordingsOf(point(3).input)).toEqual([]);
  });

  it('is the same for the same point, and another one when a recording has changed', async () => {
    const of = async (text: string) => (await new PointDocuments(() => [text]).of(traced('traffic.csv'))).sha256;
    expect(await of('at\n0\n')).toBe(await of('at\n0\n'));
    expect(await of('at\n0\n')).not.toBe(await of('at\n1\n'));
  });

  it('reads a recording once, however many points replay it', async () => {
    let opened = 0;
    const documents = new PointDocuments(() => {
      opened++;
      return ['at\n0\n'];
    });
    await documents.of(traced('traffic.csv'));
    await documents.of({ ...traced('traffic.csv'), key: 'another' });
    expect(opened).toBe(1);
  });

  it('is not made of what is no scenario', async () => {
    await expect(new PointDocuments(noTrace).of(point(3, 10, { workload: 7 }))).rejects.toThrow(/workload/);
  });
});
