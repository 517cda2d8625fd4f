import { describe, expect, it } from 'vitest';
import { renderList } from '../../../src/report/ci/list.js';
import { renderTap } from '../../../src/report/ci/tap.js';
import { bareFixture, fixture, HOSTILE } from '../fixture.js';
import { quarantined, withLevels, withQuarantine } from './gated-result.js';
import { readTap } from './tap-reader.js';

const LONG = 'x'.repeat(10_000);
const hostile = fixture({ scenario: HOSTILE, key: `${HOSTILE}# TODO \\ ${LONG}`, endpoint: HOSTILE, account: HOSTILE, variant: `${HOSTILE}\nok 99 - forged` });

describe('TAP', () => {
  it('has a point a check, the failures first, with what was measured', () => {
    const { points, plan } = readTap(renderTap(fixture()));
    expect(points.map(({ number }) => number)).toEqual(Array.from({ length: plan }, (_, at) => at + 1));
    expect(points.map(({ ok }) => ok)).toEqual([...Array(4).fill(false), ...Array(10).fill(true)]);
    expect(points[0]).toMatchObject({ description: 'leaky: queue_latency{key:old} p(95) < 5s', directive: undefined });
    expect(points[0]?.diagnostics).toMatchObject({
      standing: 'failed',
      actual: '40s',
      limit: '5s',
      n: 50,
      seeds: 'fails in 2 of 2 seeds, such as 2',
      file: 'scenarios/a-story.yaml',
    });
    expect(points[2]?.diagnostics).toMatchObject({ standing: 'undecided' });
  });

  it('says what counts nothing in words that no harness counts as a failure', () => {
    const warned = readTap(renderTap(withLevels('warn'))).points;
    expect(warned.filter(({ ok }) => !ok).map(({ directive }) => directive)).toEqual(Array(4).fill('TODO'));
    const off = readTap(renderTap(withLevels('off'))).points;
    expect(off.filter(({ ok }) => !ok)).toEqual([]);
    expect(off.filter(({ directive }) => directive === 'SKIP').length).toBeGreaterThan(0);
    const [known] = readTap(renderTap(withQuarantine(quarantined('used')))).points.filter(({ directive }) => directive === 'TODO');
    expect(known).toMatchObject({
      ok: false,
      description: 'leaky: L-QUIET must hold',
      reason: 'quarantined until 2027-01-15 by team-queue: #123 the limiter is being rewritten',
    });
  });

  it('is a plan of none for a scenario that expects nothing', () => {
    expect(readTap(renderTap(bareFixture()))).toMatchObject({ points: [], plan: 0, skipped: true });
  });

  it('holds its shape whatever the names are', () => {
    const text = renderTap(hostile);
    const { points, plan } = readTap(text);
    expect(points).toHaveLength(plan);
    expect(points.every(({ directive }) => directive === undefined)).toBe(true);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\u2028|\u202E|##\[/u);
    for (const line of text.split('\n')) expect(line.length).toBeLessThan(1_000);
  });
});

describe('the plain list', () => {
  it('has one line a check, then the verdict', () => {
    const lines = renderList(fixture()).trimEnd().split('\n');
    expect(lines).toHaveLength(15);
    expect(lines[0]).toBe(
      'failed       a-story  leaky: queue_latency{key:old} p(95) < 5s  was 40s  (limit 5s; margin −700 %; n 50; fails in 2 of 2 seeds, such as 2)',
    );
    expect(lines.at(-1)).toBe('fail:        a-story  2 failed, 2 undecided, 10 passed (2 seeds, exit code 98)');
  });

  it('begins no line with anything of somebody else, so that no log takes it for a command', () => {
    const text = renderList({ ...hostile, scenario: { ...hostile.scenario, name: '::error::x ##[error]y' } });
    for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^(failed|undecided|passed|fail:) /);
    expect(text).not.toContain('##[');
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\u2028|\u202E/u);
  });
});
