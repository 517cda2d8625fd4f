import { describe, expect, it } from 'vitest';
import { Outcome } from '../../src/core/history.js';
import type { FlowPoint } from '../../src/measure/flow-timeline.js';
import { S } from '../helpers/world.js';
import { Story } from './story.js';

/** Of the 10,000 s that a told story takes, in 120 bins. */
const BIN_US = Math.ceil((10_000 * S) / 120);

function pointsOf(story: Story): readonly FlowPoint[] {
  return story.finish().evidence!.flow.points;
}

/** The point that an instant belongs to. */
function at(points: readonly FlowPoint[], us: number): FlowPoint {
  return points.findLast((point) => point.atUs <= us) as FlowPoint;
}

describe('the flow over time', () => {
  it('has 120 stretches that abut and cover the run', () => {
    const points = pointsOf(new Story());
    expect(points.map(({ atUs }) => atUs)).toEqual(Array.from({ length: 120 }, (_, n) => n * BIN_US));
  });

  it('gives percentiles of the waits of those that started in a stretch, and none where nobody did', () => {
    const story = new Story({ limit: 1_000 });
    const requests = Array.from({ length: 100 }, () => story.submit());
    for (const [n, request] of requests.entries()) story.at(BIN_US + (n + 1) * 100_000).dispatch(request);
    const points = pointsOf(story);
    const [first, second] = [points[0] as FlowPoint, points[1] as FlowPoint];
    expect(first).toMatchObject({ started: 0, p50: undefined, p95: undefined, p99: undefined, max: undefined });
    expect(second.started).toBe(100);
    const binMs = BIN_US / 1_000;
    for (const [value, exact] of [
      [second.p50, binMs + 5_000],
      [second.p95, binMs + 9_500],
      [second.p99, binMs + 9_900],
    ] as const) {
      expect(value).toBeGreaterThanOrEqual(exact);
      expect(value).toBeLessThanOrEqual(exact * (1 + 1 / 128));
    }
    expect(second.max).toBe(binMs + 10_000);
  });

  it('counts what happens at the boundary in the stretch that begins there', () => {
    const story = new Story();
    const request = story.submit();
    story.at(BIN_US).dispatch(request);
    const points = pointsOf(story);
    expect(points.map(({ started }) => started).slice(0, 3)).toEqual([0, 1, 0]);
    expect(points[0]?.oldestWaitMs).toBe(BIN_US / 1_000);
  });

  it('says at the end of each stretch how long the oldest waits that has never started, whoever came after it', () => {
    const story = new Story();
    story.at(100 * S).submit();
    const second = story.at(200 * S).submit();
    story.at(300 * S).serve(second, S);
    const points = pointsOf(story);
    expect(points[0]?.oldestWaitMs).toBe(0);
    for (const [n, { oldestWaitMs }] of points.slice(1, -1).entries()) expect(oldestWaitMs).toBeCloseTo(((n + 2) * BIN_US) / 1_000 - 100_000, 6);
    expect(points.at(-1)?.oldestWaitMs).toBe(9_900_000);
  });

  it('forgets who has started, or has gone without a start', () => {
    const story = new Story();
    const [served, gone] = [story.submit(), story.submit()];
    story.at(50 * S).serve(served, 200 * S);
    story.at(260 * S).end(gone, Outcome.startTimeout);
    const points = pointsOf(story);
    expect(points[2]?.oldestWaitMs).toBe((3 * BIN_US) / 1_000);
    expect(points[3]).toMatchObject({ oldestWaitMs: 0, expired: 1 });
  });

  it('counts requeues where they happen', () => {
    const story = new Story();
    const request = story.submit();
    for (const second of [10, 510, 511]) story.at(second * S).record('requeued', request, 1, 1_000);
    const points = pointsOf(story);
    expect(at(points, 10 * S).requeues).toBe(1);
    expect(at(points, 510 * S).requeues).toBe(2);
  });

  it('says what happens at the very end in the last stretch', () => {
    const story = new Story();
    const request = story.submit();
    story.at(10_000 * S).end(request, Outcome.cancelled);
    story.submit();
    const points = pointsOf(story);
    expect(points).toHaveLength(120);
    expect(points.at(-1)?.oldestWaitMs).toBe(0);
  });
});
